//! The timed scene as MuJoCo's XML, from the same constants that this simulator uses.

use std::fmt::Write as _;

use serde_json::json;
use sim::robot::arm::{
    ARMATURE, DAMPING, FINGER_ARMATURE, FINGER_DAMPING, FINGER_STIFFNESS, STIFFNESS,
};
use sim::robot::links::{FINGERS, HAND, KNUCKLE, MASS, hand_in_link, parts, tip_in_link};
use sim::robot::panda::{
    BASE, DH, DOF, FINGER_FORCE, FINGER_TRAVEL, Joints, Q_MAX, Q_MIN, TORQUE_MAX,
};
use sim::scene::arena;
use sim::scene::description::{Body, Motion};
use sim::scene::frame::{GRAVITY, Pose, Quat, Vec3, at};
use sim::scene::shape::{Part, Shape};
use sim::world::solver::PAD_FRICTION;

use super::timed_scene::{OPENING, SETTLE, SPANS, bodies, swing};
use crate::tools::bench::mjcf::{geometry, placed};

/// MuJoCo's step, s.
const STEP: f64 = 0.005;

/// The scene. Links do not touch each other, as here; gravity is compensated in them.
fn scene() -> String {
    let mut xml = format!(
        "<mujoco><compiler angle=\"radian\" autolimits=\"true\"/>\n\
         <option timestep=\"{STEP}\" integrator=\"implicitfast\" gravity=\"0 0 -{GRAVITY}\"/>\n\
         <worldbody>\n"
    );
    // The arm first, so that its joints are the first coordinates.
    let base = Vec3::new(BASE[0] as f32, BASE[1] as f32, BASE[2] as f32);
    write_link(&mut xml, 0, &Pose::from_translation(base));
    let table = arena::table();
    write_body(&mut xml, &table, "");
    for body in bodies() {
        write_body(&mut xml, &body, "<freejoint/>");
    }
    xml += "</worldbody>\n<equality><joint joint1=\"j8\" joint2=\"j9\"/></equality>\n<actuator>\n";
    for i in 0..DOF {
        let (gain, most) = (STIFFNESS[i], TORQUE_MAX[i]);
        let joint = i + 1;
        writeln!(xml, "<position joint=\"j{joint}\" kp=\"{gain}\" forcerange=\"-{most} {most}\"/>")
            .ok();
    }
    for finger in FINGERS {
        writeln!(
            xml,
            "<position joint=\"j{finger}\" kp=\"{FINGER_STIFFNESS}\" kv=\"{FINGER_DAMPING}\" \
             forcerange=\"-{FINGER_FORCE} {FINGER_FORCE}\"/>"
        )
        .ok();
    }
    for i in 0..DOF {
        let (gain, most) = (DAMPING[i], TORQUE_MAX[i]);
        let joint = i + 1;
        writeln!(xml, "<velocity joint=\"j{joint}\" kv=\"{gain}\" forcerange=\"-{most} {most}\"/>")
            .ok();
    }
    xml + "</actuator></mujoco>\n"
}

/// A link with everything that hangs on it.
fn write_link(xml: &mut String, link: usize, pose: &Pose) {
    writeln!(xml, "<body name=\"link{link}\" {} gravcomp=\"1\">", placed(pose)).ok();
    match link {
        0 => {}
        1..=DOF => {
            let (low, high) = (Q_MIN[link - 1], Q_MAX[link - 1]);
            writeln!(
                xml,
                "<joint name=\"j{link}\" axis=\"0 0 1\" range=\"{low} {high}\" \
                 armature=\"{ARMATURE}\"/>"
            )
            .ok();
        }
        finger => {
            let side = if finger == FINGERS[0] { 1 } else { -1 };
            writeln!(
                xml,
                "<joint name=\"j{finger}\" type=\"slide\" axis=\"0 {side} 0\" \
                 range=\"0 {FINGER_TRAVEL}\" armature=\"{FINGER_ARMATURE}\"/>"
            )
            .ok();
        }
    }
    let groups = format!("contype=\"1\" conaffinity=\"0\" friction=\"{PAD_FRICTION}\"");
    write_parts(xml, &parts(link), MASS[link], &groups);
    if link < HAND {
        let row = DH[link];
        let half = core::f32::consts::FRAC_1_SQRT_2;
        let turns = f32::from(row.quarter_turns);
        let turn = match row.quarter_turns {
            0 => Quat::IDENTITY,
            _ => Quat::from_xyzw(turns * half, 0.0, 0.0, half),
        };
        let offset = turn * Vec3::new(0.0, 0.0, row.d as f32) + Vec3::X * row.a as f32;
        write_link(xml, link + 1, &Pose::from_parts(offset, turn));
    }
    if link == HAND {
        writeln!(xml, "<site name=\"tip\" {}/>", placed(&tip_in_link())).ok();
        for finger in FINGERS {
            write_link(xml, finger, &(hand_in_link() * at(0.0, 0.0, KNUCKLE)));
        }
    }
    *xml += "</body>\n";
}

