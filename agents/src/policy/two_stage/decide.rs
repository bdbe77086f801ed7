//! From observations to actions.

use burn::tensor::{Tensor, TensorData, activation};
use rayon::prelude::*;

use super::explain;
use super::network::{ActionTokens, Conditioning, TwoStage};
use crate::policy::contract::decision::Decision;
use crate::policy::contract::tap::Tap;
use crate::policy::multi_view::transformer::ViewFeatures;
use crate::policy::observation::action::{Action, Tokens};
use crate::policy::observation::rotation::{self, BINS};
use crate::policy::observation::sentence::Sentences;
use crate::policy::preprocess::batch::{self, CoarseInput};
use crate::policy::preprocess::local::LocalSamples;
use crate::policy::preprocess::preprocessor::{Observation, Preprocessor, SampleError};
use crate::policy::views::axes::VIEWS;
use crate::policy::views::cells;
use crate::policy::views::heat;
use crate::policy::views::render::{CHANNELS, Window};

impl Preprocessor {
    /// What `network` does next in each of the observations: the most probable waypoint, then the most
    /// probable token after token.
    ///
    /// # Errors
    /// An observation that cannot be used, the first of them.
    pub(crate) fn decide(
        &self,
        network: &impl TwoStage,
        observations: &[Observation],
        tap: Tap,
    ) -> Result<Vec<Decision>, SampleError> {
        if observations.is_empty() {
            return Ok(Vec::new());
        }
        let mut observed = self.coarse_input(observations)?;
        let (b, device) = (observed.clouds.len(), network.device());
        let state = |observed: &CoarseInput, windows: &[Window]| {
            batch::state(self.states(observations, &observed.hands, windows), &device)
        };
        let whole = vec![Window::WHOLE; b];
        let proprio = core::mem::take(&mut observed.proprio);
        let sentences = core::mem::replace(&mut observed.sentences, Sentences::Blank);
        let mut conditioning = network.conditioning(
            batch::proprio(proprio, b, &self.shape, &device),
            batch::sentence(sentences, b, &self.shape, &device),
            [state(&observed, &whole), None],
            None,
        );

        let images = self.draw(&observed, &whole);
        let coarse = self.stage(network, &conditioning, 0, &images);
        let windows: Vec<_> = coarse.points.iter().map(|&point| Window::about(point)).collect();
        conditioning.states[1] = state(&observed, &windows);
        let images = self.draw(&observed, &windows);
        let mut fine = self.stage(network, &conditioning, 1, &images);
        if self.shape.extensions.combine {
            let stages = fine.heat.par_iter_mut().zip(&mut fine.points).zip(&coarse.heat);
            stages.zip(&windows).for_each(|(((fine, point), coarse), window)| {
                heat::combine(fine, coarse, window);
                *point = heat::peak(fine.each_ref().map(Vec::as_slice), self.shape.size);
            });
        }

        let area = self.shape.grid() * self.shape.grid();
        let mut prompts = [(); 2].map(|()| vec![0.0; b * VIEWS * area]);
        let [first, second] = prompts.each_mut().map(|v| v.chunks_exact_mut(VIEWS * area));
        for ((coarse, slots), (&point, window)) in
            first.zip(second).zip(fine.points.iter().zip(&windows))
        {
            cells::weights(window.outward(point), &self.shape, coarse);
            cells::weights(point, &self.shape, slots);
        }
        let mut local = LocalSamples::new(&self.shape, b);
        let around =
            images.par_chunks_exact(images.len() / b).zip(&fine.points).zip(&observed.hands);
        local.slots().into_par_iter().zip(around).for_each(|(slots, ((image, &point), hand))| {
            slots.fill(&self.renderer, image, point, hand.quaternion);
        });
        let local = local.into_local(&device);
        let ActionTokens { classes, angles, tap } = network.action_tokens(
            [&coarse.seen, &fine.seen],
            prompts.map(|values| batch::prompt(values, area, &device)),
            &local,
            &conditioning,
            tap,
        );
        let angles: Vec<f32> = angles.into_data().iter::<f32>().collect();
        let classes: Vec<i64> = classes.into_data().iter::<i64>().collect();
        let width = tap.dims()[1];
        let taps: Vec<f32> = tap.into_data().iter::<f32>().collect();

        let decisions = (0..b).zip(coarse.heat).zip(fine.heat).map(|((sample, first), second)| {
            let class = |index: usize| classes[sample * 5 + index] as usize;
            let tokens =
                Tokens { rotation: [0, 1, 2].map(class), grip: class(3), collision: class(4) };
            let window = windows[sample];
            let waypoints = self.waypoints(coarse.points[sample], &window, fine.points[sample]);
            let angles = &angles[sample * 3 * BINS..][..3 * BINS];
            let maps = |stage: usize, window: &Window, heat| {
                explain::stage(stage, &self.space, window, heat, waypoints[stage])
            };
            Decision {
                action: Action::from_tokens(waypoints[1], tokens, angles),
                tap: taps[sample * width..][..width].to_vec(),
                explanation: vec![maps(0, &Window::WHOLE, first), maps(1, &window, second)],
            }
        });
        Ok(decisions.collect())
    }

