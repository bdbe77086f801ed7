//! Room for the gripper, so that it works where the published data have it.

use crate::scene::description::{Body, BodyId};
use crate::scene::frame::{Pose, Vec3, at};
use crate::scene::palette::WOOD;
use crate::scene::shape::{Part, Shape};
use crate::task::layout::Layout;

/// Depth of the discs below the table's surface, m: far enough that nothing on it touches them.
const DEPTH: f32 = 0.02;

/// Keeps places at least so many metres inside the spawn plane's edges: unseen discs inside
/// the table top count for the footprint of the task and for nothing else.
pub(crate) fn keep_room(s: &mut Layout<'_>, places: &[(Vec3, f32)]) -> BodyId {
    let disc = |&(place, margin): &(Vec3, f32)| {
        let pose = at(place.x, place.y, -DEPTH);
        Part::new(Shape::cylinder(margin, 0.005), pose, WOOD).hidden()
    };
    s.add(Body::fixed("room", Pose::IDENTITY).with_all(places.iter().map(disc)))
}
