//! The rules that tasks follow.

use core::str::FromStr;

use serde::{Deserialize, Serialize};

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