fn write_body(xml: &mut String, body: &Body, joint: &str) {
    writeln!(xml, "<body name=\"{}\" {}>{joint}", body.name, placed(&body.pose)).ok();
    let mass = match body.motion {
        Motion::Free { mass } => mass,
        _ => 1.0,
    };
    let groups = format!("contype=\"3\" conaffinity=\"3\" friction=\"{}\"", body.friction);
    write_parts(xml, &body.parts, mass, &groups);
    *xml += "</body>\n";
}

/// Parts of one density that weigh `mass` together.
fn write_parts(xml: &mut String, parts: &[Part], mass: f32, groups: &str) {
    let total: f32 = parts.iter().map(|part| volume(&part.shape)).sum();
    for part in parts {
        let share = mass * volume(&part.shape) / total;
        let Some(shape) = geometry(&part.shape) else { continue };
        writeln!(xml, "<geom {shape} {} mass=\"{share}\" {groups}/>", placed(&part.pose)).ok();
    }
}

fn volume(shape: &Shape) -> f32 {
    use core::f32::consts::PI;
    match shape {
        Shape::Box { half } => 8.0 * half.x * half.y * half.z,
        Shape::Sphere { radius } => 4.0 / 3.0 * PI * radius * radius * radius,
        Shape::Cylinder { radius, half_height } => 2.0 * PI * radius * radius * half_height,
        Shape::Capsule { radius, half_height } => {
            PI * radius * radius * (2.0 * half_height + 4.0 / 3.0 * radius)
        }
        Shape::Hull { .. } => 0.0,
    }
}

/// Everything that MuJoCo needs: the scene, and the commands of every step.
pub(super) fn work() -> serde_json::Value {
    let spans = SPANS.map(|span| (span / STEP).round() as usize);
    let row = |q: Joints, speed: Joints| -> Vec<f64> {
        q.into_iter().chain([OPENING, OPENING]).chain(speed).collect()
    };
    let steps = 1..=spans.iter().sum::<usize>();
    let rows: Vec<Vec<f64>> = steps
        .map(|k| {
            let (q, speed) = swing(k as f64 * STEP);
            row(q, speed)
        })
        .collect();
    let (rest, _) = swing(SPANS.iter().sum());
    let start: Vec<f64> = swing(0.0).0.into_iter().chain([OPENING, OPENING]).collect();
    let names: Vec<String> = bodies().into_iter().map(|body| body.name).collect();
    json!({
        "xml": scene(),
        "joints": DOF,
        "start": start,
        "swing": rows,
        "warm": spans[0],
        "timed": spans[1],
        "rest": row(rest, [0.0; DOF]),
        "settle": (SETTLE / STEP).round() as usize,
        "bodies": names,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_closed_and_every_joint_is_there() {
        let xml = scene();
        assert_eq!(xml.matches("<body").count(), xml.matches("</body>").count());
        for joint in 1..=FINGERS[1] {
            assert!(xml.contains(&format!("name=\"j{joint}\"")), "{joint}");
        }
        assert_eq!(xml.matches("<freejoint/>").count(), bodies().len());
        assert!(!xml.contains("NaN"));
    }
}
