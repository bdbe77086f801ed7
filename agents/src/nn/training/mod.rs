//! What training needs beyond the optimisers of the library.

mod clip;

pub use clip::clip_global_norm;
