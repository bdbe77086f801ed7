//! Things that appear in more than one task.
