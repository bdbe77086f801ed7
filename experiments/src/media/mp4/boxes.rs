//! The boxes of an mp4 file with one H.264 track, as far as our own files use them.

use core::ops::Range;

use anyhow::{Context as _, bail, ensure};

/// A video file taken apart: where each frame's bytes lie.
#[derive(Clone, Debug)]
pub struct Clip {
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    bytes: Vec<u8>,
    samples: Vec<Range<usize>>,
    /// Frames that need no other, ascending; the first is 0.
    alone: Vec<usize>,
    /// Parameter sets, each after a start code.
    parameters: Vec<u8>,
    /// Ticks per second and per frame.
    ticks: [u32; 2],
}

const START: [u8; 4] = [0, 0, 0, 1];

impl Clip {
    /// Takes a file apart.
    pub fn parse(bytes: Vec<u8>) -> anyhow::Result<Self> {
        let whole = Part(&bytes);
        let media = whole.at(&[b"moov", b"trak", b"mdia"])?;
        let rate = media.at(&[b"mdhd"])?.word(12)?;
        let tables = media.at(&[b"minf", b"stbl"])?;
        let entry = tables.at(&[b"stsd"])?.from(8)?.find(b"avc1").context("it is not H.264")?;
        let (width, height) = (entry.half(24)?, entry.half(26)?);
        let parameters = parameter_sets(entry.from(78)?.at(&[b"avcC"])?)?;
        let samples = samples(&tables, bytes.len())?;
        let alone = alone(&tables, samples.len())?;
        let step = steady(&tables, samples.len())?;
        ensure!(rate > 0 && step > 0, "it has no frame rate");
        let (width, height) = (u32::from(width), u32::from(height));
        Ok(Self { width, height, samples, alone, parameters, ticks: [rate, step], bytes })
    }

    /// Number of frames.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there is no frame; never true of a clip that [`Clip::parse`] accepts.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Frames per second.
    pub fn frame_rate(&self) -> f64 {
        f64::from(self.ticks[0]) / f64::from(self.ticks[1])
    }

    /// The last frame up to `frame` from which decoding can begin.
    pub(super) fn alone_before(&self, frame: usize) -> usize {
        let next = self.alone.partition_point(|&alone| alone <= frame);
        next.checked_sub(1).map_or(0, |index| self.alone[index])
    }

    /// What the decoder takes for a frame: its units, each after a start code.
    pub(super) fn packet(&self, frame: usize, out: &mut Vec<u8>) -> anyhow::Result<()> {
        out.clear();
        if self.alone.binary_search(&frame).is_ok() {
            out.extend(&self.parameters);
        }
        let mut rest = &self.bytes[self.samples[frame].clone()];
        while !rest.is_empty() {
            let (unit, after) = unit(rest).with_context(|| format!("frame {frame} is cut"))?;
            out.extend(START);
            out.extend(unit);
            rest = after;
        }
        Ok(())
    }
}

/// A unit after its length of four bytes, and what follows.
fn unit(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

/// Part of a file: boxes in a row, or the content of one.
#[derive(Clone, Copy)]
struct Part<'a>(&'a [u8]);

impl<'a> Part<'a> {
    /// The content of the first box called `name`.
    fn find(self, name: &[u8; 4]) -> Option<Self> {
        let mut rest = self.0;
        loop {
            let (head, _) = rest.split_first_chunk::<8>()?;
            let [a, b, c, d, kind @ ..] = *head;
            // Our files have no box of 4 GiB or more; those carry size 1, which ends the search.
            let size = u32::from_be_bytes([a, b, c, d]) as usize;
            let (one, after) = rest.split_at_checked(size)?;
            if kind == *name {
                return one.get(8..).map(Part);
            }
            if size < 8 {
                return None;
            }
            rest = after;
        }
    }

    /// The content of a box inside boxes.
    fn at(self, path: &[&[u8; 4]]) -> anyhow::Result<Self> {
        path.iter().try_fold(self, |part, name| {
            let name_text = || format!("not an mp4 video: no box `{}`", name.escape_ascii());
            part.find(name).with_context(name_text)
        })
    }

