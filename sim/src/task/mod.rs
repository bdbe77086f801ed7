//! What a task is written in: goals, scripts, layouts, and props that would crowd its file.

pub mod definition;
pub mod goal;
pub mod layout;
pub mod props;
pub mod rules;
pub mod script;

pub use definition::Task;
pub use rules::Rules;
