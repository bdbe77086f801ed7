//! What every command shares: flags, results on stdout, progress on stderr, the machine.

pub mod build;
pub mod clock;
pub mod flags;
pub mod heap;
pub mod home;
pub mod log;
pub mod machine;
pub mod nearest;
pub mod output;
pub mod progress;
pub mod table;
pub mod usage;
