//! One camera's picture, as plain data.

use thiserror::Error;

use super::rotation;

/// An RGB-D picture and the pinhole camera that took it.
///
/// The camera's own frame has x to the image's right, y down and z along the view; depth is
/// measured along z, not along the ray. Image coordinates are continuous, in pixels from the top
/// left corner: the centre of pixel (column i, row j) lies at (i + 0.5, j + 0.5).
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Columns, pixels.
    pub width: usize,
    /// Rows, pixels.
    pub height: usize,
    /// Red, green, blue of every pixel, row by row: `height * width * 3` values.
    pub rgb: &'a [u8],
    /// Depth of every pixel, row by row, metres: `height * width` values. Pixels that see nothing
    /// carry a depth outside the workspace, or one that is not finite or not positive.
    pub depth: &'a [f32],
    /// Focal lengths along columns and rows, pixels.
    pub focal: [f32; 2],
    /// Principal point (column, row), pixels.
    pub centre: [f32; 2],
    /// Where the camera stands, world, metres.
    pub position: [f32; 3],
    /// Camera to world, unit quaternion (x, y, z, w).
    pub quaternion: [f32; 4],
}

/// Why a picture cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ViewError {
    /// A buffer does not have the size of the picture.
    #[error("{name} has {found} values where {width}x{height} pixels need {expected}")]
    Size {
        /// `rgb` or `depth`.
        name: &'static str,
        /// Values in the buffer.
        found: usize,
        /// Values needed.
        expected: usize,
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// Focal length or pose is not a usable number.
    #[error("the camera's focal length, centre or pose is not usable")]
    Camera,
}

impl View<'_> {
    /// Checks sizes and numbers.
    ///
    /// # Errors
    /// A buffer of the wrong size, a focal length that is not positive, a pose that is not finite.
    pub fn check(&self) -> Result<(), ViewError> {
        let (width, height) = (self.width, self.height);
        let sized = [("rgb", self.rgb.len(), 3), ("depth", self.depth.len(), 1)];
        for (name, found, each) in sized {
            let expected = width * height * each;
            if found != expected {
                return Err(ViewError::Size { name, found, expected, width, height });
            }
        }
        let finite = |values: &[f32]| values.iter().all(|v| v.is_finite());
        let focal = self.focal.iter().all(|&f| f.is_finite() && f > 0.0);
        let pose = finite(&self.centre) && finite(&self.position);
        if focal && pose && rotation::normalised(self.quaternion).is_some() {
            Ok(())
        } else {
            Err(ViewError::Camera)
        }
    }

    /// Calls `take` with the world position (metres) and the colour (each in [0, 1]) of every pixel
    /// that has a depth, row by row.
    pub fn points(&self, mut take: impl FnMut([f32; 3], [f32; 3])) {
        let Some(quaternion) = rotation::normalised(self.quaternion) else { return };
        let r = rotation::matrix(quaternion);
        let inverse = self.focal.map(|f| 1.0 / f);
        let rows = self.depth.chunks_exact(self.width).zip(self.rgb.chunks_exact(3 * self.width));
        for (row, (depths, colours)) in rows.enumerate() {
            let y = (row as f32 + 0.5 - self.centre[1]) * inverse[1];
            let base: [f32; 3] = core::array::from_fn(|axis| r[axis][1] * y + r[axis][2]);
            for (column, &depth) in depths.iter().enumerate() {
                if !(depth.is_finite() && depth > 0.0) {
                    continue;
                }
                let x = (column as f32 + 0.5 - self.centre[0]) * inverse[0];
                let ray = |axis: usize| r[axis][0] * x + base[axis];
                let point = core::array::from_fn(|axis| ray(axis) * depth + self.position[axis]);
                let colour = &colours[3 * column..3 * column + 3];
                take(point, core::array::from_fn(|c| f32::from(colour[c]) * (1.0 / 255.0)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view<'a>(rgb: &'a [u8], depth: &'a [f32]) -> View<'a> {
        View {
            width: 2,
            height: 1,
            rgb,
            depth,
            focal: [1.0, 1.0],
            centre: [1.0, 0.5],
            position: [0.5, 0.0, 2.0],
            // Half a turn about x: the camera looks straight down, its y points along -y.
            quaternion: [1.0, 0.0, 0.0, 0.0],
        }
    }

    #[test]
    fn pixels_become_points_along_the_view_axis() {
        let mut points = Vec::new();
        let view = view(&[255, 0, 0, 0, 255, 0], &[1.0, 1.0]);
        view.check().unwrap();
        view.points(|point, colour| points.push((point, colour)));
        assert_eq!(points[0], ([0.0, 0.0, 1.0], [1.0, 0.0, 0.0]));
        assert_eq!(points[1], ([1.0, 0.0, 1.0], [0.0, 1.0, 0.0]));
    }

    #[test]
    fn pixels_without_depth_are_left_out_and_bad_views_are_named() {
        let mut count = 0;
        view(&[0; 6], &[f32::NAN, -1.0]).points(|_, _| count += 1);
        assert_eq!(count, 0);
        let error = view(&[0; 5], &[1.0; 2]).check().unwrap_err().to_string();
        assert_eq!(error, "rgb has 5 values where 2x1 pixels need 6");
        let bad = View { focal: [0.0, 1.0], ..view(&[0; 6], &[1.0; 2]) };
        assert_eq!(bad.check(), Err(ViewError::Camera));
    }
}
