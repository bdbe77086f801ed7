//! Where the files of a dataset lie in its folder.

use sim::episode::split::Split;

/// What was asked for.
pub const CONFIG: &str = "config.json";
/// One row per episode.
pub const TABLE: &str = "episodes.parquet";
/// Every file with its checksum.
pub const MANIFEST: &str = "manifest.json";
/// Folder of work in progress.
pub const WORK: &str = ".work";
/// Folder of the logs.
pub const STATES: &str = "states";
/// Folder of the videos, by camera.
pub const VIDEOS: &str = "videos";
/// Folder of the pictures of keyframes.
pub const FRAMES: &str = "frames";

/// Name of an episode, and of its files without their endings.
pub fn id(task: &str, split: Split, index: u32) -> String {
    format!("{task}-{}-{index:05}", split.name())
}

/// Where an episode's log lies, relative to the dataset.
pub fn state_path(id: &str) -> String {
    format!("{STATES}/{id}.zst")
}

/// Where an episode's pictures of keyframes lie, relative to the dataset.
pub fn views_path(id: &str) -> String {
    format!("{FRAMES}/{id}.views")
}

/// Where an episode's video lies, relative to the dataset.
pub fn video_path(camera: &str, id: &str) -> String {
    format!("{VIDEOS}/{camera}/{id}.mp4")
}

/// Where the lock of who works on a dataset lies, relative to it.
pub fn lock_path() -> String {
    format!("{WORK}/lock")
}
