//! What a task is written in: goals, scripts, layouts, and props that would crowd its file.

pub mod definition;
pub mod goal;
pub mod layout;
pub mod props;
pub mod script;
