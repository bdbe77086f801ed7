//! A scene file: everything that makes one episode, explicit. Reset loads one; nothing is sampled.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::episode::reachable::reachable;
use crate::render::camera::{Camera, rlbench_cameras};
use crate::scene::arena::arena;
use crate::scene::description::Scene;
use crate::task::definition::{Rules, Task};
use crate::task::goal::Goal;
use crate::task::layout::{Crowded, Layout, Space};
use crate::task::script::Waypoint;

/// Version of the scene format; a file of another version is refused.
pub const FORMAT: u32 = 1;
/// Layouts drawn before a variation is given up (default 200: RLBench's 5 x 40 attempts).
pub const ATTEMPTS: u32 = 200;

/// One episode before it begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneFile {
    /// Format version, [`FORMAT`].
    pub format: u32,
    /// Name of the task.
    pub task: String,
    /// Variation of the task.
    pub variation: usize,
    /// Seed the scene was drawn from.
    pub seed: u64,
    /// Rules it follows.
    pub rules: Rules,
    /// Layouts drawn and refused before this one, for geometry or reach, never for the expert's
    /// outcome.
    pub rejected: u32,
    /// Instructions; the first is the one a policy is given.
    pub instructions: Vec<String>,
    /// Cameras.
    pub cameras: Vec<Camera>,
    /// Bodies and sensors, the arena first; poses in the world.
    pub scene: Scene,
    /// Parts of success.
    pub success: Vec<Goal>,
    /// The expert's waypoints.
    pub script: Vec<Waypoint>,
}

/// A scene file that cannot be used.
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
    /// The text is not a scene file.
    #[error("not a scene file: {0}")]
    Malformed(String),
    /// The file is of another version.
    #[error("scene format {0} is not the supported format {FORMAT}")]
    Format(u32),
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
            let Ok((file, space)) = draw(task, variation, seed, rules, &mut rng) else { continue };
            if reachable(&file, &space) {
                return Ok(Self { rejected, ..file });
            }
        }
        Err(SceneError::NoLayout { task: task.name, variation, seed })
    }

    /// The file as JSON; numbers survive exactly.
    ///
    /// # Errors
    /// Never for a file this program made.
    pub fn to_json(&self) -> Result<String, SceneError> {
        serde_json::to_string(self).map_err(|e| SceneError::Malformed(e.to_string()))
    }

    /// Reads what [`SceneFile::to_json`] wrote.
    ///
    /// # Errors
    /// When the text is not a scene file of this version.
    pub fn from_json(text: &str) -> Result<Self, SceneError> {
        let file: Self =
            serde_json::from_str(text).map_err(|e| SceneError::Malformed(e.to_string()))?;
        if file.format != FORMAT {
            return Err(SceneError::Format(file.format));
        }
        file.check()?;
        Ok(file)
    }

    /// Checks that every id refers to something, so that nothing later can fail on it.
    fn check(&self) -> Result<(), SceneError> {
        crate::episode::references::check(self)
            .map_err(|reason| SceneError::Malformed(reason.into()))
    }
}

fn draw(
    task: &Task,
    variation: usize,
    seed: u64,
    rules: Rules,
    rng: &mut ChaCha8Rng,
) -> Result<(SceneFile, Space), Crowded> {
    let mut layout = Layout::new(rng, rules);
    let footprint = (task.build)(&mut layout, variation)?;
    layout.settle(task.yaw, &footprint)?;
    let space = layout.space;
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
    Ok((file, space))
}

/// The random stream of one episode: keyed by task, variation and seed.
pub fn stream(task: &str, variation: usize, seed: u64) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new();
    hasher.update(task.as_bytes());
    hasher.update(&(variation as u64).to_le_bytes());
    hasher.update(&seed.to_le_bytes());
    ChaCha8Rng::from_seed(*hasher.finalize().as_bytes())
}
