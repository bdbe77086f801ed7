//! `mirror collect`: demonstrations that hold up, with the videos of them.

mod arguments;
mod command;
mod episode;
mod progress;
mod summary;

pub use arguments::CollectArguments;
pub use command::{collect, run};
pub use episode::{Demonstration, Job, MOST_EPISODES, demonstrate, film};
pub use summary::CollectSummary;
