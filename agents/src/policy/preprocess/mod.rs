//! From observations and actions on the host to what the networks read.

pub(crate) mod batch;
pub(crate) mod inputs;
pub(crate) mod local;
pub(crate) mod preprocessor;

pub use batch::{Batch, CoarseInput};
pub use inputs::Inputs;
pub use local::Local;
pub use preprocessor::{Observation, Preprocessor, SampleError, Transition, clock};
