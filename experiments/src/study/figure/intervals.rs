//! Dots with intervals in rows: success by task, or an ablation beside published figures.

use super::legend::{self, Series};
use super::scale::Scale;
use super::svg::{AXIS, Anchor, GRID, INK, SOFT, Svg, width};

/// Rows of marks over one axis per panel, 0 to 100 %.
#[derive(Clone, Debug)]
pub struct Intervals {
    /// What the figure shows.
    pub title: String,
    /// How to read it, one line.
    pub note: String,
    /// Titles of the panels, from left to right.
    pub panels: Vec<String>,
    /// What the colours are.
    pub series: Vec<Series>,
    /// What hollow marks are, where there are any.
    pub hollow: Option<String>,
    /// The rows, from top to bottom.
    pub rows: Vec<IntervalRow>,
}

/// One row.
#[derive(Clone, Debug)]
pub struct IntervalRow {
    /// Its name.
    pub label: String,
    /// The marks of each panel, from top to bottom.
    pub panels: Vec<Vec<Mark>>,
}

/// One mark; rates in 0..=1.
#[derive(Clone, Debug)]
pub enum Mark {
    /// A rate with its interval.
    Measured {
        /// Index of its series.
        series: usize,
        /// The rate.
        rate: f64,
        /// Lower end of the interval.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// A rate that others published, in the colour of a series.
    Published {
        /// Index of its series.
        series: usize,
        /// The rate.
        rate: f64,
    },
    /// Nothing measured, and why.
    Missing(String),
}

/// Height of one mark, pixels.
const MARK: f64 = 12.0;
/// Height of a panel's axis and title, pixels.
const AXES: f64 = 52.0;

impl Intervals {
    /// The figure.
    pub fn svg(&self) -> String {
        let Self { title, note, panels, series, hollow, rows } = self;
        let names = rows.iter().map(|row| width(&row.label, 12.0)).fold(60.0, f64::max) + 24.0;
        let each = if panels.len() > 1 { 330.0 } else { 520.0 };
        let whole = names + panels.len() as f64 * (each + 40.0);
        let hollow = hollow.as_deref();
        let top = legend::HEAD + legend::height(series, hollow, whole - 40.0) + 26.0;
        let heights: Vec<f64> = rows.iter().map(height).collect();
        let bottom = top + heights.iter().sum::<f64>();

        let mut svg = Svg::new(whole, bottom + AXES);
        legend::head(&mut svg, title, note);
        legend::draw(&mut svg, [20.0, 60.0], series, hollow, whole - 40.0);
        let lefts: Vec<f64> =
            (0..panels.len()).map(|index| names + 10.0 + index as f64 * (each + 40.0)).collect();
        let scales: Vec<Scale> =
            lefts.iter().map(|left| Scale::new([0.0, 100.0], [*left, left + each])).collect();
        for (scale, panel) in scales.iter().zip(panels) {
            axis(&mut svg, scale, panel, top, bottom);
        }
        let mut y = top;
        for (index, (row, height)) in rows.iter().zip(&heights).enumerate() {
            for left in lefts.iter().filter(|_| index % 2 == 1) {
                // Behind nothing yet drawn in this row: grid lines are drawn again on top.
                svg.rectangle([*left, y], [each, *height], "#f6f7f9");
            }
            for scale in scales.iter().filter(|_| index % 2 == 1) {
                for (value, _) in scale.ticks(5) {
                    svg.line([scale.at(value), y], [scale.at(value), y + height], GRID, 1.0);
                }
            }
            let middle = y + height / 2.0;
            svg.text([names, middle + 4.0], Anchor::End, 12.0, INK, &row.label);
            for (scale, marks) in scales.iter().zip(&row.panels) {
                let start = middle - MARK * marks.len() as f64 / 2.0;
                for (place, mark) in marks.iter().enumerate() {
                    let at = start + MARK * (place as f64 + 0.5);
                    draw(&mut svg, scale, at, mark, series);
                }
            }
            y += height;
        }
        for (left, _) in lefts.iter().zip(panels) {
            svg.line([*left, bottom], [left + each, bottom], AXIS, 1.0);
        }
        svg.finish(title)
    }
}

fn height(row: &IntervalRow) -> f64 {
    let most = row.panels.iter().map(Vec::len).max().unwrap_or(0);
    MARK * most.max(1) as f64 + 12.0
}

fn axis(svg: &mut Svg, scale: &Scale, title: &str, top: f64, bottom: f64) {
    svg.bold([scale.at(0.0), top - 9.0], Anchor::Start, 12.0, INK, title);
    for (value, text) in scale.ticks(5) {
        let x = scale.at(value);
        svg.line([x, top], [x, bottom], GRID, 1.0);
        svg.text([x, bottom + 18.0], Anchor::Middle, 11.0, SOFT, &text);
    }
    svg.text([scale.at(50.0), bottom + 36.0], Anchor::Middle, 11.0, SOFT, "per cent");
}

fn draw(svg: &mut Svg, scale: &Scale, y: f64, mark: &Mark, series: &[Series]) {
    let colour = |index: &usize| series.get(*index).map_or(INK, |series| series.colour);
    let x = |rate: &f64| scale.at(100.0 * rate.clamp(0.0, 1.0));
    match mark {
        Mark::Measured { series, rate, low, high } => {
            svg.line([x(low), y], [x(high), y], colour(series), 2.0);
            for end in [low, high] {
                svg.line([x(end), y - 3.0], [x(end), y + 3.0], colour(series), 1.2);
            }
            svg.dot([x(rate), y], 4.6, colour(series));
        }
        Mark::Published { series, rate } => svg.diamond([x(rate), y], 4.6, colour(series)),
        Mark::Missing(why) => {
            svg.text([scale.at(0.0) + 6.0, y + 4.0], Anchor::Start, 11.0, SOFT, why);
        }
    }
}
