//! The box the policy sees and acts in, and the cube it is mapped to.

use serde::{Deserialize, Serialize};

/// A cube of the world, metres. Everything the networks see lives in `[-1, 1]^3`, this box scaled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Lower corner, metres (default -0.3, -0.5, 0.6: the scene bounds of PerAct, RVT and ARP).
    pub min: [f32; 3],
    /// Length of each side, metres (default 1).
    pub side: f32,
}

impl Default for Workspace {
    fn default() -> Self {
        Self { min: [-0.3, -0.5, 0.6], side: 1.0 }
    }
}

impl Workspace {
    /// A point of the world (metres) in the cube; outside the box it lies outside `[-1, 1]`.
    pub fn to_cube(&self, world: [f32; 3]) -> [f32; 3] {
        let scale = 2.0 / self.side;
        core::array::from_fn(|axis| (world[axis] - self.min[axis]) * scale - 1.0)
    }

    /// A point of the cube in the world, metres.
    pub fn to_world(&self, cube: [f32; 3]) -> [f32; 3] {
        let half = 0.5 * self.side;
        core::array::from_fn(|axis| (cube[axis] + 1.0) * half + self.min[axis])
    }

    /// Whether a point of the world lies in the box, faces included; NaN lies nowhere.
    pub fn contains(&self, world: [f32; 3]) -> bool {
        (0..3).all(|axis| (0.0..=self.side).contains(&(world[axis] - self.min[axis])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_of_the_box_are_the_corners_of_the_cube() {
        let space = Workspace::default();
        assert_eq!(space.to_cube(space.min), [-1.0; 3]);
        let centre = space.to_world([0.0; 3]);
        for (value, expected) in centre.into_iter().zip([0.2, 0.0, 1.1]) {
            assert!((value - expected).abs() < 1e-6, "{centre:?}");
        }
        for cube in [[0.3, -0.7, 0.99], [-1.0, 1.0, 0.0]] {
            let back = space.to_cube(space.to_world(cube));
            assert!((0..3).all(|axis| (back[axis] - cube[axis]).abs() < 1e-5), "{back:?}");
        }
        assert!(!space.contains([f32::NAN, 0.0, 1.0]));
    }
}
