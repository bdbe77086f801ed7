//! Watching episodes: `playback` decides what is shown, `app` shows it in a Bevy window.

#[cfg(feature = "viewer")]
pub mod app;
pub mod playback;
