//! A camera of the simulator as an entity that draws into a picture of its own.

use bevy::asset::Assets;
use bevy::camera::{Camera, Camera3d, PerspectiveProjection, Projection, RenderTarget};
use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::ecs::entity::Entity;
use bevy::ecs::world::World;
use bevy::image::Image;
use bevy::light::ShadowFilteringMethod;
use bevy::light::cluster::ClusterConfig;
use bevy::math::Vec4;
use bevy::render::render_resource::{TextureFormat, TextureUsages};
use bevy::render::view::{Msaa, NoIndirectDrawing};
use bevy::transform::components::Transform;

use super::super::convert::transform;
use super::readback::CameraSlot;
use crate::render::camera;
use crate::scene::frame::{Pose, Quat, Vec3};

/// Nearest depth that projections are given, metres.
const NEAREST: f32 = 1e-4;

/// One of the cameras that draw together.
pub(super) struct OffscreenCamera {
    entity: Entity,
    /// Size of its picture, pixels.
    pub(super) size: [u32; 2],
}

impl OffscreenCamera {
    /// A camera for pictures of this size, in the given slot.
    pub(super) fn spawn(world: &mut World, slot: usize, [width, height]: [u32; 2]) -> Self {
        let target = render_target(world, [width, height]);
        let camera = Camera { order: slot as isize, ..Camera::default() };
        let usage = TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC;
        let entity = world
            .spawn((
                Camera3d { depth_texture_usages: usage.into(), ..Camera3d::default() },
                camera,
                target,
                // One sample and no filter, so that pictures are exact.
                (Msaa::Off, Tonemapping::None, DebandDither::Disabled),
                // One light: nothing to sort into clusters, and draws that need no computing before.
                (ClusterConfig::Single, NoIndirectDrawing, ShadowFilteringMethod::Gaussian),
                CameraSlot(slot),
            ))
            .id();
        Self { entity, size: [width, height] }
    }

    /// Gives the camera another size.
    pub(super) fn resize(&mut self, world: &mut World, size: [u32; 2]) {
        let target = render_target(world, size);
        world.entity_mut(self.entity).insert(target);
        self.size = size;
    }

    /// Points the entity where a camera points, which must be fixed in the world and sound.
    pub(super) fn aim(&self, world: &mut World, camera: &camera::Camera) {
        let [width, height] = self.size.map(|side| side as f32);
        let near = camera.near.max(NEAREST);
        let projection = PerspectiveProjection {
            fov: 2.0 * libm::atanf(0.5 * height / camera.focal),
            aspect_ratio: width / height,
            near,
            far: camera.far,
            near_clip_plane: Vec4::new(0.0, 0.0, -1.0, -near),
        };
        // Bevy's cameras look along -z with y up, ours along z with y down.
        let turn = Pose::from_parts(Vec3::ZERO, Quat::from_xyzw(1.0, 0.0, 0.0, 0.0));
        let place = transform(&(camera.pose * turn));
        let mut entity = world.entity_mut(self.entity);
        if let Some(mut known) = entity.get_mut::<Transform>() {
            *known = place;
        }
        entity.insert(Projection::Perspective(projection));
        self.set_active(world, true);
    }

    /// Whether it draws in the next frame.
    pub(super) fn set_active(&self, world: &mut World, active: bool) {
        if let Some(mut camera) = world.get_mut::<Camera>(self.entity)
            && camera.is_active != active
        {
            camera.is_active = active;
        }
    }
}

/// Something to draw into; what is read are the textures behind it, which have its size.
fn render_target(world: &mut World, [width, height]: [u32; 2]) -> RenderTarget {
    let format = TextureFormat::Rgba8UnormSrgb;
    let image = Image::new_target_texture(width, height, format, None);
    RenderTarget::Image(world.resource_mut::<Assets<Image>>().add(image).into())
}
