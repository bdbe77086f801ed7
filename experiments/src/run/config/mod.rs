//! What a run is: code defaults, then a file, then `--set key=value`. The resolved settings and their
//! hash name everything that comes of them.

mod arguments;
mod identity;
mod overlay;
mod settings;

pub use arguments::ConfigFlags;
pub use overlay::{Setting, lay, read};
pub use settings::{Align, Config, Data, Eval, FORMAT, Optimiser, Towers, Train};
