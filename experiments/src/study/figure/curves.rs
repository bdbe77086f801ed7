//! Lines over training steps, one small plot per quantity.

use super::legend::{self, Series};
use super::plot::{LEAST, Plot, Tiles};
use super::scale::range;
use super::svg::{INK, Svg};

/// Small plots that share their colours.
#[derive(Clone, Debug)]
pub struct Curves {
    /// What the figure shows.
    pub title: String,
    /// How to read it, one line.
    pub note: String,
    /// What the colours are.
    pub series: Vec<Series>,
    /// The plots, row by row.
    pub panels: Vec<CurvePanel>,
}

/// One plot.
#[derive(Clone, Debug)]
pub struct CurvePanel {
    /// Its title.
    pub title: String,
    /// Unit of the vertical axis.
    pub unit: String,
    /// Lowest and highest value of the vertical axis, where they are fixed.
    pub limits: Option<[f64; 2]>,
    /// Whether to draw a line at 0.
    pub zero: bool,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line, with the lowest and highest of what it is the mean of.
#[derive(Clone, Debug)]
pub struct Line {
    /// Index of its series.
    pub series: usize,
    /// Step, value, lowest, highest; by step.
    pub points: Vec<[f64; 4]>,
}

impl Curves {
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
            panel.draw(&mut svg, [x, y + top], size, series);
        }
        svg.finish(title)
    }
}

impl CurvePanel {
    fn draw(&self, svg: &mut Svg, at: [f64; 2], size: [f64; 2], series: &[Series]) {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let steps = range(points().map(|point| point[0])).unwrap_or([0.0, 1.0]);
        let spread = points().flat_map(|point| point[1..].to_vec());
        let spread = range(spread.chain(self.zero.then_some(0.0))).unwrap_or([0.0, 1.0]);
        let plot = Plot::new(at, size, steps, self.limits.unwrap_or(spread));
        plot.draw(svg, &self.title, "step", &self.unit, self.zero);
        for Line { series: index, points } in &self.lines {
            let colour = series.get(*index).map_or(INK, |series| series.colour);
            // A line breaks where training gave no number.
            for run in points.split(|point| point.iter().any(|value| !value.is_finite())) {
                if run.iter().any(|[_, _, low, high]| low < high) {
                    let upper = run.iter().map(|[x, _, _, high]| plot.at(*x, *high));
                    let lower = run.iter().rev().map(|[x, _, low, _]| plot.at(*x, *low));
                    svg.area(upper.chain(lower), colour, 0.15);
                }
                match run {
                    [] => {}
                    [[x, y, ..]] => svg.dot(plot.at(*x, *y), 3.0, colour),
                    run => svg.curve(run.iter().map(|[x, y, ..]| plot.at(*x, *y)), colour),
                }
            }
        }
    }
}
