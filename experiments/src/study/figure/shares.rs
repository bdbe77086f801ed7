//! Areas on one another: what each part contributes to the whole, over training steps.

use super::legend::{self, Series};
use super::plot::{LEAST, Plot, Tiles};
use super::scale::range;
use super::svg::Svg;

/// Small plots that share their parts.
#[derive(Clone, Debug)]
pub struct Shares {
    /// What the figure shows.
    pub title: String,
    /// How to read it, one line.
    pub note: String,
    /// The parts, from bottom to top.
    pub series: Vec<Series>,
    /// The plots, row by row.
    pub panels: Vec<SharePanel>,
}

/// One plot.
#[derive(Clone, Debug)]
pub struct SharePanel {
    /// Its title.
    pub title: String,
    /// Step and the share of each part in 0..=1; by step.
    pub points: Vec<(f64, Vec<f64>)>,
}

impl Shares {
    /// The figure.
    pub fn svg(&self) -> String {
        let Self { title, note, series, panels } = self;
        let tiles = Tiles::new(panels.len(), 3, [250.0, 150.0]);
        let [w, h] = tiles.size();
        let w = w.max(LEAST);
        let top = legend::HEAD + legend::height(series, None, w - 40.0);
        let mut svg = Svg::new(w, top + h + 10.0);
        legend::head(&mut svg, title, note);
        legend::draw(&mut svg, [20.0, 60.0], series, None, w - 40.0);
        for (index, panel) in panels.iter().enumerate() {
            let ([x, y], size) = tiles.place(index);
            let steps = range(panel.points.iter().map(|point| point.0)).unwrap_or([0.0, 1.0]);
            let plot = Plot::new([x, y + top], size, steps, [0.0, 100.0]);
            plot.draw(&mut svg, &panel.title, "step", "per cent", false);
            let below = |shares: &[f64], part: usize| 100.0 * shares[..part].iter().sum::<f64>();
            for (part, series) in series.iter().enumerate() {
                let points = || panel.points.iter().filter(|(_, shares)| shares.len() > part);
                let upper = points().map(|(step, s)| plot.at(*step, below(s, part + 1)));
                let lower = points().rev().map(|(step, s)| plot.at(*step, below(s, part)));
                svg.area(upper.chain(lower), series.colour, 0.8);
            }
        }
        svg.finish(title)
    }
}
