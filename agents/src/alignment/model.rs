//! The alignment: both maps, and what the loss learns with them.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::labels::Labels;
use super::losses::{Case, Loss};
use super::projector::Projector;
use super::recall::recall;
use super::settings::{Settings, StopGradient};
use crate::nn::contrast::cosines;
use crate::nn::weights::{Fill, Init};

/// Both maps into the shared space.
#[derive(Module, Debug)]
pub struct Alignment {
    seen: Projector,
    done: Projector,
    /// What the loss learns itself, `[count]`, where it learns something.
    learned: Option<Param<Tensor<1>>>,
}

/// What the alignment says about a batch.
#[derive(Clone, Debug)]
pub struct Aligned {
    /// The loss `[1]`, in nats for the losses that have a unit.
    pub loss: Tensor<1>,
    /// Recall@1 in the batch, both directions averaged, ties counted as misses; a hit is a partner
    /// that shares the level of pairing.
    pub recall: f64,
}

impl Alignment {
    /// Maps from taps of the given widths, seen and done, to R^`latent`; `init` stands at the root.
    #[must_use]
    pub fn new(
        init: &Init,
        taps: [usize; 2],
        latent: usize,
        settings: &Settings,
        loss: &Loss,
    ) -> Self {
        let learned =
            loss.learned.map(|values| init.param("learned", [values.len()], Fill::List(values)));
        Self {
            seen: Projector::new(&init.at("seen"), taps[0], latent, settings.proj),
            done: Projector::new(&init.at("done"), taps[1], latent, settings.proj),
            learned,
        }
    }

    /// Where taps `[batch, ..]` of the video encoder land: `[batch, latent]`.
    #[must_use]
    pub fn map_seen(&self, tap: Tensor<2>) -> Tensor<2> {
        self.seen.forward(tap)
    }

    /// Where taps `[batch, ..]` of the policy land: `[batch, latent]`.
    #[must_use]
    pub fn map_done(&self, tap: Tensor<2>) -> Tensor<2> {
        self.done.forward(tap)
    }

    /// The loss of a batch of pairs; row `i` of both taps is pair `i`.
    #[must_use]
    pub fn forward(
        &self,
        seen: Tensor<2>,
        done: Tensor<2>,
        labels: &Labels,
        settings: &Settings,
        loss: &Loss,
    ) -> Aligned {
        let seen = match settings.stop_grad {
            StopGradient::U => seen.detach(),
            _ => seen,
        };
        let done = match settings.stop_grad {
            StopGradient::E => done.detach(),
            _ => done,
        };
        let similarity = cosines(self.map_seen(seen), self.map_done(done));
        let recall = recall(&similarity, &labels.together(labels.level));
        let learned = self.learned.as_ref().map(Param::val);
        let loss = (loss.value)(&Case { similarity, labels, settings, learned });
        Aligned { loss, recall }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};
    use rand::RngExt as _;

    use super::*;
    use crate::alignment::labels::{Label, Level};
    use crate::alignment::settings::Projection;
    use crate::alignment::{at_tap, cosine, losses};
    use crate::nn::weights::{parameters, stream};

    fn tap(width: usize, purpose: &str) -> Tensor<2> {
        let mut rng = stream(1, 0, 0, purpose);
        let values: Vec<f32> = (0..6 * width).map(|_| rng.random_range(-1.0..1.0)).collect();
        let data = TensorData::new(values, [6, width]);
        Tensor::from_data(data, &Device::flex().autodiff()).require_grad()
    }

    fn labels() -> Labels {
        let label = |i| Label { episode: i, instruction: i, task: 0 };
        let both: Vec<Label> = (0..6).map(label).collect();
        Labels { seen: both.clone(), done: both, level: Level::Instruction }
    }

    fn model(settings: &Settings) -> (Alignment, &'static Loss) {
        let loss = losses::find(&settings.loss).unwrap();
        let init = Init::new(1, &Device::flex().autodiff());
        (Alignment::new(&init, [5, 7], 16, settings, loss), loss)
    }

    #[test]
    fn a_stopped_side_gets_no_gradient_and_the_other_does() {
        for (stop_grad, reached) in [
            (StopGradient::None, [true, true]),
            (StopGradient::U, [false, true]),
            (StopGradient::E, [true, false]),
        ] {
            let settings = Settings { stop_grad, ..Settings::default() };
            let (alignment, loss) = model(&settings);
            let (seen, done) = (tap(5, "seen"), tap(7, "done"));
            let aligned = alignment.forward(seen.clone(), done.clone(), &labels(), &settings, loss);
            let gradients = aligned.loss.backward();
            let found = [seen.grad(&gradients).is_some(), done.grad(&gradients).is_some()];
            assert_eq!(found, reached, "{stop_grad:?}");
        }
    }

    #[test]
    fn maps_have_the_shape_asked_for() {
        let size = |proj, loss: &str| {
            let settings = Settings { proj, loss: loss.into(), ..Settings::default() };
            parameters(&model(&settings).0)
        };
        assert_eq!(size(Projection::Linear, "infonce"), 6 * 16 + 8 * 16);
        let mlp = (6 + 8) * 2048 + 2 * 2049 * 16;
        assert_eq!(size(Projection::Mlp, "infonce"), mlp);
        assert_eq!(size(Projection::MlpLn, "infonce"), mlp + 2 * 2 * 2048);
        assert_eq!(size(Projection::Linear, "siglip"), 14 * 16 + 2);
    }

    #[test]
    fn gradients_of_losses_can_be_compared() {
        let settings = Settings::default();
        let (alignment, loss) = model(&settings);
        let value = |labels: &Labels| {
            alignment.forward(tap(5, "seen"), tap(7, "done"), labels, &settings, loss).loss
        };
        let once = value(&labels()).backward();
        assert!((cosine(&alignment, &once, &once).unwrap() - 1.0).abs() < 1e-6);
        let against = value(&labels()).neg().backward();
        assert!((cosine(&alignment, &once, &against).unwrap() + 1.0).abs() < 1e-6);
        let slope = at_tap(&tap(5, "seen"), |seen| {
            alignment.forward(seen, tap(7, "done"), &labels(), &settings, loss).loss
        });
        assert_eq!(slope.dims(), [6, 5]);
        assert!(slope.abs().sum().into_scalar::<f32>() > 0.0);
    }
}
