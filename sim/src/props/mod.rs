//! Things that appear in more than one task.

pub(crate) mod barbecue;
pub(crate) mod dustpan;
pub(crate) mod round;
