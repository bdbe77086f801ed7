//! The one light: a spot light above the table, a little in front of the robot and to its left.
//!
//! It is near, so that one shadow map serves every camera; a light that
//! is infinitely far away would need one for each.

use bevy::camera::ShadowLodOrigin;
use bevy::ecs::bundle::Bundle;
use bevy::light::SpotLight;
use bevy::math::Vec3;
use bevy::transform::components::Transform;

use super::convert::vector;
use crate::render::raster::TO_LIGHT;
use crate::scene::frame::{TABLE_TOP, WORKSPACE_CENTRE};

/// Where the light is, metres: in the rasteriser's direction of light from the table's middle.
pub const LIGHT_POSITION: [f32; 3] = {
    let reach = 3.0;
    [
        WORKSPACE_CENTRE[0] + reach * TO_LIGHT.x,
        WORKSPACE_CENTRE[1] + reach * TO_LIGHT.y,
        TABLE_TOP + reach * TO_LIGHT.z,
    ]
};
/// Half the angle of the cone in which things cast shadows, radians: the table and the robot.
const CONE: f32 = 0.42;
/// Nearest depth in the shadow map, metres.
const NEAR: f32 = 0.5;
/// How far the light reaches, metres: every camera sees some of it, or the map would not be drawn.
const RANGE: f32 = 20.0;
/// Side of the shadow map, texels: about 2.6 mm on the table.
pub(super) const TEXELS: usize = 1024;

/// The light, to be spawned once.
pub fn spot_light() -> impl Bundle {
    let table = Vec3::new(WORKSPACE_CENTRE[0], WORKSPACE_CENTRE[1], TABLE_TOP);
    let light = SpotLight {
        range: RANGE,
        shadow_maps_enabled: true,
        shadow_map_near_z: NEAR,
        shadow_depth_bias: 0.004,
        shadow_normal_bias: 1.2,
        outer_angle: CONE,
        inner_angle: CONE,
        ..SpotLight::default()
    };
    let place = Transform::from_translation(Vec3::from_array(LIGHT_POSITION));
    // Says that levels of detail, which there are none of, do not depend on a camera.
    (light, place.looking_at(table, vector(crate::scene::frame::Vec3::Z)), ShadowLodOrigin)
}
