//! The window of `mirror watch`.
//!
//! Everything that is known of an episode is in [`crate::viewer::playback`]; here it is drawn, and keys and
//! mouse become commands.

mod banner;
mod draws;
mod export;
mod help;
mod ink;
mod insets;
mod keys;
mod layers;
mod orbit;
mod overlays;
mod panel;
mod picker;
mod script;
mod theatre;
mod timeline;
mod window;

pub use draws::Draws;
pub use export::{Clip, Export};
pub use keys::{Command, KEYS, Key};
pub use layers::Layer;
pub use script::Script;
pub use window::{Options, Refusal, SIZE, run};
