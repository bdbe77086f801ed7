//! From observations and actions on the host to what the networks read.

pub(crate) mod batch;
pub(crate) mod preprocessor;

pub use batch::{Batch, Glimpse};
pub use preprocessor::{Observation, SampleError, Studio, Transition, clock};
