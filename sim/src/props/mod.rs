//! Things that appear in more than one task.

pub(crate) mod groceries;
pub(crate) mod sorter;
