//! Drawing the scene of an episode from a seed.

use rand::rngs::ChaCha8Rng;

use crate::episode::reachable::reachable;
use crate::episode::scene_file::{FORMAT, SceneFile};
use crate::episode::stream::stream;
use crate::render::camera::rlbench_cameras;
use crate::scene::arena::arena;
use crate::task::layout::{Bounds, Layout, PlacementError};
use crate::task::{Rules, Task};

/// Layouts drawn before a variation is given up (default 200: RLBench's 5 x 40 attempts).
pub const ATTEMPTS: u32 = 200;

/// A scene that cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum SceneError {
    /// The variation does not exist.
    #[error("task `{task}` has variations 0..{count}, not {variation}")]
    NoVariation {
        /// Name of the task.
        task: &'static str,
        /// The variation asked for.
        variation: usize,
        /// How many there are.
        count: usize,
    },
    /// No layout was possible.
    #[error("task `{task}` variation {variation} seed {seed}: no layout in {ATTEMPTS} draws")]
    NoLayout {
        /// Name of the task.
        task: &'static str,
        /// Variation.
        variation: usize,
        /// Seed.
        seed: u64,
    },
}

impl SceneFile {
    /// Draws the scene of a variation from a seed.
    ///
    /// # Errors
    /// When the variation does not exist or no layout fits.
    pub fn sample(
        task: &Task,
        variation: usize,
        seed: u64,
        rules: Rules,
    ) -> Result<Self, SceneError> {
        if variation >= task.variations {
            let count = task.variations;
            return Err(SceneError::NoVariation { task: task.name, variation, count });
        }
        let mut rng = stream(task.name, variation, seed);
        for rejected in 0..ATTEMPTS {
            let Ok((file, bounds)) = draw(task, variation, seed, rules, &mut rng) else { continue };
            if reachable(&file, &bounds) {
                return Ok(Self { rejected, ..file });
            }
        }
        Err(SceneError::NoLayout { task: task.name, variation, seed })
    }
}

fn draw(
    task: &Task,
    variation: usize,
    seed: u64,
    rules: Rules,
    rng: &mut ChaCha8Rng,
) -> Result<(SceneFile, Bounds), PlacementError> {
    let mut layout = Layout::new(rng, rules);
    let footprint = (task.build)(&mut layout, variation)?;
    layout.settle(task.yaw, &footprint)?;
    let bounds = layout.bounds;
    let (mut scene, goals, script) = (layout.scene, layout.goals, layout.script);
    // The arena comes last so that the task's own ids stay as it knows them.
    scene.bodies.extend(arena());
    let file = SceneFile {
        format: FORMAT,
        task: task.name.into(),
        variation,
        seed,
        rules,
        rejected: 0,
        instructions: (task.instructions)(variation, rules),
        cameras: rlbench_cameras().to_vec(),
        scene,
        success: goals,
        script,
    };
    Ok((file, bounds))
}
