//! The scene as entities: made once, then only moved.

use std::collections::BTreeMap;

use bevy::app::{App, Plugin};
use bevy::asset::{Assets, Handle};
use bevy::camera::ClearColor;
use bevy::camera::visibility::Visibility;
use bevy::ecs::entity::Entity;
use bevy::ecs::resource::Resource;
use bevy::ecs::world::World;
use bevy::light::{DirectionalLightShadowMap, PointLightShadowMap};
use bevy::math::Vec4;
use bevy::mesh::{Mesh, Mesh3d, MeshTag};
use bevy::pbr::{MaterialPlugin, MeshMaterial3d};
use bevy::shader::Shader;
use bevy::transform::components::Transform;

use super::convert::{transform, vector};
use super::light::{TEXELS, spot_light};
use super::material::{COLORS, SHADER, SceneMaterial};
use super::unit_mesh::{MeshKey, UnitMesh};
use crate::render::raster::{DrawItem, Visual};
use crate::scene::frame::{Pose, Vec3};

/// Most meshes that are kept for scenes to come.
const KEPT: usize = 512;
/// Largest object id: ids travel in the eight bits of alpha.
const LARGEST_ID: u16 = 255;

/// The material, the light and the background; to be added after Bevy's own plugins.
pub struct ScenePlugin;

impl Plugin for ScenePlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(MaterialPlugin::<SceneMaterial>::default())
            .insert_resource(ClearColor(SceneMaterial::sky().into()))
            // Spot lights share the size of directional ones; there is no point light to need a map.
            .insert_resource(DirectionalLightShadowMap { size: TEXELS })
            .insert_resource(PointLightShadowMap { size: 16 })
            .init_resource::<MeshCache>();
        let world = app.world_mut();
        // The identifier is a constant, so that there is nothing that could be missing.
        world.resource_mut::<Assets<Shader>>().insert(&SHADER, SceneMaterial::shader()).ok();
        world.spawn(spot_light());
    }
}

/// The meshes of all scenes so far.
#[derive(Default, Resource)]
struct MeshCache(BTreeMap<MeshKey, Handle<Mesh>>);

/// A scene that cannot be drawn because it has too many objects or colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bevy draws up to {LARGEST_ID} objects in {COLORS} colours; the scene has more")]
pub struct SceneTooLarge;

/// The entities of one scene.
///
/// Everything is made by [`SceneEntities::spawn`]; [`SceneEntities::pose`] only moves, shows and hides.
#[derive(Debug)]
pub struct SceneEntities {
    parts: Vec<PartEntity>,
    /// The pose of each body that its parts have now; none while they are hidden.
    posed: Vec<Option<Pose>>,
}

/// A piece of a body.
#[derive(Clone, Copy, Debug)]
struct PartEntity {
    entity: Entity,
    body: usize,
    /// Piece to body.
    pose: Pose,
    /// Half extents, metres: the mesh has unit size.
    extent: Vec3,
}

impl SceneEntities {
    /// Whether a scene can be drawn.
    ///
    /// # Errors
    /// When it has more than 255 bodies or 512 colours.
    pub fn check(visual: &Visual) -> Result<(), SceneTooLarge> {
        palette(&visual.items).map(|_| ())
    }

    /// Makes the entities of a scene; nothing is seen before the first [`SceneEntities::pose`].
    ///
    /// # Errors
    /// As for [`SceneEntities::check`]; nothing is made then.
    pub fn spawn(world: &mut World, visual: &Visual) -> Result<Self, SceneTooLarge> {
        let (colors, tags) = palette(&visual.items)?;
        let material = world.resource_mut::<Assets<SceneMaterial>>().add(SceneMaterial { colors });
        let mut parts = Vec::with_capacity(visual.items.len());
        for (item, tag) in visual.items.iter().zip(tags) {
            let Some((unit_mesh, centre, extent)) = UnitMesh::of(&item.mesh) else { continue };
            let mesh = shared(world, unit_mesh);
            let place = item.pose.transform_point(centre);
            let entity = world
                .spawn((
                    Mesh3d(mesh),
                    MeshMaterial3d(material.clone()),
                    MeshTag(tag),
                    Transform::from_scale(vector(extent)),
                    Visibility::Hidden,
                ))
                .id();
            let pose = Pose::from_parts(place, item.pose.rotation);
            parts.push(PartEntity { entity, body: item.body, pose, extent });
        }
        Ok(Self { parts, posed: vec![None; visual.bodies()] })
    }

    /// Moves every body to its pose in the world, `poses[i]` being that of body `i`.
    ///
    /// A body without a pose, or with one that is not finite, is not seen.
    pub fn pose(&mut self, world: &mut World, poses: &[Pose]) {
        let wanted = |body: usize| poses.get(body).copied().filter(Pose::is_finite);
        for part in &self.parts {
            let pose = wanted(part.body);
            // Most of a scene stands still.
            if self.posed[part.body] == pose {
                continue;
            }
            let Ok(mut entity) = world.get_entity_mut(part.entity) else { continue };
            if let Some(mut visibility) = entity.get_mut::<Visibility>() {
                let shown = if pose.is_some() { Visibility::Visible } else { Visibility::Hidden };
                if *visibility != shown {
                    *visibility = shown;
                }
            }
            if let (Some(pose), Some(mut place)) = (pose, entity.get_mut::<Transform>()) {
                *place = transform(&(pose * part.pose)).with_scale(vector(part.extent));
            }
        }
        for (body, posed) in self.posed.iter_mut().enumerate() {
            *posed = wanted(body);
        }
    }

