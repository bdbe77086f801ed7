//! What every command shares: flags, results on stdout, progress on stderr, the machine.

pub mod adapters;
pub mod allocator;
pub mod build;
pub(crate) mod child;
pub mod clock;
pub mod flags;
pub mod home;
pub mod log;
pub mod machine;
pub mod output;
pub mod progress;
pub mod suggestion;
pub mod table;
pub mod usage;
