//! The choices of the alignment, as a configuration file states them.

use serde::{Deserialize, Serialize};

/// How video encoder and policy are aligned. Defaults are the paper's where it states them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Name of the loss, one of `losses::ALL` (default: `infonce`).
    pub loss: String,
    /// What happens to other pairs of the same label in `infonce` (default: `all`).
    pub negatives: Negatives,
    /// Temperature (default: 0.1).
    pub tau: f64,
    /// Shape of the two maps (default: `linear`).
    pub proj: Projection,
    /// Which side the alignment leaves as it is (default: `none`).
    pub stop_grad: StopGradient,
    /// Weights and temperatures of the levels in `hierarchical`.
    pub hier: Hierarchy,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            loss: "infonce".into(),
            negatives: Negatives::default(),
            tau: 0.1,
            proj: Projection::default(),
            stop_grad: StopGradient::default(),
            hier: Hierarchy::default(),
        }
    }
}

/// What other pairs of the same label are to `infonce`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Negatives {
    /// Negatives, as the paper's formula says.
    #[default]
    All,
    /// Nothing: they leave the denominator.
    MaskSameLabel,
    /// Positives, sharing the target evenly.
    MultiPositive,
}

/// Shape of the maps into the shared space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Projection {
    /// One linear map with bias.
    #[default]
    Linear,
    /// Two linear maps with GELU between, 2048 wide inside (SimCLR's projector).
    Mlp,
    /// The same with LayerNorm before GELU.
    MlpLn,
}

/// Which tower the alignment does not train.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopGradient {
    /// Both towers learn; this is the method.
    #[default]
    None,
    /// The video encoder stays as it is.
    U,
    /// The policy stays as it is.
    E,
}

/// Weights and temperatures of `hierarchical`, for episode, instruction and task.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hierarchy {
    /// Weights. Finer levels weigh more, as in HiMulConE (default: 1, 0.5, 0.25).
    pub weights: [f64; 3],
    /// Temperatures, rising with coarseness (default: 0.07, 0.1, 0.2).
    pub taus: [f64; 3],
}

impl Default for Hierarchy {
    fn default() -> Self {
        Self { weights: [1.0, 0.5, 0.25], taus: [0.07, 0.1, 0.2] }
    }
}
