// Soft light from everywhere, and a spot light that casts shadows. Alpha carries the object's id.

#import bevy_pbr::{
    mesh_functions::{
        get_tag, get_world_from_local, mesh_normal_local_to_world, mesh_position_local_to_world,
    },
    mesh_view_bindings::clustered_lights,
    shadows::fetch_spot_shadow,
    view_transformations::position_world_to_clip,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> colors: array<vec4<f32>, COLOR_COUNT>;

const LIGHT: vec3<f32> = LIGHT_PLACE;
// Linear light from above, from below, and from the spot light.
const ABOVE: vec3<f32> = vec3<f32>(0.47, 0.50, 0.54);
const BELOW: vec3<f32> = vec3<f32>(0.22, 0.20, 0.19);
const SPOT_LIGHT: vec3<f32> = vec3<f32>(0.62, 0.58, 0.53);

struct Corner {
    @builtin(instance_index) instance: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
}

struct Spot {
    @builtin(position) place: vec4<f32>,
    @location(0) world: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) @interpolate(flat) color: vec4<f32>,
}

@vertex
fn vertex(corner: Corner) -> Spot {
    let world_from_local = get_world_from_local(corner.instance);
    let world = mesh_position_local_to_world(world_from_local, vec4<f32>(corner.position, 1.0));
    var spot: Spot;
    spot.place = position_world_to_clip(world.xyz);
    spot.world = world.xyz;
    spot.normal = mesh_normal_local_to_world(corner.normal, corner.instance);
    spot.color = colors[get_tag(corner.instance)];
    return spot;
}

@fragment
fn fragment(spot: Spot) -> @location(0) vec4<f32> {
    let normal = normalize(spot.normal);
    var light = mix(BELOW, ABOVE, 0.5 + 0.5 * normal.z);
    let facing = dot(normal, normalize(LIGHT - spot.world));
    if facing > 0.0 {
        let near = clustered_lights.data[0].shadow_map_near_z;
        let world = vec4<f32>(spot.world, 1.0);
        let shadow = fetch_spot_shadow(0u, world, normal, near, spot.place.xy);
        light += SPOT_LIGHT * (facing * shadow);
    }
    return vec4<f32>(spot.color.rgb * light, spot.color.a);
}
