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

mod config;
mod log;
mod manifest;
mod paths;
mod record;
mod views;

pub use config::{DatasetConfig, FORMAT};
pub use log::{load_log, pack_log, unpack_log};
pub use manifest::DatasetManifest;
pub use paths::{
    CONFIG, FRAMES, MANIFEST, STATES, TABLE, VIDEOS, WORK, id, lock_path, state_path, video_path,
    views_path,
};
pub use record::{DemonstrationRecord, DemonstrationRow};
pub use views::Views;
