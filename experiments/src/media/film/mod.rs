//! Pictures of episodes for people: contact sheets and animations.

mod animation;
mod lens;
mod letters;
mod palette;
mod picture;
mod reel;
mod sheet;

pub use animation::animate;
pub use lens::Lens;
pub use picture::{Picture, write_png};
pub use reel::Reel;
pub use sheet::{Captioned, Grid, contact_sheet};
