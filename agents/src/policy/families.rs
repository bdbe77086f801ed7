//! The families of policies: one line each.

use burn::module::Module;
use burn::tensor::Device;

use super::arp::Arp;
use super::contract::decision::Decision;
use super::contract::family::{PolicyFamily, TrainingOutput};
use super::contract::tap::Tap;
use super::preprocess::inputs::Inputs;
use super::preprocess::preprocessor::{Observation, Preprocessor, SampleError};
use super::rvt2::Rvt2;
use crate::nn::cost::ProductList;
use crate::nn::weights::{Init, Noise};
use crate::presets;

/// Makes the enum of models and the list of families from one line for each.
macro_rules! families {
    ($($(#[$doc:meta])* $family:ident,)+) => {
        /// A policy of any family.
        #[derive(Module, Debug)]
        #[expect(
            clippy::large_enum_variant,
            reason = "there are a few policies at a time, each on its own"
        )]
        pub enum PolicyModel {
            $($(#[$doc])* $family($family),)+
        }

        /// All families, the default first.
        pub const FAMILIES: &[Family] = &[$(Family::of::<$family>()),+];

        impl PolicyModel {
            /// A policy of the family and shape of a preset, with first weights from `init`.
            ///
            /// # Panics
            /// When the shape names a family that does not exist.
            #[must_use]
            pub fn new(init: &Init, shape: &presets::Policy) -> Self {
                match shape.family {
                    $($family::NAME => Self::$family($family::new(init, shape)),)+
                    other => panic!("no family of policies is called {other}"),
                }
            }

            /// Losses and tap of a batch. `dropout`: the noise of this step and the rate, or none.
            #[must_use]
            pub fn train_step(
                &self,
                inputs: Inputs,
                tap: Tap,
                dropout: Option<(Noise, f64)>,
            ) -> TrainingOutput {
                match self {
                    $(Self::$family(model) => model.train_step(inputs, tap, dropout),)+
                }
            }

            /// What the policy does next in each of the observations, and its tap.
            ///
            /// # Errors
            /// An observation that cannot be used, the first of them.
            pub fn decide(
                &self,
                preprocessor: &Preprocessor,
                observations: &[Observation],
                tap: Tap,
            ) -> Result<Vec<Decision>, SampleError> {
                match self {
                    $(Self::$family(model) => model.decide(preprocessor, observations, tap),)+
                }
            }

            /// Where the parameters are.
            #[must_use]
            pub fn device(&self) -> Device {
                match self {
                    $(Self::$family(model) => PolicyFamily::device(model),)+
                }
            }
        }
    };
}

families! {
    /// ARP and ARP+.
    Arp,
    /// RVT-2.
    Rvt2,
}

/// What is known of a family without a network of it.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its name in settings.
    pub name: &'static str,
    /// Names of its losses.
    pub losses: &'static [&'static str],
    /// Whether it has the optional parts that [`presets::Extensions`] asks for.
    pub extends: bool,
    /// Numbers per sample of a tap.
    pub tap_width: fn(Tap, &presets::Policy) -> usize,
    /// Parameters of a shape, by formula.
    pub parameters: fn(&presets::Policy) -> usize,
    /// Multiply-adds of a forward pass for one transition in training, by formula.
    pub multiply_adds: fn(&presets::Policy) -> usize,
    /// Adds the matrix products of a forward pass for a batch.
    pub products: fn(&presets::Policy, usize, &mut ProductList),
}

impl Family {
    const fn of<F: PolicyFamily>() -> Self {
        Self {
            name: F::NAME,
            losses: F::LOSSES,
            extends: F::EXTENDS,
            tap_width: F::tap_width,
            parameters: F::parameters,
            multiply_adds: F::multiply_adds,
            products: F::products,
        }
    }
}

/// The family of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}

/// The family of a shape.
///
/// # Panics
/// When the shape names a family that does not exist.
#[must_use]
pub fn family(shape: &presets::Policy) -> &'static Family {
    match find(shape.family) {
        Some(family) => family,
        None => panic!("no family of policies is called {}", shape.family),
    }
}
