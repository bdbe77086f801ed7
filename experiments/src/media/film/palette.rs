//! The colours of an animation: GIF allows 256.

use std::collections::HashMap;

/// Colours an animation may have; one index is kept for pixels that stay as they were.
pub(super) const COLORS: usize = 255;

type Color = [u8; 3];

/// Counts the colours of pictures one after the other.
#[derive(Debug, Default)]
pub(super) struct Histogram(HashMap<Color, u64>);

impl Histogram {
    /// Counts one picture's pixels.
    pub(super) fn count(&mut self, rgb: &[u8]) {
        // Flat shading makes long runs of one colour.
        for run in rgb.as_chunks::<3>().0.chunk_by(|a, b| a == b) {
            *self.0.entry(run[0]).or_default() += run.len() as u64;
        }
    }

    /// All colours when they fit, else the best 255 by median cut.
    pub(super) fn palette(self) -> Palette {
        let mut counted: Vec<(Color, u64)> = self.0.into_iter().collect();
        counted.sort_unstable();
        let colors = match counted.len() <= COLORS {
            true => counted.into_iter().map(|(color, _)| color).collect(),
            false => median_cut(counted),
        };
        Palette { known: HashMap::new(), colors }
    }
}

/// Few colours that stand for many.
#[derive(Debug)]
pub(super) struct Palette {
    pub(super) colors: Vec<Color>,
    known: HashMap<Color, u8>,
}

impl Palette {
    /// The index of the nearest colour.
    pub(super) fn index(&mut self, color: Color) -> u8 {
        if let Some(&index) = self.known.get(&color) {
            return index;
        }
        let distance = |other: &Color| {
            let square = |i: usize| u32::from(color[i].abs_diff(other[i])).pow(2);
            square(0) + square(1) + square(2)
        };
        let nearest = (0..self.colors.len()).min_by_key(|&i| distance(&self.colors[i]));
        let index = nearest.unwrap_or(0) as u8;
        self.known.insert(color, index);
        index
    }
}

/// Splits the box of colours whose pixels differ most, again and again; each box becomes its mean.
fn median_cut(counted: Vec<(Color, u64)>) -> Vec<Color> {
    let mut boxes = vec![counted];
    while boxes.len() < COLORS {
        let cost = |colors: &Vec<(Color, u64)>| {
            let (_, spread) = widest(colors);
            // Pixels count, but a small thing of its own colour must not vanish.
            let pixels: u64 = colors.iter().map(|(_, count)| count).sum();
            u64::from(spread).pow(2) * pixels.isqrt()
        };
        let Some(worst) = (0..boxes.len()).max_by_key(|&i| cost(&boxes[i])) else { break };
        let mut colors = boxes.swap_remove(worst);
        let (axis, spread) = widest(&colors);
        if spread == 0 {
            boxes.push(colors);
            break;
        }
        colors.sort_unstable_by_key(|(color, _)| (color[axis], *color));
        let (low, high) = (colors[0].0[axis], colors[colors.len() - 1].0[axis]);
        let middle = low + (high - low) / 2;
        let cut = colors.partition_point(|(color, _)| color[axis] <= middle);
        boxes.push(colors.split_off(cut));
        boxes.push(colors);
    }
    let mut means: Vec<Color> = boxes.iter().map(|colors| mean(colors)).collect();
    means.sort_unstable();
    means
}

/// The channel in which colours differ most, and by how much.
fn widest(colors: &[(Color, u64)]) -> (usize, u8) {
    let spread = |axis: usize| {
        let values = colors.iter().map(|(color, _)| color[axis]);
        values.clone().max().unwrap_or(0) - values.min().unwrap_or(0)
    };
    (0..3).map(|axis| (axis, spread(axis))).max_by_key(|(_, spread)| *spread).unwrap_or((0, 0))
}

fn mean(colors: &[(Color, u64)]) -> Color {
    let pixels: u64 = colors.iter().map(|(_, count)| count).sum();
    [0, 1, 2].map(|axis| {
        let sum: u64 = colors.iter().map(|(color, count)| u64::from(color[axis]) * count).sum();
        ((sum + pixels / 2) / pixels.max(1)) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_exactly() {
        let mut histogram = Histogram::default();
        histogram.count(&[1, 2, 3, 1, 2, 3, 9, 9, 9]);
        let mut palette = histogram.palette();
        assert_eq!(palette.colors, [[1, 2, 3], [9, 9, 9]]);
        assert_eq!((palette.index([9, 9, 9]), palette.index([2, 2, 2])), (1, 0));
    }

    #[test]
    fn many_colours_are_cut_to_the_limit_and_stay_close() {
        let mut histogram = Histogram::default();
        let all: Vec<Color> =
            (0..=255).flat_map(|i| [[i, 0, 0], [i, i, i], [0, 255 - i, i]]).collect();
        histogram.count(all.as_flattened());
        let mut palette = histogram.palette();
        assert!(palette.colors.len() > 200 && palette.colors.len() <= COLORS);
        for color in all {
            let index = usize::from(palette.index(color));
            let near = palette.colors[index];
            assert!((0..3).all(|i| color[i].abs_diff(near[i]) <= 6), "{color:?} {near:?}");
        }
    }
}
