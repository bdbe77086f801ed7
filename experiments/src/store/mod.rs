//! Files: whole or absent, locked, with checksums; tables; datasets and runs on disk.

pub mod dataset;
pub mod publish;
pub mod tables;
