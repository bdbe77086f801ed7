//! Tip poses that satisfy a waypoint equally well, and which of them is taken.

use crate::episode::scene_file::stream;
use crate::robot::clearance::widen;
use crate::robot::kinematics::distance;
use crate::robot::motion::Planner;
use crate::robot::panda::Joints;
use crate::scene::frame::{Pose, Vec3, about};
use crate::task::script::{Anchor, Waypoint};

/// The poses that satisfy a waypoint, given where everything is: at least one.
fn alternatives(waypoint: &Waypoint, poses: &[Pose], tip: Pose) -> impl Iterator<Item = Pose> {
    let frame = match waypoint.anchor {
        Anchor::Task => Pose::IDENTITY,
        Anchor::Body(body) => poses[body.0],
    };
    let to_tip = waypoint.carry.map_or(Pose::IDENTITY, |body| poses[body.0].inverse() * tip);
    let (to, turns) = (frame * waypoint.pose, waypoint.turns.max(1));
    (0..turns).map(move |k| {
        let angle = core::f32::consts::TAU * f32::from(k) / f32::from(turns);
        to * Pose::from_rotation(about(Vec3::Z, angle)) * to_tip
    })
}

/// The pose that turns the joints least on the way from `from`, collisions ignored, and the
/// configuration it ends in; the first of them, without a configuration, if none can be reached.
///
/// The check of a drawn scene and the expert both ask here, so that what was found reachable is what
/// the expert then attempts.
pub(crate) fn nearest(
    waypoint: &Waypoint,
    poses: &[Pose],
    tip: Pose,
    from: &Joints,
) -> (Pose, Option<Joints>) {
    let planner = Planner { linear_only: waypoint.linear, ..Planner::default() };
    let end = |pose: &Pose| {
        // Any free stream will do: it only ranks alternatives, and always starts the same.
        let mut rng = stream("rank", 0, 0);
        let path = planner.plan(from, &widen(*pose), &mut |_| true, &mut rng).ok();
        path.and_then(|p| p.joints.last().copied())
    };
    let reached = alternatives(waypoint, poses, tip).map(|pose| (pose, end(&pose)));
    let cost = |end: &Option<Joints>| end.as_ref().map_or(f64::INFINITY, |q| distance(from, q));
    let best = reached.min_by(|a, b| cost(&a.1).total_cmp(&cost(&b.1)));
    best.unwrap_or((tip, None))
}
