//! Figures as SVG, drawn from plain numbers; the same numbers give the same bytes.
//!
//! Written here rather than with a plotting library: intervals beside hollow marks, and rows of many
//! arms, are most of what a report shows, and text stays text.

mod curves;
mod intervals;
mod legend;
mod plot;
mod scale;
mod scatter;
mod shares;
mod svg;

pub use curves::{CurvePanel, Curves, Line};
pub use intervals::{IntervalRow, Intervals, Mark};
pub use legend::{BASELINE, Series, colour};
pub use scatter::{Point, Scatter, ScatterPanel};
pub use shares::{SharePanel, Shares};
