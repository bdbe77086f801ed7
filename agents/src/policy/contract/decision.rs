//! What a policy decides, and the heat maps that explain it.

use crate::policy::observation::action::Action;

/// What the policy decided, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The next keyframe.
    pub action: Action,
    /// The tap asked for.
    pub tap: Vec<f32>,
    /// Where the policy looked for the waypoint, one stage after the other; empty where a family has no
    /// heat maps.
    pub explanation: Vec<StageMaps>,
}

/// The heat maps of one stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageMaps {
    /// What the stage is called: `coarse` or `fine`.
    pub name: &'static str,
    /// The point that its maps agree on, world, metres.
    pub peak: [f32; 3],
    /// One map for each view.
    pub maps: Vec<HeatMap>,
}

/// Probabilities of the waypoint over one orthographic view, laid out in the world.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// What the view is called.
    pub name: &'static str,
    /// Pixels along each edge.
    pub side: usize,
    /// Probabilities, row by row from the top: `side * side` numbers of sum 1.
    pub values: Vec<f32>,
    /// Where the top left corner of the image lies, world, metres.
    pub corner: [f32; 3],
    /// From the left edge of the image to its right edge, metres.
    pub across: [f32; 3],
    /// From the top edge of the image to its bottom edge, metres.
    pub down: [f32; 3],
}
