//! Watching an episode: what is known of every step of it, where a viewer stands in it, and what
//! comes next.
//!
//! Nothing here draws, and nothing here knows a clock. An episode runs on a thread of its own, in its
//! own fixed steps, and only hands over what it has done; whoever watches says how much time has
//! passed. So an episode that is watched ends in the same state as one that is not.

mod decision;
mod event;
mod picker;
mod player;
mod playlist;
mod session;
mod source;
mod step_state;
mod timeline;

pub use decision::{HeatMap, PolicyDecision};
pub use event::{Ending, Event, EventSender};
pub use picker::{Choice, Picker};
pub use player::{Player, SPEEDS};
pub use playlist::{Entry, Playlist};
pub use session::Session;
pub use source::{Actor, ReadLog, Source};
pub use step_state::{StepState, blend};
pub use timeline::Timeline;
