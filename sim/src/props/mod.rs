//! Things that appear in more than one task.

pub(crate) mod barbecue;
