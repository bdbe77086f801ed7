//! The pictures of all cameras as one cloud of coloured points.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;

use super::augment::{Augmentation, Motion, symmetric};
use super::view::{View, ViewError};
use super::workspace::Workspace;

/// Coloured points inside the workspace, in cube coordinates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cloud {
    /// Positions in `[-1, 1]^3`.
    pub positions: Vec<[f32; 3]>,
    /// Red, green, blue, nominally in [0, 1]; noise may leave that range. As many as positions.
    pub colours: Vec<[f32; 3]>,
}

impl Cloud {
    /// The points of all views that lie in the workspace, in the order of views, rows, columns.
    ///
    /// # Errors
    /// A view whose buffers or camera are not usable.
    pub fn fuse(views: &[View], space: &Workspace) -> Result<Self, ViewError> {
        Self::gather(views, space, &Motion::STILL, |_| true, |_| true)
    }

    /// The same after a motion of the world, with cameras and points dropped and colours disturbed as
    /// `augmentation` says. Points that move out of the workspace are lost, others come in.
    ///
    /// # Errors
    /// A view whose buffers or camera are not usable.
    pub fn fuse_augmented(
        views: &[View],
        space: &Workspace,
        motion: &Motion,
        augmentation: &Augmentation,
        rng: &mut ChaCha8Rng,
    ) -> Result<Self, ViewError> {
        let blind = rng.random::<f32>() < augmentation.drop_camera && views.len() > 1;
        let dropped = if blind { rng.random_range(0..views.len()) } else { usize::MAX };
        let share = rng.random::<f32>() * augmentation.drop_points;
        let keep = |_: usize| share <= 0.0 || rng.random::<f32>() >= share;
        let mut cloud = Self::gather(views, space, motion, |view| view != dropped, keep)?;
        let amplitude = rng.random::<f32>() * augmentation.colour;
        if amplitude > 0.0 {
            for value in cloud.colours.as_flattened_mut() {
                *value += symmetric(rng, amplitude);
            }
        }
        Ok(cloud)
    }

    fn gather(
        views: &[View],
        space: &Workspace,
        motion: &Motion,
        mut open: impl FnMut(usize) -> bool,
        mut keep: impl FnMut(usize) -> bool,
    ) -> Result<Self, ViewError> {
        let pixels = views.iter().map(|view| view.width * view.height).sum();
        let mut cloud =
            Self { positions: Vec::with_capacity(pixels), colours: Vec::with_capacity(pixels) };
        for (index, view) in views.iter().enumerate() {
            view.check()?;
            if !open(index) {
                continue;
            }
            view.points(|point, colour| {
                let cube = space.to_cube(motion.point(point));
                let inside = cube.iter().all(|v| (-1.0..=1.0).contains(v));
                if inside && keep(cloud.positions.len()) {
                    cloud.positions.push(cube);
                    cloud.colours.push(colour);
                }
            });
        }
        Ok(cloud)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    const SIDE: usize = 16;

    /// A camera 1 m above the table looking straight down at a floor of one colour.
    fn with_view<T>(run: impl FnOnce(&[View]) -> T) -> T {
        let rgb = vec![128; SIDE * SIDE * 3];
        let depth = vec![1.0; SIDE * SIDE];
        let view = View {
            width: SIDE,
            height: SIDE,
            rgb: &rgb,
            depth: &depth,
            focal: [12.0; 2],
            centre: [8.0; 2],
            position: [0.2, 0.0, 1.75],
            quaternion: [1.0, 0.0, 0.0, 0.0],
        };
        run(&[view.clone(), view])
    }

    #[test]
    fn points_outside_the_workspace_are_dropped() {
        with_view(|views| {
            let space = Workspace::default();
            let cloud = Cloud::fuse(views, &space).unwrap();
            // 16 pixels cover 1.33 m; the middle 12 lie in the box of 1 m.
            assert_eq!(cloud.positions.len(), 2 * 12 * 12);
            assert!(cloud.positions.iter().all(|p| (p[2] + 0.7).abs() < 1e-5));
        });
    }

    #[test]
    fn noise_drops_and_colours_depend_on_the_generator_only() {
        with_view(|views| {
            let space = Workspace::default();
            let wanted = Augmentation { drop_points: 0.5, drop_camera: 0.5, ..Default::default() };
            let run = |seed| {
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                Cloud::fuse_augmented(views, &space, &Motion::STILL, &wanted, &mut rng).unwrap()
            };
            assert_eq!(run(1), run(1));
            assert_ne!(run(1), run(2));
            let sizes: Vec<_> = (0..20).map(|seed| run(seed).positions.len()).collect();
            assert!(sizes.iter().any(|&n| n < 144) && sizes.iter().any(|&n| n > 144), "{sizes:?}");
            let base = 128.0 / 255.0;
            let colours = run(3).colours;
            assert!(colours.as_flattened().iter().all(|c| (c - base).abs() <= 0.05));
        });
    }
}
