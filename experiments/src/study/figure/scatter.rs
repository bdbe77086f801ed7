//! Points with names: one number of every task against another.

use super::legend;
use super::plot::{LEAST, Plot, Tiles};
use super::scale::range;
use super::svg::{Anchor, INK, SOFT, Svg};

/// Small plots of points.
#[derive(Clone, Debug)]
pub struct Scatter {
    /// What the figure shows.
    pub title: String,
    /// How to read it, one line.
    pub note: String,
    /// The plots, row by row.
    pub panels: Vec<ScatterPanel>,
}

/// One plot; both axes in per cent.
#[derive(Clone, Debug)]
pub struct ScatterPanel {
    /// Its title.
    pub title: String,
    /// What the points say together, one line.
    pub finding: String,
    /// What is to the right.
    pub x: String,
    /// What is upwards.
    pub y: String,
    /// Colour of the points.
    pub colour: &'static str,
    /// The points.
    pub points: Vec<Point>,
}

/// One point; rates in 0..=1.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its name.
    pub label: String,
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
}

impl Scatter {
    /// The figure.
    pub fn svg(&self) -> String {
        let Self { title, note, panels } = self;
        let tiles = Tiles::new(panels.len(), 2, [400.0, 290.0]);
        let [w, h] = tiles.size();
        let (w, top) = (w.max(LEAST), 70.0);
        let mut svg = Svg::new(w, top + h + 10.0);
        legend::head(&mut svg, title, note);
        for (index, panel) in panels.iter().enumerate() {
            let ([x, y], size) = tiles.place(index);
            panel.draw(&mut svg, [x, y + top], size);
        }
        svg.finish(title)
    }
}

/// Height of the line between title and plot, pixels.
const FINDING: f64 = 18.0;
/// Size of a point's name, pixels.
const LABEL: f64 = 9.5;

impl ScatterPanel {
    fn draw(&self, svg: &mut Svg, at: [f64; 2], size: [f64; 2]) {
        let axis = |value: fn(&Point) -> f64| {
            let [low, high] =
                range(self.points.iter().map(|p| 100.0 * value(p))).unwrap_or([0.0, 100.0]);
            let room = 5.0_f64.max(0.08 * (high - low));
            [(low - room).max(-3.0), (high + room).min(103.0)]
        };
        svg.bold([at[0], at[1] - 12.0], Anchor::Start, 13.0, INK, &self.title);
        let (at, size) = ([at[0], at[1] + FINDING], [size[0], size[1] - FINDING]);
        svg.text([at[0], at[1] - 12.0], Anchor::Start, 11.5, SOFT, &self.finding);
        let plot = Plot::new(at, size, axis(|p| p.x), axis(|p| p.y));
        plot.draw(svg, "", &self.x, &self.y, false);
        let mut taken: Vec<[f64; 4]> = Vec::new();
        for Point { label, x, y } in &self.points {
            let [x, y] = plot.at(100.0 * x, 100.0 * y);
            svg.dot([x, y], 4.5, self.colour);
            // To the right where there is room, else to the left; lower while another name is there.
            let wide = super::svg::width(label, LABEL);
            let (start, anchor) = if x + 8.0 + wide < at[0] + size[0] + 16.0 {
                (x + 7.0, Anchor::Start)
            } else {
                (x - 7.0 - wide, Anchor::End)
            };
            let mut height = y + 3.0;
            while taken.iter().any(|[left, up, right, down]| {
                start < *right && start + wide > *left && height - LABEL < *down && height > *up
            }) {
                height += LABEL + 1.0;
            }
            taken.push([start, height - LABEL, start + wide, height]);
            let from = if matches!(anchor, Anchor::Start) { start } else { x - 7.0 };
            svg.text([from, height], anchor, LABEL, SOFT, label);
        }
    }
}
