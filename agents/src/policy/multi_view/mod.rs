//! The multi-view transformer of RVT, RVT-2 and ARP, and the layers around it: language and state input, stem,
//! transformer blocks, dropout, convex up-sampling.

pub(crate) mod block;
pub(crate) mod colour;
pub(crate) mod convex;
pub(crate) mod dropout;
pub(crate) mod group_norm;
pub(crate) mod language;
pub(crate) mod state;
pub(crate) mod stem;
pub(crate) mod transformer;

pub use colour::{Colours, Marked};
pub use convex::Convex;
pub use dropout::Dropout;
pub use language::{LanguageEncoder, SentenceInput};
pub use state::StateEncoder;
pub use stem::{Stem, StemOutput};
pub use transformer::{MultiView, ViewFeatures};
