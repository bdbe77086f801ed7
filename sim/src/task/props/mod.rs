//! Things that appear in more than one task, or that would crowd a task's file.

pub(crate) mod barbecue;
pub(crate) mod cabinet;
pub(crate) mod dustpan;
pub(crate) mod groceries;
pub(crate) mod mug_tree;
pub(crate) mod room;
pub(crate) mod round;
pub(crate) mod sorter;
pub(crate) mod vessel;
