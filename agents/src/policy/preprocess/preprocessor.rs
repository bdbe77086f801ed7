//! From observations and actions to what the networks read. All of it runs on the host, samples in
//! parallel, and gives the same numbers on any number of threads.

use rayon::prelude::*;
use thiserror::Error;

use super::batch::{self, Batch, CoarseInput};
use crate::nn::weights::Noise;
use crate::policy::observation::action::Action;
use crate::policy::observation::augment::{self, Augmentation, Motion, symmetric};
use crate::policy::observation::cloud::Cloud;
use crate::policy::observation::rotation;
use crate::policy::observation::sentence::{Sentence, SentenceError, Sentences};
use crate::policy::observation::state::{HandPose, STATE, state};
use crate::policy::observation::view::{View, ViewError};
use crate::policy::observation::workspace::Workspace;
use crate::policy::views::axes::{Axis, VIEWS};
use crate::policy::views::cells;
use crate::policy::views::heat;
use crate::policy::views::render::{Renderer, Window};
use crate::presets;

/// What the policy knows when it decides.
#[derive(Clone, Debug)]
pub struct Observation<'a> {
    /// The cameras' pictures.
    pub views: Vec<View<'a>>,
    /// Gripper open (0 or 1), positions of both fingers, and [`clock`] where the preset wants it.
    pub proprio: Vec<f32>,
    /// Where the hand is and how it is turned. Only policies with [`presets::Extensions`] read it.
    pub hand: HandPose,
    /// Number of the keyframe that comes next, from 0, where the policy is told. Only policies with
    /// [`presets::Extensions`] read it; the others know the time by proprioception.
    pub keyframe: Option<usize>,
    /// The instruction.
    pub sentence: Sentence,
}

/// What a policy with `time_in_state` is told at keyframe `index`, counted from 0: 1 at first, falling
/// linearly to -1 at keyframe `horizon - 1`, and on below that where an episode is longer (RVT-2: 25
/// keyframes, the limit of an episode).
#[must_use]
pub fn clock(index: usize, horizon: u32) -> f32 {
    (1.0 - index as f32 / (horizon as f32 - 1.0)) * 2.0 - 1.0
}

/// An observation and the keyframe that an expert went to next.
#[derive(Clone, Debug)]
pub struct Transition<'a> {
    /// What was seen.
    pub observation: Observation<'a>,
    /// What was done.
    pub action: Action,
}

/// Why a sample cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SampleError {
    /// A picture or its camera.
    #[error("sample {sample}: {reason}")]
    View {
        /// Which sample.
        sample: usize,
        /// What is wrong.
        reason: ViewError,
    },
    /// The sentences.
    #[error(transparent)]
    Sentence(#[from] SentenceError),
    /// Proprioception of the wrong length, or not finite.
    #[error("sample {sample}: proprioception needs {expected} finite numbers")]
    Proprio {
        /// Which sample.
        sample: usize,
        /// Numbers needed.
        expected: usize,
    },
    /// A hand that is nowhere, or turned in no direction.
    #[error("sample {sample}: the hand's pose is not finite or has no direction")]
    Hand {
        /// Which sample.
        sample: usize,
    },
    /// A position or rotation that is none.
    #[error("sample {sample}: the action is not finite or has no direction")]
    Action {
        /// Which sample.
        sample: usize,
    },
}

/// Prepares samples for a policy of one shape.
#[derive(Clone, Debug)]
pub struct Preprocessor {
    pub(crate) shape: presets::Policy,
    pub(crate) space: Workspace,
    pub(crate) renderer: Renderer,
    sigma: f32,
}

impl Preprocessor {
    /// For policies of `shape` acting in `space`.
    ///
    /// Heat-map labels have a deviation of 1.5 pixels (ARP), or 1 where pictures are smaller than
    /// those of `small`, 128 pixels.
    #[must_use]
    pub fn new(shape: &presets::Policy, space: Workspace) -> Self {
        let sigma = if shape.size < 128 { 1.0 } else { 1.5 };
        let renderer = Renderer::new(shape.size, shape.patch);
        let renderer = if shape.extensions.depth { renderer.deep() } else { renderer };
        Self { shape: shape.clone(), space, renderer, sigma }
    }

    /// A training batch. `progress`, 0 to 1, is the share of training that is done; sample `i` draws
    /// from its own stream of `noise`.
    ///
    /// # Errors
    /// A sample that cannot be used, the first of them.
    pub fn batch(
        &self,
        transitions: &[Transition],
        augmentation: &Augmentation,
        progress: f32,
        noise: &Noise,
    ) -> Result<Batch, SampleError> {
        let mut batch = Batch::new(&self.shape, transitions.len());
        let observed: Vec<_> = transitions.iter().map(|t| &t.observation).collect();
        batch.sentences = Sentences::gather(observed.iter().map(|o| &o.sentence), &self.shape)?;
        batch.proprio = self.proprio(&observed)?;
        let samples = batch.samples(&self.shape);
        samples.into_par_iter().zip(transitions).enumerate().try_for_each(
            |(sample, (slots, transition))| {
                let mut rng = noise.stream(sample, "doing sample");
                let action =
                    transition.action.normalised().ok_or(SampleError::Action { sample })?;
                let motion = Motion::draw(&action, &self.space, augmentation, progress, &mut rng);
                let cloud = Cloud::fuse_augmented(
                    &transition.observation.views,
                    &self.space,
                    &motion,
                    augmentation,
                    &mut rng,
                )
                .map_err(|reason| SampleError::View { sample, reason })?;
                let action = motion.action(&action);
                let hand = motion.hand(&hand(sample, &transition.observation)?);
                let observation = &transition.observation;
                let goal = self.space.to_cube(action.position);
                let centre = goal.map(|v| v + symmetric(&mut rng, augmentation.centre));
                let fine = Window::about(centre);
                for (stage, window) in [Window::WHOLE, fine].iter().enumerate() {
                    self.renderer.draw(&cloud, window, self.origin(&hand), slots.images[stage]);
                    let point = window.inward(goal);
                    slots.floor[stage] = self.label(point, slots.labels[stage]);
                    cells::weights(point, &self.shape, slots.prompts[stage]);
                    let (body, next) = (&observation.proprio, observation.keyframe);
                    state(&hand, body, next, &self.space, window.centre, slots.states[stage]);
                }
                let near = self.near(fine.inward(goal), augmentation, noise, sample);
                slots.local.fill(&self.renderer, slots.images[1], near, hand.quaternion);
                let tokens = action.tokens();
                let shown = match augmentation.teacher {
                    true => augment::teacher(&mut rng, tokens.rotation),
                    false => tokens.rotation,
                };
                let entropies = rotation::labels(action.quaternion, slots.angles);
                slots.floor[2..].copy_from_slice(&entropies);
                let bits = [tokens.grip, tokens.collision].map(|bit| bit as i32);
                slots.bits.copy_from_slice(&bits);
                let shown = shown.map(|bin| bin as i32).into_iter().chain(bits);
                slots.shown.iter_mut().zip(shown).for_each(|(slots, class)| *slots = class);
                Ok::<_, SampleError>(())
            },
        )?;
        Ok(batch)
    }

