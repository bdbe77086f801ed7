//! A dataset on disk: paired executions and videos, whole or not there, the same bytes every time.
//!
//! ```text
//! config.json                what was asked for; written first
//! states/EPISODE.zst         the complete log: the source of truth
//! videos/CAMERA/EPISODE.mp4  what someone else would have seen
//! frames/EPISODE.views       with --views: what the policy saw when each action was decided
//! episodes.parquet           one row per episode
//! manifest.json              every file with its size and blake3; written last
//! .work/                     only while it is being made: the lock and one record per finished episode
//! ```
//!
//! Names that begin with a dot belong to work in progress and never to the dataset.

mod atomic;
mod config;
mod lock;
mod manifest;
mod record;
mod state;
mod table;
mod views;

pub use atomic::{create_folder, read, sweep, write};
pub use config::Config;
pub use lock::Lock;
pub use manifest::{Entry, Manifest};
pub use record::{Record, Row};
pub use state::{load, pack, unpack};
pub use table::{decode, encode};
pub use views::Views;

/// Version of the layout; another version is refused.
pub const FORMAT: u32 = 1;
/// What was asked for.
pub const CONFIG: &str = "config.json";
/// One row per episode.
pub const TABLE: &str = "episodes.parquet";
/// Every file with its checksum.
pub const MANIFEST: &str = "manifest.json";
/// Folder of work in progress.
pub const WORK: &str = ".work";

/// Name of an episode, and of its files without their endings.
pub fn id(task: &str, split: sim::episode::split::Split, index: u32) -> String {
    format!("{task}-{}-{index:05}", split.name())
}

/// Where an episode's log lies, relative to the dataset.
pub fn state_path(id: &str) -> String {
    format!("states/{id}.zst")
}

/// Where an episode's pictures of keyframes lie, relative to the dataset.
pub fn views_path(id: &str) -> String {
    format!("frames/{id}.views")
}

/// Where an episode's video lies, relative to the dataset.
pub fn video_path(camera: &str, id: &str) -> String {
    format!("videos/{camera}/{id}.mp4")
}
