//! `mirror video`: films of scripted episodes, as contact sheet or animation.

mod actor;
mod arguments;
mod command;
mod film;
mod format;
mod report;

pub use arguments::FilmArguments;
pub use command::run;
