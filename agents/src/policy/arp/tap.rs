//! Where the alignment reads the policy's intermediate state.

use core::fmt;
use core::str::FromStr;

use crate::presets;

/// A place in the policy. Without a published choice, all the candidates are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tap {
    /// The six prompt vectors of the fine stage, side by side: `6 * 2c` numbers.
    E1,
    /// Mean over the patches of the coarse transformer's stream: `width` numbers.
    E2,
    /// Each view's largest value per channel, of the coarse and the fine map: `6 * 2c` numbers.
    /// Needs no waypoint, and both stages receive gradient (default).
    #[default]
    E3,
    /// Hidden states of the five action tokens: `5 * 2c` numbers.
    E4,
}

impl Tap {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::E1, Self::E2, Self::E3, Self::E4];

    /// Numbers per sample in a policy of this shape.
    #[must_use]
    pub fn width(self, shape: &presets::Policy) -> usize {
        match self {
            Self::E1 | Self::E3 => 6 * shape.action,
            Self::E2 => shape.width,
            Self::E4 => 5 * shape.action,
        }
    }

    /// Its name in configurations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::E1 => "e1",
            Self::E2 => "e2",
            Self::E3 => "e3",
            Self::E4 => "e4",
        }
    }
}

impl fmt::Display for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Tap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|tap| tap.name() == text);
        found.ok_or_else(|| format!("no policy tap `{text}`; there are e1, e2, e3, e4"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for tap in Tap::ALL {
            assert_eq!(tap.name().parse(), Ok(tap));
        }
        assert!("e5".parse::<Tap>().unwrap_err().contains("e5"));
        // The published policy: 768, 512, 768, 640.
        let widths = Tap::ALL.map(|tap| tap.width(&presets::PAPER_B.policy));
        assert_eq!(widths, [768, 512, 768, 640]);
    }
}
