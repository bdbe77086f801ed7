//! A task: its words, its variations, and how to lay it out.

use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::scene::description::BodyId;
use crate::task::layout::{Crowded, Layout};

/// Which rules tasks follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rules {
    /// The benchmark with its known defects repaired (default).
    #[default]
    Fixed,
    /// The benchmark as published.
    Original,
}

impl FromStr for Rules {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "fixed" => Ok(Self::Fixed),
            "original" => Ok(Self::Original),
            other => Err(format!("`{other}` is neither `fixed` nor `original`")),
        }
    }
}

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
    pub build: fn(layout: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, Crowded>,
}
