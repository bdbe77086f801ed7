//! Pictures of episodes for people: contact sheets and animations.

mod animation;
mod camera_view;
mod glyphs;
mod palette;
mod picture;
mod recording;
mod sheet;

pub use animation::animate;
pub use camera_view::CameraView;
pub use picture::{Picture, write_png};
pub use recording::EpisodeRecording;
pub use sheet::{CaptionedStrip, SheetLayout, contact_sheet};