    /// Number of entities.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Removes the entities; meshes stay for the next scene.
    pub fn despawn(self, world: &mut World) {
        for part in self.parts {
            world.despawn(part.entity);
        }
    }
}

/// The mesh to draw, the same for all that look alike.
fn shared(world: &mut World, unit_mesh: UnitMesh) -> Handle<Mesh> {
    let key = unit_mesh.key();
    if let Some(mesh) = world.resource::<MeshCache>().0.get(&key) {
        return mesh.clone();
    }
    let mesh = world.resource_mut::<Assets<Mesh>>().add(unit_mesh.mesh());
    let mut cache = world.resource_mut::<MeshCache>();
    if cache.0.len() >= KEPT {
        // Those that are seen live on through their entities.
        cache.0.clear();
    }
    cache.0.insert(key, mesh.clone());
    mesh
}

/// The colours of a scene with their ids, and the index of each item's.
fn palette(items: &[DrawItem]) -> Result<([Vec4; COLORS], Vec<u32>), SceneTooLarge> {
    let (mut colors, mut count) = ([Vec4::ZERO; COLORS], 0);
    let mut tags = Vec::with_capacity(items.len());
    for item in items {
        if item.id > LARGEST_ID {
            return Err(SceneTooLarge);
        }
        let [red, green, blue] = item.color;
        let color = Vec4::new(red, green, blue, f32::from(item.id) / f32::from(LARGEST_ID));
        let found = colors[..count].iter().position(|known| *known == color);
        let tag = found.unwrap_or(count);
        if tag == count {
            *colors.get_mut(count).ok_or(SceneTooLarge)? = color;
            count += 1;
        }
        tags.push(tag as u32);
    }
    Ok((colors, tags))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::arena::arena;
    use crate::scene::description::Body;
    use crate::scene::frame::at;
    use crate::scene::shape::{Part, Shape};

    fn world() -> World {
        let mut world = World::new();
        world.init_resource::<Assets<Mesh>>();
        world.init_resource::<Assets<SceneMaterial>>();
        world.init_resource::<MeshCache>();
        world
    }

    #[test]
    fn equal_forms_share_a_mesh_and_all_share_the_material() {
        let (mut world, bodies) = (world(), arena());
        let entities = SceneEntities::spawn(&mut world, &Visual::from_bodies(&bodies)).unwrap();
        // Table top, four legs, floor, wall: boxes all.
        assert_eq!(entities.len(), 7);
        assert_eq!(
            (
                world.resource::<MeshCache>().0.len(),
                world.resource::<Assets<SceneMaterial>>().len()
            ),
            (1, 1)
        );
        let before = world.entities().count_spawned();
        entities.despawn(&mut world);
        assert_eq!(world.entities().count_spawned(), before - 7);
    }

    #[test]
    fn bodies_are_moved_shown_and_hidden() {
        let part = Part::new(Shape::cuboid(0.2, 0.2, 0.2), at(0.0, 0.0, 1.0), [0.5; 3]);
        let bodies = [Body::fixed("block", Pose::IDENTITY).with(part)];
        let mut world = world();
        let mut entities = SceneEntities::spawn(&mut world, &Visual::from_bodies(&bodies)).unwrap();
        let entity = entities.parts[0].entity;
        for (poses, seen) in [
            (vec![at(1.0, 2.0, 3.0)], Some([1.0, 2.0, 4.0])),
            (vec![at(f32::NAN, 0.0, 0.0)], None),
            (vec![at(0.0, 0.0, 0.0)], Some([0.0, 0.0, 1.0])),
            (vec![], None),
        ] {
            entities.pose(&mut world, &poses);
            let shown = *world.get::<Visibility>(entity).unwrap() == Visibility::Visible;
            assert_eq!(shown, seen.is_some());
            let place = world.get::<Transform>(entity).unwrap();
            assert!(seen.is_none_or(|seen| place.translation.to_array() == seen));
            assert!((place.scale.x - 0.1).abs() < 1e-6);
        }
    }

    #[test]
    fn crowded_scenes_are_refused() {
        let part = |i: usize| Part::new(Shape::sphere(0.1), Pose::IDENTITY, [i as f32 / 999.0; 3]);
        let body = Body::fixed("confetti", Pose::IDENTITY).with_all((0..513).map(part));
        assert_eq!(
            SceneEntities::spawn(&mut world(), &Visual::from_bodies(&[body])).err(),
            Some(SceneTooLarge)
        );
        let bodies = vec![Body::fixed("block", Pose::IDENTITY).with(part(1)); 256];
        assert!(SceneEntities::spawn(&mut world(), &Visual::from_bodies(&bodies)).is_err());
    }
}
