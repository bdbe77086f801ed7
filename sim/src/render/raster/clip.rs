//! Clipping of triangles that reach behind the camera or far out of the image.

use super::view::{Projected, View};
use crate::scene::frame::Vec3;

/// Each of the five planes adds at most one corner to a triangle.
const MOST: usize = 3 + 5;

/// Cuts a triangle, given in the view's frame, and calls `emit` for each triangle left.
pub(super) fn clip(view: &View, triangle: [Vec3; 3], mut emit: impl FnMut([Projected; 3])) {
    let mut corners = [Vec3::ZERO; MOST];
    corners[..3].copy_from_slice(&triangle);
    let mut count = 3;
    for (normal, offset) in view.planes() {
        let distance = |p: Vec3| p.dot(normal) - offset;
        let mut kept = [Vec3::ZERO; MOST];
        let mut length = 0;
        let mut keep = |p: Vec3| {
            // Rounding could add a corner more than theory allows; it would change no pixel.
            if length < MOST {
                kept[length] = p;
                length += 1;
            }
        };
        for i in 0..count {
            let (p, q) = (corners[i], corners[(i + 1) % count]);
            let (at_p, at_q) = (distance(p), distance(q));
            // A distance that is not a number counts as outside.
            match (at_p >= 0.0, at_q >= 0.0) {
                (true, true) => keep(p),
                (true, false) => {
                    keep(p);
                    keep(crossing(p, at_p, q, at_q));
                }
                (false, true) => keep(crossing(q, at_q, p, at_p)),
                (false, false) => {}
            }
        }
        (corners, count) = (kept, length);
    }
    for i in 2..count {
        emit([corners[0], corners[i - 1], corners[i]].map(|p| view.project_clipped(p)));
    }
}

/// Where the line from a point inside to one outside meets the plane. Always computed from the
/// inside, so that both triangles of an edge get the same point.
fn crossing(inside: Vec3, at_inside: f32, outside: Vec3, at_outside: f32) -> Vec3 {
    inside + (outside - inside) * (at_inside / (at_inside - at_outside))
}
