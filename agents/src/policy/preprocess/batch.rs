//! Samples on the host, laid out as the networks read them.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::inputs::Inputs;
use super::local::{LocalSamples, LocalSlots};
use crate::policy::multi_view::language::SentenceInput;
use crate::policy::observation::cloud::Cloud;
use crate::policy::observation::rotation::BINS;
use crate::policy::observation::sentence::Sentences;
use crate::policy::observation::state::{HandPose, STATE};
use crate::policy::views::axes::VIEWS;
use crate::policy::views::render::CHANNELS;
use crate::presets;

/// Discrete tokens of an action.
const TOKENS: usize = 5;
/// Those of them that are angles.
const ANGLES: usize = 3;
/// Coarse and fine.
const STAGES: usize = 2;

/// A training batch.
#[derive(Clone, Debug)]
pub struct Batch {
    images: [Vec<f32>; STAGES],
    labels: [Vec<f32>; STAGES],
    floor: Vec<f32>,
    prompts: [Vec<f32>; STAGES],
    angles: Vec<f32>,
    bits: Vec<i32>,
    shown: Vec<i32>,
    local: LocalSamples,
    states: [Vec<f32>; STAGES],
    pub(crate) proprio: Vec<f32>,
    pub(crate) sentences: Sentences,
    size: usize,
    area: usize,
    patch: usize,
}

