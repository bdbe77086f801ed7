//! Animations, as GIF.

use std::fs::File;
use std::io::BufWriter;

use anyhow::Context as _;
use gif::{DisposalMethod, Encoder, Frame, Repeat};
use sim::render::renderer::RenderError;

use super::palette::{Histogram, Palette};
use super::picture::Picture;

/// Writes an animation that repeats for ever.
///
/// `picture(i)` draws picture `i`, shown for `delays[i]` hundredths of a second. It is called twice,
/// so that a long film need not fit into memory: once to choose the colours, once to write. All
/// pictures must have the given size.
pub fn animate(
    [width, height]: [u16; 2],
    delays: &[u16],
    mut picture: impl FnMut(usize) -> Result<Picture, RenderError>,
    file: &mut BufWriter<File>,
) -> anyhow::Result<()> {
    let mut histogram = Histogram::default();
    for index in 0..delays.len() {
        histogram.count(&picture(index)?.rgb);
    }
    let mut palette = histogram.palette();
    let colors = palette.colors.as_flattened().to_vec();
    let mut encoder = Encoder::new(file, width, height, &colors).context("GIF")?;
    encoder.set_repeat(Repeat::Infinite).context("GIF")?;
    let mut before: Option<Vec<u8>> = None;
    for (index, &delay) in delays.iter().enumerate() {
        let now = indexed(&picture(index)?, &mut palette);
        let frame = match &before {
            Some(before) => changes(before, &now, width, &palette),
            None => Frame { width, height, buffer: now.clone().into(), ..Frame::default() },
        };
        let frame = Frame { delay, dispose: DisposalMethod::Keep, ..frame };
        encoder.write_frame(&frame).context("GIF")?;
        before = Some(now);
    }
    Ok(())
}

fn indexed(picture: &Picture, palette: &mut Palette) -> Vec<u8> {
    picture.rgb.as_chunks::<3>().0.iter().map(|color| palette.index(*color)).collect()
}

/// The smallest rectangle that holds what changed; in it, what did not is transparent.
fn changes(before: &[u8], now: &[u8], width: u16, palette: &Palette) -> Frame<'static> {
    let columns = usize::from(width);
    let changed = |x: usize, y: usize| before[y * columns + x] != now[y * columns + x];
    let rows = now.len() / columns.max(1);
    let row = |y: &usize| (0..columns).any(|x| changed(x, *y));
    // Where nothing changed, one pixel keeps the time.
    let top = (0..rows).find(row).unwrap_or(0);
    let bottom = (top..rows).rfind(row).unwrap_or(top);
    let column = |x: &usize| (top..=bottom).any(|y| changed(*x, y));
    let left = (0..columns).find(column).unwrap_or(0);
    let right = (left..columns).rfind(column).unwrap_or(left);
    let unchanged = palette.colors.len() as u8;
    let mut buffer = Vec::with_capacity((bottom + 1 - top) * (right + 1 - left));
    for y in top..=bottom {
        let pixel = |x| if changed(x, y) { now[y * columns + x] } else { unchanged };
        buffer.extend((left..=right).map(pixel));
    }
    Frame {
        left: left as u16,
        top: top as u16,
        width: (right + 1 - left) as u16,
        height: (bottom + 1 - top) as u16,
        transparent: Some(unchanged),
        buffer: buffer.into(),
        ..Frame::default()
    }
}
