//! Aligning videos and policy: two maps into one space, contrastive losses, and the pairs they see.

mod gradient;
mod labels;
pub mod losses;
mod model;
mod pairing;
mod projector;
mod recall;
mod settings;

pub use gradient::{at_tap, cosine};
pub use labels::{Label, Labels, Level};
pub use model::{Aligned, Alignment};
pub use pairing::{Episode, Outer, Pair, Pairing, PairingError, Sampler};
pub use projector::Projector;
pub use recall::{hits, recall};
pub use settings::{Hierarchy, Negatives, Projection, Settings, StopGradient};
