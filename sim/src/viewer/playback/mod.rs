//! Watching an episode: what is known of every moment of it, where a viewer stands in it, and what
//! comes next.
//!
//! Nothing here draws, and nothing here knows a clock. An episode runs on a thread of its own, in its
//! own fixed steps, and only hands over what it has done; whoever watches says how much time has
//! passed. So an episode that is watched ends in the same state as one that is not.

mod actor;
mod heat;
mod picker;
mod player;
mod playlist;
mod session;
mod source;
mod still;
mod tape;
mod timeline;

pub use actor::Actor;
pub use heat::{HeatMap, Thought};
pub use picker::{Choice, Picker};
pub use player::{Player, SPEEDS};
pub use playlist::{Entry, Playlist};
pub use session::Session;
pub use source::{Read, Source};
pub use still::{Still, blend};
pub use tape::{Event, Tape};
pub use timeline::{Ending, Timeline};
