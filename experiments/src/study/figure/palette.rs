//! Colours that colour-blind readers tell apart (after Okabe and Ito), dark enough on white.

/// The baseline, in every figure.
pub const BASELINE: &str = "#5b636c";

const COLOURS: [&str; 7] =
    ["#0072b2", "#d55e00", "#009e73", "#b5579a", "#c98a00", "#3a9fd6", "#7a4fd0"];

/// The colour of the arm or part at `index`; after seven they come again.
pub fn colour(index: usize) -> &'static str {
    COLOURS[index % COLOURS.len()]
}
