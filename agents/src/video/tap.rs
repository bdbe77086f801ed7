//! Where the alignment reads a video encoder.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::presets;

/// Which features of a clip the alignment reads. The paper does not say; `Class` is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Tap {
    /// U1, `class`: the class token after the last norm, before the projection. A tower that reads frame by frame has
    /// one in every frame, and gives their mean.
    #[default]
    Class,
    /// U2, `embedding`: the clip embedding.
    Embedding,
    /// U3, `patches`: the mean of the patch tokens after the last norm.
    Patches,
    /// U4, `block1` and so on: the class token after that block, the first of which is 1.
    Block(usize),
}

impl Tap {
    /// Width of the tap in a model of this shape.
    #[must_use]
    pub fn width(self, shape: &presets::Video) -> usize {
        match self {
            Self::Class | Self::Patches | Self::Block(_) => shape.video.width,
            Self::Embedding => shape.shared,
        }
    }

    /// Whether a model of this shape has such a tap.
    ///
    /// # Errors
    /// In words, for a block beyond the last.
    pub fn check(self, shape: &presets::Video) -> Result<(), String> {
        match self {
            Self::Block(block) if block > shape.video.depth => {
                Err(format!("{self}: the video tower has {} blocks", shape.video.depth))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Class => f.write_str("class"),
            Self::Embedding => f.write_str("embedding"),
            Self::Patches => f.write_str("patches"),
            Self::Block(block) => write!(f, "block{block}"),
        }
    }
}

impl FromStr for Tap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = [Self::Class, Self::Embedding, Self::Patches];
        let block = || text.strip_prefix("block")?.parse().ok().filter(|&block| block > 0);
        let named = named.into_iter().find(|tap| tap.to_string() == text);
        named.or_else(|| block().map(Self::Block)).ok_or_else(|| {
            format!("no tap `{text}` of video; there are class, embedding, patches, block1 ...")
        })
    }
}

impl TryFrom<String> for Tap {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Tap> for String {
    fn from(tap: Tap) -> Self {
        tap.to_string()
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::*;
    use crate::nn::weights::Init;
    use crate::presets;
    use crate::presets::TINY;
    use crate::video::{Clip, FAMILIES, VideoEncoder};

    const ALL: [Tap; 5] = [Tap::Class, Tap::Embedding, Tap::Patches, Tap::Block(1), Tap::Block(2)];

    #[test]
    fn names_come_back_and_others_are_refused() {
        for tap in ALL {
            assert_eq!(tap.to_string().parse(), Ok(tap));
        }
        for text in ["block", "block0", "blocks", "block-1", "Class", ""] {
            assert!(text.parse::<Tap>().is_err(), "{text}");
        }
        assert!(Tap::Block(2).check(&TINY.video).is_ok());
        assert!(Tap::Block(3).check(&TINY.video).unwrap_err().contains("2 blocks"));
    }

    #[test]
    fn every_tap_has_its_width_and_depends_on_the_clip() {
        let device = Device::flex();
        for family in FAMILIES {
            let shape = presets::Video { encoder: family.name, ..TINY.video };
            taps(&shape, &device);
        }
    }

    fn taps(shape: &presets::Video, device: &Device) {
        let model = VideoEncoder::new(&Init::new(1, device), shape);
        let size = [shape.frames, shape.size, shape.size, 3];
        let count = size.iter().product::<usize>();
        let clip = |shade: usize| {
            let pixels = (0..count).map(|i| (i * shade % 97) as f32 / 96.0).collect();
            Clip::new(&size, pixels).unwrap()
        };
        let encoded = model.encode_clips(&[clip(1), clip(7)], None, None);
        let mut found: Vec<Tensor<2>> = Vec::new();
        for tap in ALL {
            let features = encoded.tap(tap);
            assert_eq!(features.dims(), [2, tap.width(shape)], "{tap}");
            let [a, b] = [0, 1].map(|row| features.clone().narrow(0, row, 1));
            assert!((a - b).abs().max().into_scalar::<f32>() > 1e-4, "{tap}");
            found.push(features);
        }
        let apart = |a: usize, b: usize| {
            (found[a].clone() - found[b].clone()).abs().max().into_scalar::<f32>()
        };
        assert!(apart(3, 4) > 1e-4 && apart(0, 4) > 1e-4);
    }
}
