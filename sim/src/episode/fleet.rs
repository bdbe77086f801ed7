//! A fleet: many episodes in lock-step, on all threads of the current rayon pool.
//!
//! Each episode has its own world and its own pictures, and no thread shares anything with another,
//! so that results do not depend on how many threads there are.

use rayon::prelude::*;

use crate::episode::environment::Episode;
use crate::episode::scene_file::SceneFile;
use crate::render::camera::Camera;
use crate::render::observe::{Observation, Observer};
use crate::render::renderer::{CannotDraw, Renderer};
use crate::robot::GraspMode;
use crate::robot::action::{Action, Outcome};
use crate::world::BadScene;

/// Episodes that are observed together and act together.
pub struct Fleet {
    grasp: GraspMode,
    renderer: Renderer,
    members: Vec<Member>,
}

struct Member {
    episode: Episode,
    observer: Observer,
}

/// An episode of a fleet that could not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("task `{task}` variation {variation} seed {seed}: {reason}")]
pub struct BadMember {
    /// Its place in the fleet.
    pub index: usize,
    /// Its task.
    pub task: String,
    /// Its variation.
    pub variation: usize,
    /// Its seed.
    pub seed: u64,
    /// Why it could not begin.
    pub reason: Unfit,
}

/// Why an episode could not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Physics cannot be built from its scene.
    #[error(transparent)]
    Physics(#[from] BadScene),
    /// Its scene cannot be drawn.
    #[error(transparent)]
    Picture(#[from] CannotDraw),
}

impl Fleet {
    /// An empty fleet whose grippers hold things the given way.
    pub fn new(grasp: GraspMode) -> Self {
        Self { grasp, renderer: Renderer::default(), members: Vec::new() }
    }

    /// Lets another renderer than the rasteriser draw the episodes that are begun from now on.
    #[must_use]
    pub fn drawn_by(self, renderer: Renderer) -> Self {
        Self { renderer, ..self }
    }

    /// Replaces all episodes by one for each scene file, in that order.
    ///
    /// # Errors
    /// Names the first scene that physics cannot be built from; the fleet is then as it was.
    pub fn reset(&mut self, files: &[SceneFile]) -> Result<(), BadMember> {
        let members: Vec<_> =
            files.par_iter().map(|file| Member::new(file, self.grasp, &self.renderer)).collect();
        let named = members.into_iter().zip(files).enumerate().map(|(index, (member, file))| {
            member.map_err(|reason| {
                let SceneFile { task, variation, seed, .. } = file;
                let (task, variation, seed) = (task.clone(), *variation, *seed);
                BadMember { index, task, variation, seed, reason }
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
    pub fn observe(&mut self, cameras: &[Camera]) -> Result<Vec<Observation>, CannotDraw> {
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
}

impl Member {
    fn new(file: &SceneFile, grasp: GraspMode, renderer: &Renderer) -> Result<Self, Unfit> {
        let episode = Episode::new(file, grasp)?;
        Ok(Self { episode, observer: Observer::by(renderer, &file.scene)? })
    }
}
