//! The cameras of the policy.

use anyhow::Context as _;
use sim::render::camera::{Camera, rlbench_cameras};

/// Cameras of the policy's observations (PerAct's four).
pub const VIEWS: [&str; 4] = ["left_shoulder", "right_shoulder", "wrist", "front"];

/// The policy's cameras, `side` pixels wide and high.
pub fn policy_cameras(side: u32) -> anyhow::Result<Vec<Camera>> {
    VIEWS.iter().map(|name| Ok(camera(name)?.resized(side, side))).collect()
}

/// A camera of the benchmark by its name.
///
/// # Errors
/// Names all there are.
pub fn camera(name: &str) -> anyhow::Result<Camera> {
    let all = rlbench_cameras();
    let names = all.each_ref().map(|camera| camera.name.clone()).join(", ");
    let found = all.into_iter().find(|camera| camera.name == name);
    found.with_context(|| format!("`{name}` is none of {names}"))
}
