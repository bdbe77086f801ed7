//! The list of losses: one line each.

use super::loss::Loss;
use super::{hierarchical, infonce, siglip, supcon};

/// All losses; the first is the paper's.
pub const ALL: &[Loss] = &[infonce::LOSS, supcon::LOSS, siglip::LOSS, hierarchical::LOSS];

/// The loss of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Loss> {
    ALL.iter().find(|loss| loss.name == name)
}
