//! A batch of episodes in lock-step, on all threads of the current rayon pool.
//!
//! Each episode has its own world and its own pictures, and no thread shares anything with another,
//! so that results do not depend on how many threads there are.

use rayon::prelude::*;

use crate::episode::environment::{ACTION_LIMIT, Episode};
use crate::episode::scene_file::SceneFile;
use crate::render::camera::Camera;
use crate::render::observe::{Observation, Observer};
use crate::render::renderer::{RenderError, Renderer};
use crate::robot::GraspMode;
use crate::robot::action::{Action, Outcome};
use crate::world::BadScene;

/// Episodes that are observed together and act together.
pub struct EpisodeBatch {
    grasp: GraspMode,
    renderer: Renderer,
    action_limit: u32,
    members: Vec<Member>,
}

struct Member {
    episode: Episode,
    observer: Observer,
}

/// An episode of a batch that could not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("task `{task}` variation {variation} seed {seed}: {reason}")]
pub struct BatchError {
    /// Its place in the batch.
    pub index: usize,
    /// Its task.
    pub task: String,
    /// Its variation.
    pub variation: usize,
    /// Its seed.
    pub seed: u64,
    /// Why it could not begin.
    pub reason: StartError,
}

/// Why an episode could not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// Physics cannot be built from its scene.
    #[error(transparent)]
    Physics(#[from] BadScene),
    /// Its scene cannot be drawn.
    #[error(transparent)]
    Picture(#[from] RenderError),
}

impl EpisodeBatch {
    /// An empty batch whose grippers hold things the given way.
    pub fn new(grasp: GraspMode) -> Self {
        Self {
            grasp,
            renderer: Renderer::default(),
            action_limit: ACTION_LIMIT,
            members: Vec::new(),
        }
    }

    /// Lets another renderer than the rasteriser draw the episodes that are begun from now on.
    #[must_use]
    pub fn with_renderer(self, renderer: Renderer) -> Self {
        Self { renderer, ..self }
    }

    /// Changes how many actions the episodes that are begun from now on may take (default
    /// [`ACTION_LIMIT`]).
    #[must_use]
    pub fn with_action_limit(self, action_limit: u32) -> Self {
        Self { action_limit, ..self }
    }

    /// Replaces all episodes by one for each scene file, in that order.
    ///
    /// # Errors
    /// Names the first scene that physics cannot be built from; the batch is then as it was.
    pub fn reset(&mut self, files: &[SceneFile]) -> Result<(), BatchError> {
        let members: Vec<_> = files.par_iter().map(|file| self.begin(file)).collect();
        let named = members.into_iter().zip(files).enumerate().map(|(index, (member, file))| {
            member.map_err(|reason| {
                let SceneFile { task, variation, seed, .. } = file;
                let (task, variation, seed) = (task.clone(), *variation, *seed);
                BatchError { index, task, variation, seed, reason }
            })
        });
        self.members = named.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Number of episodes, ended ones included.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no episode.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The episodes, in order.
    pub fn episodes(&self) -> impl Iterator<Item = &Episode> {
        self.members.iter().map(|member| &member.episode)
    }

    /// Whether every episode has ended.
    pub fn done(&self) -> bool {
        self.episodes().all(|episode| episode.outcome().is_some())
    }

    /// What every episode sees through the given cameras, ended ones included.
    ///
    /// # Errors
    /// When a graphics driver fails.
    pub fn observe(&mut self, cameras: &[Camera]) -> Result<Vec<Observation>, RenderError> {
        let see = |m: &mut Member| m.observer.observe(m.episode.cell(), cameras);
        self.members.par_iter_mut().map(see).collect()
    }

    /// Takes one action in each episode that is given one, and says how each has ended.
    ///
    /// `actions[i]` is for episode `i`. Without an action an episode waits; an ended one stays as it
    /// is.
    pub fn act(&mut self, actions: &[Option<Action>]) -> Vec<Option<Outcome>> {
        let act = |(index, member): (usize, &mut Member)| match actions.get(index) {
            Some(Some(action)) => member.episode.act(action, &mut |_, _| {}),
            _ => member.episode.outcome(),
        };
        self.members.par_iter_mut().enumerate().map(act).collect()
    }

    fn begin(&self, file: &SceneFile) -> Result<Member, StartError> {
        let mut episode = Episode::new(file, self.grasp)?;
        episode.set_action_limit(self.action_limit);
        Ok(Member { episode, observer: Observer::by(&self.renderer, &file.scene)? })
    }
}
