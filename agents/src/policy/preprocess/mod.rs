//! From observations and actions on the host to what the networks read.

pub(crate) mod batch;
pub(crate) mod local;
pub(crate) mod preprocessor;

pub use batch::{Batch, CoarseInput};
pub use preprocessor::{Observation, Preprocessor, SampleError, Transition, clock};
