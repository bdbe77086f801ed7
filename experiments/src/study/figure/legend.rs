//! Which colour is what.

use super::svg::{Anchor, INK, SOFT, Svg, width};

/// Something that has a colour in a figure.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub colour: &'static str,
}

/// The baseline, in every figure.
pub const BASELINE: &str = "#5b636c";

/// Colours that colour-blind readers tell apart (after Okabe and Ito), dark enough on white.
const COLOURS: [&str; 7] =
    ["#0072b2", "#d55e00", "#009e73", "#b5579a", "#c98a00", "#3a9fd6", "#7a4fd0"];

/// The colour of the arm or part at `index`; after seven they come again.
pub fn colour(index: usize) -> &'static str {
    COLOURS[index % COLOURS.len()]
}

/// Size of the letters, pixels.
const SIZE: f64 = 12.0;
/// From one row to the next, pixels.
const ROW: f64 = 20.0;

/// Where each entry stands in rows of `room` pixels, and the height of all rows.
fn layout(names: &[&str], room: f64) -> (Vec<[f64; 2]>, f64) {
    let (mut x, mut y) = (0.0, 0.0);
    let mut places = Vec::new();
    for name in names {
        let wide = width(name, SIZE) + 36.0;
        if x > 0.0 && x + wide > room {
            (x, y) = (0.0, y + ROW);
        }
        places.push([x, y]);
        x += wide;
    }
    (places, if names.is_empty() { 0.0 } else { y + ROW })
}

/// Height of the legend, pixels.
pub(super) fn height(series: &[Series], hollow: Option<&str>, room: f64) -> f64 {
    layout(&names(series, hollow), room).1
}

/// Height of the title and the note above a legend, pixels.
pub(super) const HEAD: f64 = 62.0;

/// Draws the title of a figure and the note under it.
pub(super) fn head(svg: &mut Svg, title: &str, note: &str) {
    svg.bold([20.0, 28.0], Anchor::Start, 16.0, INK, title);
    svg.text([20.0, 47.0], Anchor::Start, 12.0, SOFT, note);
}

/// Draws the legend with its top left corner at `at`; `hollow` names the hollow marks.
pub(super) fn draw(
    svg: &mut Svg,
    at: [f64; 2],
    series: &[Series],
    hollow: Option<&str>,
    room: f64,
) {
    let names = names(series, hollow);
    let places = layout(&names, room).0;
    for (index, (name, [x, y])) in names.iter().zip(places).enumerate() {
        let (x, y) = (at[0] + x, at[1] + y);
        match series.get(index) {
            Some(series) => svg.dot([x + 6.0, y + 8.0], 5.0, series.colour),
            None => svg.diamond([x + 6.0, y + 8.0], 5.0, INK),
        }
        svg.text([x + 16.0, y + 12.0], Anchor::Start, SIZE, INK, name);
    }
}

fn names<'a>(series: &'a [Series], hollow: Option<&'a str>) -> Vec<&'a str> {
    series.iter().map(|series| series.name.as_str()).chain(hollow).collect()
}
