//! A task: its words, its variations, and how to lay it out.

use crate::scene::description::BodyId;
use crate::task::layout::{Layout, PlacementError};
use crate::task::rules::Rules;

/// One manipulation task, as plain data and two functions.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    /// RLBench name.
    pub name: &'static str,
    /// Name in the tables of the RVT and ARP papers.
    pub short: &'static str,
    /// Number of variations.
    pub variations: usize,
    /// What one episode draws at random, for the documentation.
    pub randomised: &'static str,
    /// Names of the parts of success, in the order `build` adds them.
    pub success: &'static [&'static str],
    /// Largest yaw of the whole task either way, rad.
    pub yaw: f32,
    /// Instructions of a variation; the first is the one that a policy is given.
    pub instructions: fn(variation: usize, rules: Rules) -> Vec<String>,
    /// Lays a variation out. The returned bodies must stay inside the spawn plane; none means all.
    pub build: fn(layout: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError>,
}
