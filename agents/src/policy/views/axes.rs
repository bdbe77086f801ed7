//! The three orthographic views of the cube and where they show a point.
//!
//! Image coordinates are continuous, u to the right and v down, in pixels from the top left corner;
//! the image covers `[-1, 1]`, and the centre of pixel i lies at i + 0.5. (ARP, virtual views of RVT.)

/// Number of views.
pub const VIEWS: usize = 3;

/// One of the views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// From +z, straight down.
    Top,
    /// From +x.
    Front,
    /// From +y.
    Side,
}

impl Axis {
    /// All views, in the order of every tensor.
    pub const ALL: [Self; VIEWS] = [Self::Top, Self::Front, Self::Side];

    /// Column u and row v, in units of the image's side (0 to 1), and depth (0 to 2, nearest first)
    /// of a point of the cube.
    #[inline]
    #[must_use]
    pub fn project(self, [x, y, z]: [f32; 3]) -> (f32, f32, f32) {
        let half = |v: f32| 0.5 * (1.0 + v);
        match self {
            Self::Top => (half(x), half(-y), 1.0 - z),
            Self::Front => (half(y), half(-z), 1.0 - x),
            Self::Side => (half(-x), half(-z), 1.0 - y),
        }
    }

    /// Column and row of a point of the cube in an image of `side` pixels, continuous.
    #[must_use]
    pub fn pixel(self, point: [f32; 3], side: usize) -> [f32; 2] {
        let (u, v, _) = self.project(point);
        [u * side as f32, v * side as f32]
    }
}

/// The middle of voxel `index` (below `side`) along an axis of the cube.
#[must_use]
pub fn voxel_centre(index: usize, side: usize) -> f32 {
    (2 * index + 1) as f32 / side as f32 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_show_points_where_they_are_published_to() {
        let point = [0.5, -0.25, 0.75];
        // u = (1 + x) S / 2, v = (1 - y) S / 2 and so on, at S = 224.
        assert_eq!(Axis::Top.pixel(point, 224), [168.0, 140.0]);
        assert_eq!(Axis::Front.pixel(point, 224), [84.0, 28.0]);
        assert_eq!(Axis::Side.pixel(point, 224), [56.0, 28.0]);
        assert_eq!(Axis::ALL.map(|axis| axis.project(point).2), [0.25, 0.5, 1.25]);
    }
}
