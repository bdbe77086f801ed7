//! Files on disk: whole or absent, locked, with checksums; tables and event files; the folders of runs and
//! datasets.

pub mod checksum;
pub mod dataset;
pub mod event_file;
pub mod file;
pub mod home_folder;
pub mod lock;
pub mod row_file;
pub mod run_folder;
pub mod tables;
