//! Things that appear in more than one task.

pub(crate) mod room;
pub(crate) mod vessel;