    /// Where the optional parts look while learning: about `point` of the fine window.
    fn near(
        &self,
        point: [f32; 3],
        augmentation: &Augmentation,
        noise: &Noise,
        sample: usize,
    ) -> [f32; 3] {
        let mut rng = noise.stream(sample, "waypoint");
        let reach = augmentation.waypoint * 2.0 / self.renderer.side() as f32;
        point.map(|v| v + symmetric(&mut rng, reach))
    }

    /// What the coarse stage sees of each observation, and the clouds for the fine one.
    ///
    /// # Errors
    /// An observation that cannot be used, the first of them.
    pub fn coarse_input(&self, observations: &[Observation]) -> Result<CoarseInput, SampleError> {
        let observed: Vec<_> = observations.iter().collect();
        let sentences = Sentences::gather(observed.iter().map(|o| &o.sentence), &self.shape)?;
        let proprio = self.proprio(&observed)?;
        let fuse = |(sample, observation): (usize, &&Observation)| {
            Cloud::fuse(&observation.views, &self.space)
                .map_err(|reason| SampleError::View { sample, reason })
        };
        let clouds: Vec<Cloud> =
            observed.par_iter().enumerate().map(fuse).collect::<Result<_, _>>()?;
        let hands = observed.iter().enumerate();
        let hands: Vec<HandPose> =
            hands.map(|(sample, o)| hand(sample, o)).collect::<Result<_, _>>()?;
        Ok(CoarseInput { clouds, sentences, proprio, hands })
    }

    /// Pictures of what was observed through one window each: `[b, 3 * area, 10 * patch * patch]`.
    #[must_use]
    pub(crate) fn draw(&self, observed: &CoarseInput, windows: &[Window]) -> Vec<f32> {
        let size = self.renderer.patches() * self.renderer.patch_values();
        let mut images = vec![0.0; windows.len() * size];
        let samples = observed.clouds.par_iter().zip(&observed.hands).zip(windows);
        images.par_chunks_exact_mut(size).zip(samples).for_each(
            |(image, ((cloud, hand), window))| {
                self.renderer.draw(cloud, window, self.origin(hand), image);
            },
        );
        images
    }

    /// What the stage that sees these windows is told of the robot's state, `[b, 43]`; nothing where the
    /// policy does not read it.
    pub(crate) fn states(
        &self,
        observations: &[Observation],
        hands: &[HandPose],
        windows: &[Window],
    ) -> Vec<f32> {
        let mut states = batch::states(&self.shape, hands.len());
        let each = states.chunks_exact_mut(STATE).zip(observations).zip(hands).zip(windows);
        each.for_each(|(((slots, o), hand), window)| {
            state(hand, &o.proprio, o.keyframe, &self.space, window.centre, slots);
        });
        states
    }

    /// From where pictures count rows and columns: the hand in cube coordinates, where the policy is told.
    fn origin(&self, hand: &HandPose) -> Option<[f32; 3]> {
        self.shape.extensions.hand.then(|| self.space.to_cube(hand.position))
    }

    /// Writes the labels of three views about a point in the window's coordinates; the mean of their
    /// entropies, nats.
    pub(crate) fn label(&self, point: [f32; 3], slots: &mut [f32]) -> f32 {
        let side = self.renderer.side();
        let views = Axis::ALL.into_iter().zip(slots.chunks_exact_mut(side * side));
        let entropies = views.map(|(axis, map)| {
            let place = |row, column| self.renderer.place(row, column);
            heat::label(map, side, axis.pixel(point, side), self.sigma, place)
        });
        entropies.sum::<f32>() / VIEWS as f32
    }

    fn proprio(&self, observations: &[&Observation]) -> Result<Vec<f32>, SampleError> {
        let expected = self.shape.proprio();
        let mut values = Vec::with_capacity(observations.len() * expected);
        for (sample, observation) in observations.iter().enumerate() {
            let given = &observation.proprio;
            if given.len() != expected || given.iter().any(|v: &f32| !v.is_finite()) {
                return Err(SampleError::Proprio { sample, expected });
            }
            values.extend_from_slice(given);
        }
        Ok(values)
    }
}

/// Where the hand is, with a quaternion of unit length.
fn hand(sample: usize, observation: &Observation) -> Result<HandPose, SampleError> {
    observation.hand.normalised().ok_or(SampleError::Hand { sample })
}
