//! Chosen frames of a video, as pictures.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context as _, bail, ensure};
use openh264::decoder::Decoder;
use openh264::formats::YUVSource as _;

use super::boxes::Clip;
use super::planes::rgb;

/// One decoded frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Three bytes per pixel, rows from top to bottom.
    pub rgb: Vec<u8>,
}

/// The frames with these numbers, which must ascend.
///
/// The one door to the decoder: whatever goes wrong behind it comes back as an error.
pub fn frames(clip: &Clip, wanted: &[usize]) -> anyhow::Result<Vec<Picture>> {
    match catch_unwind(AssertUnwindSafe(|| decode(clip, wanted))) {
        Ok(result) => result,
        Err(_) => bail!("the video decoder gave up"),
    }
}

fn decode(clip: &Clip, wanted: &[usize]) -> anyhow::Result<Vec<Picture>> {
    ensure!(wanted.is_sorted(), "the frames asked for do not ascend");
    let mut pictures = Vec::with_capacity(wanted.len());
    let (Some(&first), Some(&last)) = (wanted.first(), wanted.last()) else {
        return Ok(pictures);
    };
    ensure!(last < clip.len(), "frame {last} of {} frames", clip.len());
    let mut decoder = Decoder::new().context("cannot start the H.264 decoder")?;
    let mut wanted = wanted.iter().peekable();
    let mut packet = Vec::new();
    // Whole groups without a wanted frame are left out.
    let mut next = clip.alone_before(first);
    while next <= last {
        if let Some(&&soonest) = wanted.peek() {
            next = next.max(clip.alone_before(soonest));
        }
        clip.packet(next, &mut packet)?;
        let decoded = decoder.decode(&packet).with_context(|| format!("frame {next}"))?;
        let planes = decoded.with_context(|| format!("frame {next} gives no picture"))?;
        let size = planes.dimensions();
        ensure!(
            size == (clip.width as usize, clip.height as usize),
            "frame {next} is {} x {} pixels, not {} x {}",
            size.0,
            size.1,
            clip.width,
            clip.height
        );
        if wanted.peek() == Some(&&next) {
            let picture = Picture { width: clip.width, height: clip.height, rgb: rgb(&planes) };
            while wanted.next_if(|&&frame| frame == next).is_some() {
                pictures.push(picture.clone());
            }
        }
        next += 1;
    }
    Ok(pictures)
}