    /// What a stage makes of its pictures, drawn by [`Preprocessor::draw`].
    fn stage(
        &self,
        network: &impl TwoStage,
        conditioning: &Conditioning,
        stage: usize,
        images: &[f32],
    ) -> Stage {
        let shape = &self.shape;
        let (area, fine) = (shape.grid() * shape.grid(), shape.patch * shape.patch);
        let (patches, values) = (VIEWS * area, CHANNELS * fine);
        let size = [images.len() / (patches * values), patches, values];
        let images = Tensor::from_data(TensorData::new(images.to_vec(), size), &network.device());
        let seen = network.view_features(stage, images, conditioning, None);
        let logits = network.heat(&seen, stage, None);
        let maps: Vec<f32> = activation::softmax(logits, 1).into_data().iter::<f32>().collect();
        let read = maps.par_chunks_exact(VIEWS * area * fine).map(|maps| self.read(maps));
        let (heat, points) = read.unzip();
        Stage { seen, heat, points }
    }

    /// What a policy decides that gives exactly the answers it is trained to give for `action`: what
    /// comes back differs by what the size of the pictures and the width of the bins cost.
    ///
    /// `None` for an action that is not finite or has no direction.
    #[must_use]
    pub fn perfect(&self, action: &Action) -> Option<Action> {
        let action = action.normalised()?;
        let goal = self.space.to_cube(action.position);
        let point = |window: &Window| {
            let mut labels = vec![0.0; VIEWS * self.shape.size * self.shape.size];
            self.label(window.inward(goal), &mut labels);
            self.read(&labels).1
        };
        let coarse = point(&Window::WHOLE);
        let window = Window::about(coarse);
        let [_, position] = self.waypoints(coarse, &window, point(&window));
        let mut angles = vec![0.0; 3 * BINS];
        rotation::labels(action.quaternion, &mut angles);
        angles.iter_mut().for_each(|share| *share = libm::logf(*share));
        Some(Action::from_tokens(position, action.tokens(), &angles))
    }

    /// The maps of one sample and stage, patch by patch, as pictures and the point they agree on.
    fn read(&self, maps: &[f32]) -> ([Vec<f32>; VIEWS], [f32; 3]) {
        let heat = self.unfold(maps);
        let point = heat::peak(heat.each_ref().map(Vec::as_slice), self.shape.size);
        (heat, point)
    }

    /// Where both stages point, world, metres; the fine one in the coordinates of its window.
    fn waypoints(&self, coarse: [f32; 3], window: &Window, fine: [f32; 3]) -> [[f32; 3]; 2] {
        [coarse, window.outward(fine)].map(|point| self.space.to_world(point))
    }

    /// Maps that lie patch by patch, row by row instead.
    fn unfold(&self, maps: &[f32]) -> [Vec<f32>; VIEWS] {
        let side = self.shape.size;
        core::array::from_fn(|view| {
            let map = &maps[view * side * side..][..side * side];
            let place = |pixel| self.renderer.place(pixel / side, pixel % side);
            (0..side * side).map(|pixel| map[place(pixel)]).collect()
        })
    }
}

/// A stage's answer for every sample.
struct Stage {
    seen: ViewFeatures,
    heat: Vec<[Vec<f32>; VIEWS]>,
    /// In the coordinates of the stage's window.
    points: Vec<[f32; 3]>,
}
