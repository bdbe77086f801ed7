//! The heat maps of a stage as pictures that lie in the world.

use crate::policy::contract::decision::{HeatMap, StageMaps};
use crate::policy::observation::workspace::Workspace;
use crate::policy::views::axes::{Axis, VIEWS};
use crate::policy::views::render::Window;

/// What the stages are called.
const STAGES: [&str; 2] = ["coarse", "fine"];

/// Where the image of a view lies: its top left corner, and from there to the right and down; in the
/// coordinates of the window.
const fn placement(axis: Axis) -> [[f32; 3]; 3] {
    match axis {
        Axis::Top => [[-1.0, 1.0, -1.0], [2.0, 0.0, 0.0], [0.0, -2.0, 0.0]],
        Axis::Front => [[-1.0, -1.0, 1.0], [0.0, 2.0, 0.0], [0.0, 0.0, -2.0]],
        Axis::Side => [[1.0, -1.0, 1.0], [-2.0, 0.0, 0.0], [0.0, 0.0, -2.0]],
    }
}

/// The heat maps of a stage (0 coarse, 1 fine), `values` row by row in the order of the views, which saw
/// `window` of `space`; `peak` is what they agree on, world, metres.
pub(crate) fn stage(
    stage: usize,
    space: &Workspace,
    window: &Window,
    values: [Vec<f32>; VIEWS],
    peak: [f32; 3],
) -> StageMaps {
    let place = |point: [f32; 3]| space.to_world(window.outward(point));
    let map = |(axis, values): (Axis, Vec<f32>)| {
        let [corner, across, down] = placement(axis);
        let origin = place(corner);
        let edge = |edge: [f32; 3]| {
            let end = place(core::array::from_fn(|i| corner[i] + edge[i]));
            core::array::from_fn(|i| end[i] - origin[i])
        };
        let (across, down) = (edge(across), edge(down));
        let (name, side) = (axis.name(), values.len().isqrt());
        HeatMap { name, side, values, corner: origin, across, down }
    };
    let maps = Axis::ALL.into_iter().zip(values).map(map).collect();
    StageMaps { name: STAGES[stage], peak, maps }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pixel of a map that a point of the world lies in, if any.
    fn pixel(map: &HeatMap, point: [f32; 3]) -> Option<usize> {
        let dot = |a: [f32; 3], b: [f32; 3]| (0..3).map(|i| a[i] * b[i]).sum::<f32>();
        let offset = core::array::from_fn(|i| point[i] - map.corner[i]);
        let share = |edge: [f32; 3]| dot(offset, edge) / dot(edge, edge);
        let index =
            |share: f32| (0.0..1.0).contains(&share).then_some((share * map.side as f32) as usize);
        Some(index(share(map.down))? * map.side + index(share(map.across))?)
    }

    #[test]
    fn heat_lies_in_the_world_where_the_policy_saw_it() {
        let (side, point) = (8, [0.3, -0.6, 0.1]);
        let space = Workspace::default();
        let about = Window::about([0.5, 0.0, -0.5]);
        for (index, window) in [Window::WHOLE, about].iter().enumerate() {
            let values = Axis::ALL.map(|axis| {
                let mut map = vec![0.0; side * side];
                let [u, v] = axis.pixel(point, side).map(|p| p as usize);
                map[v * side + u] = 0.5;
                map
            });
            let world = space.to_world(window.outward(point));
            let found = stage(index, &space, window, values, world);
            assert_eq!((found.name, found.maps.len()), (["coarse", "fine"][index], VIEWS));
            for map in found.maps {
                assert_eq!(pixel(&map, world).map(|i| map.values[i]), Some(0.5), "{}", map.name);
                let beside = world.map(|v| v + 0.3);
                assert!(pixel(&map, beside).is_none_or(|i| map.values[i] == 0.0), "{}", map.name);
            }
        }
    }
}
