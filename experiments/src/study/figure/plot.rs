//! The frame of one plot: grid, axes, titles.

use super::scale::Scale;
use super::svg::{AXIS, Anchor, GRID, INK, SOFT, Svg};

/// A rectangle with a scale in either direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    x: Scale,
    y: Scale,
}

impl Plot {
    /// A plot with its top left corner at `at`; ranges are lowest and highest value.
    pub(super) fn new(at: [f64; 2], size: [f64; 2], x: [f64; 2], y: [f64; 2]) -> Self {
        let ([left, top], [right, bottom]) = (at, [at[0] + size[0], at[1] + size[1]]);
        Self {
            left,
            top,
            right,
            bottom,
            x: Scale::new(x, [left, right]),
            y: Scale::new(y, [bottom, top]),
        }
    }

    pub(super) fn at(&self, x: f64, y: f64) -> [f64; 2] {
        [self.x.at(x), self.y.at(y)]
    }

    /// Draws grid, ticks and titles; a line at height 0 where `zero`.
    pub(super) fn draw(&self, svg: &mut Svg, title: &str, x: &str, y: &str, zero: bool) {
        let Self { left, top, right, bottom, .. } = *self;
        svg.bold([left, top - 10.0], Anchor::Start, 13.0, INK, title);
        for (value, text) in self.y.ticks(4) {
            let at = self.y.at(value);
            svg.line([left, at], [right, at], GRID, 1.0);
            svg.text([left - 6.0, at + 3.5], Anchor::End, 10.5, SOFT, &text);
        }
        for (value, text) in self.x.ticks(4) {
            let at = self.x.at(value);
            svg.line([at, bottom], [at, bottom + 4.0], AXIS, 1.0);
            svg.text([at, bottom + 16.0], Anchor::Middle, 10.5, SOFT, &text);
        }
        if zero {
            svg.dashed([left, self.y.at(0.0)], [right, self.y.at(0.0)], AXIS);
        }
        svg.line([left, bottom], [right, bottom], AXIS, 1.0);
        svg.text([(left + right) / 2.0, bottom + 31.0], Anchor::Middle, 11.0, SOFT, x);
        svg.upwards([left - 40.0, (top + bottom) / 2.0], 11.0, SOFT, y);
    }
}

/// A grid of equal plots, as many in a row as fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiles {
    columns: usize,
    rows: usize,
    tile: [f64; 2],
}

/// Least width of a figure, so that its note fits, pixels.
pub(super) const LEAST: f64 = 720.0;

/// Margins of a plot for its axes and titles: left, top, right, bottom, pixels.
const MARGIN: [f64; 4] = [58.0, 34.0, 18.0, 40.0];

impl Tiles {
    /// `count` plots of this size without margins, at most `columns` in a row.
    pub(super) fn new(count: usize, columns: usize, [w, h]: [f64; 2]) -> Self {
        let columns = count.clamp(1, columns);
        let [left, top, right, bottom] = MARGIN;
        let tile = [w + left + right, h + top + bottom];
        Self { columns, rows: count.div_ceil(columns), tile }
    }

    /// Width and height of all of them, pixels.
    pub(super) fn size(&self) -> [f64; 2] {
        [self.columns as f64 * self.tile[0], self.rows as f64 * self.tile[1]]
    }

    /// Top left corner and size of the plot at `index`, without margins.
    pub(super) fn place(&self, index: usize) -> ([f64; 2], [f64; 2]) {
        let [left, top, right, bottom] = MARGIN;
        let (column, row) = (index % self.columns, index / self.columns);
        let at = [column as f64 * self.tile[0] + left, row as f64 * self.tile[1] + top];
        (at, [self.tile[0] - left - right, self.tile[1] - top - bottom])
    }
}
