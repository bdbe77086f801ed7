//! Figures as SVG, drawn from plain numbers; the same numbers give the same bytes.
//!
//! Written here rather than with a plotting library: intervals beside hollow marks, and rows of many
//! arms, are most of what a report shows, and text stays text.

mod curves;
mod intervals;
mod legend;
mod palette;
mod plot;
mod scale;
mod scatter;
mod shares;
mod svg;

pub use curves::{Curves, Line, Panel as CurvePanel};
pub use intervals::{Intervals, Mark, Row as IntervalRow};
pub use legend::Series;
pub use palette::{BASELINE, colour};
pub use scatter::{Panel as ScatterPanel, Point, Scatter};
pub use shares::{Panel as SharePanel, Shares};
