//! MuJoCo's own format: shapes and places, and a scene that its renderer draws as ours does.

use std::fmt::Write as _;

use sim::render::camera::{Camera, Mount};
use sim::scene::frame::{Pose, Quat};
use sim::scene::shape::{Part, Shape};

/// Every body as one whose pose is given from outside, in order, then the tip with the cameras that
/// move with it. One light, no shadows, no antialiasing, and round things with as many sides, as here.
pub(super) fn drawn_scene(bodies: &[Vec<Part>], cameras: &[Camera]) -> String {
    let (mut assets, mut world) = (String::new(), String::new());
    for (index, parts) in bodies.iter().enumerate() {
        let mut geoms = String::new();
        for (number, part) in parts.iter().filter(|part| part.visible).enumerate() {
            if let Shape::Hull { points } = &part.shape {
                let points: Vec<String> = points.iter().map(|p| numbers(&p.to_array())).collect();
                let points = points.join(" ");
                // Shells have volume however thin they are.
                write!(
                    assets,
                    r#"<mesh name="m{index}_{number}" vertex="{points}" inertia="shell"/>"#
                )
                .ok();
            }
            geoms += &geom(part, &format!("m{index}_{number}"));
        }
        write!(world, r#"<body name="b{index}" mocap="true">{geoms}</body>"#).ok();
    }
    let views = |mount| -> String {
        cameras.iter().filter(|camera| camera.mount == mount).map(view).collect()
    };
    let (fixed, moving) = (views(Mount::World), views(Mount::Tip));
    let far = cameras.iter().map(|camera| camera.far).fold(1.0, f32::max);
    format!(
        r#"<mujoco><statistic extent="1" center="0.25 0 0.8"/>
<visual><map znear="0.01" zfar="{far}"/><quality offsamples="0" numslices="16" numstacks="8"/>
<headlight ambient="0.4 0.4 0.4" diffuse="0 0 0" specular="0 0 0"/></visual>
<asset>{assets}</asset>
<worldbody><light directional="true" castshadow="false" pos="0 0 3" dir="-0.36 -0.48 -0.8" diffuse="0.6 0.6 0.6" specular="0 0 0"/>
{fixed}{world}<body name="tip" mocap="true">{moving}</body></worldbody></mujoco>"#
    )
}

/// Position and rotation (scalar first) of one body.
pub(super) fn pose(pose: &Pose) -> [f32; 7] {
    let ([x, y, z], q) = (pose.translation.to_array(), pose.rotation);
    [x, y, z, q.w, q.x, q.y, q.z]
}

/// Type and size of a geom; none for a hull, which is a mesh of its own.
pub(super) fn geometry(shape: &Shape) -> Option<String> {
    Some(match shape {
        Shape::Box { half } => format!(r#"type="box" size="{}""#, numbers(&half.to_array())),
        Shape::Sphere { radius } => format!(r#"type="sphere" size="{radius}""#),
        Shape::Cylinder { radius, half_height } => {
            format!(r#"type="cylinder" size="{radius} {half_height}""#)
        }
        Shape::Capsule { radius, half_height } => {
            format!(r#"type="capsule" size="{radius} {half_height}""#)
        }
        Shape::Hull { .. } => return None,
    })
}

fn geom(part: &Part, mesh: &str) -> String {
    // MuJoCo moves a mesh's origin to its centre of mass, and back again for the geom.
    let shape = geometry(&part.shape).unwrap_or_else(|| format!(r#"type="mesh" mesh="{mesh}""#));
    let color = numbers(&part.color);
    let place = placed(&part.pose);
    format!(r#"<geom {shape} {place} rgba="{color} 1" contype="0" conaffinity="0"/>"#)
}

/// MuJoCo's cameras look along -z with y up, ours along z with y down.
fn view(camera: &Camera) -> String {
    let turned = camera.pose * Pose::from_rotation(Quat::from_xyzw(1.0, 0.0, 0.0, 0.0));
    let half = f64::from(0.5 * camera.height as f32 / camera.focal);
    let angle = 2.0 * half.atan().to_degrees();
    let place = placed(&turned);
    format!(r#"<camera name="{}" {place} fovy="{angle}"/>"#, camera.name)
}

/// Position and rotation of a body or geom as attributes.
pub(super) fn placed(to: &Pose) -> String {
    let [x, y, z, rest @ ..] = pose(to);
    format!(r#"pos="{}" quat="{}""#, numbers(&[x, y, z]), numbers(&rest))
}

fn numbers(values: &[f32]) -> String {
    values.iter().map(f32::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use sim::render::camera::rlbench_cameras;
    use sim::scene::frame::{Vec3, at};

    use super::*;

    #[test]
    fn every_visible_part_and_camera_is_in_the_text() {
        let [w, x, y, z] = [[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let hull = Shape::Hull { points: [w, x, y, z].map(Vec3::from).to_vec() };
        let part = |shape| Part::new(shape, at(0.0, 0.0, 1.0), [1.0, 0.5, 0.0]);
        let bodies = [
            vec![part(Shape::sphere(0.1)), part(hull), part(Shape::cuboid(0.2, 0.4, 0.6))],
            vec![part(Shape::capsule(0.1, 0.2)).hidden(), part(Shape::cylinder(0.1, 0.2))],
        ];
        let text = drawn_scene(&bodies, &rlbench_cameras());
        assert_eq!(text.matches("<geom").count(), 4);
        assert_eq!(text.matches("<mesh").count(), 1);
        assert_eq!(text.matches("<camera").count(), 5);
        assert!(text.contains(r#"type="box" size="0.1 0.2 0.3" pos="0 0 1" quat="1 0 0 0""#));
    }
}
