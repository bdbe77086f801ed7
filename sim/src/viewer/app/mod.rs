//! The window of `mirror watch`.
//!
//! Everything that is known of an episode is in [`crate::viewer::playback`]; here it is drawn, and keys and
//! mouse become commands.

mod banner;
mod commands;
mod draw_calls;
mod export;
mod help;
mod insets;
mod keys;
mod layers;
mod orbit;
mod overlays;
mod panel;
mod picker;
mod scene_view;
mod script;
mod scrub;
mod theme;
mod timeline;
mod watched;
mod window;

pub use draw_calls::DrawCalls;
pub use export::{Clip, Export};
pub use keys::{Command, KEYS, Key};
pub use layers::Layer;
pub use script::Script;
pub use window::{Options, SIZE, WindowError, run};