    fn from(self, offset: usize) -> anyhow::Result<Self> {
        self.0.get(offset..).map(Part).context("a box is cut")
    }

    fn half(self, offset: usize) -> anyhow::Result<u16> {
        let (bytes, _) = self.from(offset)?.0.split_first_chunk::<2>().context("a box is cut")?;
        Ok(u16::from_be_bytes(*bytes))
    }

    fn word(self, offset: usize) -> anyhow::Result<u32> {
        let (bytes, _) = self.from(offset)?.0.split_first_chunk::<4>().context("a box is cut")?;
        Ok(u32::from_be_bytes(*bytes))
    }

    /// Rows of `N` words after a count at `offset`; a count beyond the box is an error.
    fn rows<const N: usize>(
        self,
        offset: usize,
    ) -> anyhow::Result<impl ExactSizeIterator<Item = [u32; N]> + use<'a, N>> {
        let count = self.word(offset)? as usize;
        let words = self.from(offset + 4)?.0.as_chunks::<4>().0;
        let needed = count.checked_mul(N).filter(|&needed| needed <= words.len());
        let words = &words[..needed.context("a table is cut")?];
        Ok(words.as_chunks::<N>().0.iter().map(|row| row.map(u32::from_be_bytes)))
    }
}

/// Where each frame lies: our files keep all of them in one chunk.
fn samples(tables: &Part<'_>, length: usize) -> anyhow::Result<Vec<Range<usize>>> {
    let sizes = tables.at(&[b"stsz"])?;
    ensure!(sizes.word(4)? == 0, "its frames have no sizes of their own");
    let chunks: Vec<[u32; 1]> = tables.at(&[b"stco"])?.rows(4)?.collect();
    let [[chunk]] = chunks[..] else { bail!("its frames are not in one piece") };
    let mut start = chunk as usize;
    let mut samples = Vec::new();
    for [size] in sizes.rows::<1>(8)? {
        let end = start.checked_add(size as usize).filter(|&end| end <= length);
        let end = end.context("a frame lies outside the file")?;
        samples.push(start..end);
        start = end;
    }
    ensure!(!samples.is_empty(), "it has no frames");
    Ok(samples)
}

fn alone(tables: &Part<'_>, count: usize) -> anyhow::Result<Vec<usize>> {
    let Some(table) = tables.find(b"stss") else { return Ok((0..count).collect()) };
    let alone: Vec<usize> = table.rows::<1>(4)?.map(|[n]| (n as usize).wrapping_sub(1)).collect();
    let sound = alone.first() == Some(&0) && alone.is_sorted_by(|a, b| a < b);
    ensure!(sound && alone.iter().all(|&n| n < count), "its list of independent frames is wrong");
    Ok(alone)
}

/// Ticks per frame, which must be the same for all.
fn steady(tables: &Part<'_>, count: usize) -> anyhow::Result<u32> {
    let runs: Vec<[u32; 2]> = tables.at(&[b"stts"])?.rows(4)?.collect();
    let total: u64 = runs.iter().map(|[frames, _]| u64::from(*frames)).sum();
    let [_, step] = runs.first().copied().context("its frames have no times")?;
    ensure!(total == count as u64, "its frames and their times do not match");
    ensure!(runs.iter().all(|run| run[1] == step), "its frame rate changes");
    Ok(step)
}

/// Parameter sets of a decoder configuration, each after a start code.
fn parameter_sets(configuration: Part<'_>) -> anyhow::Result<Vec<u8>> {
    let mut sets = Vec::new();
    let mut rest = configuration.from(5)?.0;
    for mask in [0x1f, 0xff] {
        let (count, mut after) = rest.split_first().context("its configuration is cut")?;
        for _ in 0..count & mask {
            let cut = || anyhow::anyhow!("its configuration is cut");
            let (length, content) = after.split_first_chunk::<2>().ok_or_else(cut)?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (set, next) = content.split_at_checked(length).ok_or_else(cut)?;
            sets.extend(START);
            sets.extend(set);
            after = next;
        }
        rest = after;
    }
    Ok(sets)
}
