//! The one material: everything in a scene has it, so that equal meshes are drawn at once.

use bevy::asset::{Asset, Handle, uuid_handle};
use bevy::math::Vec4;
use bevy::pbr::Material;
use bevy::reflect::TypePath;
use bevy::render::render_resource::AsBindGroup;
use bevy::shader::{Shader, ShaderRef};

use super::light::LIGHT_POSITION;
use crate::render::raster::SKY;

/// Most colours of a scene, the same colour on two bodies counted twice.
pub(super) const COLORS: usize = 512;
/// Where the shader is kept.
pub(super) const SHADER: Handle<Shader> = uuid_handle!("2a1c5b0e-7c7e-4b39-9c57-0d6a3ac1b2f4");

/// Colours of a scene: an entity's mesh tag is its index here.
#[derive(Asset, AsBindGroup, Clone, Debug, TypePath)]
pub struct SceneMaterial {
    /// Linear colour, and the object's id in steps of 1/255.
    #[uniform(0)]
    pub(super) colors: [Vec4; COLORS],
}

impl SceneMaterial {
    /// The shader's source, completed with the numbers it shares with the rest.
    pub(super) fn shader() -> Shader {
        let [x, y, z] = LIGHT_POSITION;
        let source = include_str!("material.wgsl")
            .replace("LIGHT_PLACE", &format!("vec3<f32>({x:?}, {y:?}, {z:?})"))
            .replace("COLOR_COUNT", &COLORS.to_string());
        Shader::from_wgsl(source, "sim/bevy/material.wgsl")
    }

    /// Linear colour of the background.
    pub(super) fn sky() -> bevy::color::LinearRgba {
        // Id 0: nothing.
        bevy::color::LinearRgba::new(SKY[0], SKY[1], SKY[2], 0.0)
    }
}

impl Material for SceneMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn enable_prepass() -> bool {
        false
    }
}