/// The part of a batch that one sample fills.
pub(crate) struct SampleSlots<'a> {
    pub(crate) images: [&'a mut [f32]; STAGES],
    pub(crate) labels: [&'a mut [f32]; STAGES],
    pub(crate) floor: &'a mut [f32],
    pub(crate) prompts: [&'a mut [f32]; STAGES],
    pub(crate) angles: &'a mut [f32],
    pub(crate) bits: &'a mut [i32],
    pub(crate) shown: &'a mut [i32],
    pub(crate) local: LocalSlots<'a>,
    /// [`STATE`] numbers each; none where the policy does not read them.
    pub(crate) states: [&'a mut [f32]; STAGES],
}

/// What a decision starts from.
#[derive(Clone, Debug)]
pub struct CoarseInput {
    pub(crate) clouds: Vec<Cloud>,
    pub(crate) sentences: Sentences,
    pub(crate) proprio: Vec<f32>,
    /// With unit quaternions.
    pub(crate) hands: Vec<HandPose>,
}

impl Batch {
    pub(crate) fn new(shape: &presets::Policy, size: usize) -> Self {
        let (area, patch) = (shape.grid() * shape.grid(), shape.patch);
        let pixels = size * VIEWS * area * patch * patch;
        Self {
            images: [(); STAGES].map(|()| vec![0.0; pixels * CHANNELS]),
            labels: [(); STAGES].map(|()| vec![0.0; pixels]),
            floor: vec![0.0; size * (STAGES + ANGLES)],
            prompts: [(); STAGES].map(|()| vec![0.0; size * VIEWS * area]),
            angles: vec![0.0; size * ANGLES * BINS],
            bits: vec![0; size * (TOKENS - ANGLES)],
            shown: vec![0; size * TOKENS],
            local: LocalSamples::new(shape, size),
            states: [(); STAGES].map(|()| states(shape, size)),
            proprio: Vec::new(),
            sentences: Sentences::Blank,
            size,
            area,
            patch,
        }
    }

    /// Every sample's part.
    pub(crate) fn samples(&mut self, shape: &presets::Policy) -> Vec<SampleSlots<'_>> {
        let labels = VIEWS * shape.size * shape.size;
        let [coarse, fine] = &mut self.images;
        let [coarse_labels, fine_labels] = &mut self.labels;
        let images = coarse
            .chunks_exact_mut(labels * CHANNELS)
            .zip(fine.chunks_exact_mut(labels * CHANNELS));
        let labels =
            coarse_labels.chunks_exact_mut(labels).zip(fine_labels.chunks_exact_mut(labels));
        let floors = self.floor.chunks_exact_mut(STAGES + ANGLES);
        let [coarse, fine] = self.prompts.each_mut().map(|v| v.chunks_exact_mut(VIEWS * self.area));
        let prompts = coarse.zip(fine);
        let angles = self.angles.chunks_exact_mut(ANGLES * BINS);
        let bits = self.bits.chunks_exact_mut(TOKENS - ANGLES);
        let tokens = angles.zip(bits).zip(self.shown.chunks_exact_mut(TOKENS));
        let mut states = self.states.each_mut().map(|v| v.chunks_exact_mut(STATE));
        let parts = images.zip(labels).zip(floors).zip(prompts).zip(tokens).zip(self.local.slots());
        let slots = |(((((images, labels), floor), prompts), ((angles, bits), shown)), local)| {
            let both = |(coarse, fine)| [coarse, fine];
            let (images, labels, prompts) = (both(images), both(labels), both(prompts));
            let states = states.each_mut().map(|states| states.next().unwrap_or_default());
            SampleSlots { images, labels, floor, prompts, angles, bits, shown, local, states }
        };
        parts.map(slots).collect()
    }

    /// Samples in the batch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.size
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The batch on a device.
    #[must_use]
    pub fn into_inputs(self, shape: &presets::Policy, device: &Device) -> Inputs {
        let (b, area, fine) = (self.size, self.area, self.patch * self.patch);
        let ids = |values, each: usize| {
            Tensor::<2, Int>::from_data(TensorData::new(values, [b, each]), device)
        };
        let image = [b, VIEWS * area, CHANNELS * fine];
        let label = [b * VIEWS, area * fine];
        Inputs {
            images: self.images.map(|v| Tensor::from_data(TensorData::new(v, image), device)),
            labels: self.labels.map(|v| Tensor::from_data(TensorData::new(v, label), device)),
            floor: Tensor::from_data(TensorData::new(self.floor, [b, STAGES + ANGLES]), device),
            prompts: self.prompts.map(|values| prompt(values, area, device)),
            local: self.local.into_local(device),
            states: self.states.map(|values| state(values, device)),
            proprio: proprio(self.proprio, b, shape, device),
            sentence: sentence(self.sentences, b, shape, device),
            angles: Tensor::from_data(TensorData::new(self.angles, [b, ANGLES, BINS]), device),
            bits: ids(self.bits, TOKENS - ANGLES),
            shown: ids(self.shown, TOKENS),
        }
    }
}

/// Zeros for the states of `size` samples, where a policy of this shape reads them.
pub(crate) fn states(shape: &presets::Policy, size: usize) -> Vec<f32> {
    vec![0.0; if shape.extensions.state { size * STATE } else { 0 }]
}

/// Weights of the cells of a stage's maps, `[b * 3, 1, area]`.
pub(crate) fn prompt(values: Vec<f32>, area: usize, device: &Device) -> Tensor<3> {
    let shape = [values.len() / area, 1, area];
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// States `[b, 43]`; nothing where there are none.
pub(crate) fn state(values: Vec<f32>, device: &Device) -> Option<Tensor<2>> {
    let shape = [values.len() / STATE, STATE];
    let there = !values.is_empty();
    there.then(|| Tensor::from_data(TensorData::new(values, shape), device))
}

pub(crate) fn proprio(
    values: Vec<f32>,
    b: usize,
    shape: &presets::Policy,
    device: &Device,
) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, [b, shape.proprio()]), device)
}

pub(crate) fn sentence(
    sentences: Sentences,
    b: usize,
    shape: &presets::Policy,
    device: &Device,
) -> SentenceInput {
    let (context, width) = (shape.language.context(), shape.language.width());
    match sentences {
        Sentences::Words(ids) => {
            SentenceInput::Words(Tensor::from_data(TensorData::new(ids, [b, context]), device))
        }
        Sentences::Features(values) => SentenceInput::Features(Tensor::from_data(
            TensorData::new(values, [b, context, width]),
            device,
        )),
        Sentences::Blank => SentenceInput::Blank,
    }
}
