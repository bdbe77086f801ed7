//! The size of a picture on the command line.

use std::str::FromStr;

use sim::render::raster::MAX_SIDE;

/// Width and height, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size(pub(super) [u32; 2]);

/// Smaller pictures show nothing.
const SMALLEST: u32 = 16;

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let side = |text: &str| {
            let side = text.parse().ok();
            side.filter(|side| (SMALLEST..=MAX_SIDE).contains(side))
        };
        let both = text.split_once('x').and_then(|(w, h)| Some([side(w)?, side(h)?]));
        both.map(Self)
            .ok_or_else(|| format!("is not WIDTHxHEIGHT in pixels, each {SMALLEST} to {MAX_SIDE}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_sides_within_limits() {
        assert_eq!("320x240".parse(), Ok(Size([320, 240])));
        for wrong in ["", "320", "320x", "x240", "0x240", "320x99999", "-1x20", "320x240x3"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }
}
