//! Names in the `training` and `validation` tables that a report knows how to show.

/// Total loss; what the optimiser saw.
pub const LOSS: &str = "loss";
/// Before the name of a part of the loss, weight included, so that the parts add up to [`LOSS`].
pub const LOSS_PART: &str = "loss/";
/// Before the name of a tower: cosine between the gradient of the alignment and of that tower's own loss.
pub const COSINE: &str = "cosine/";
/// Recall@1 between the two shared representations, over the batch or the split for validation.
pub const RECALL: &str = "recall";
/// Before the name of a task: the same on that task's pairs alone.
pub const RECALL_TASK: &str = "recall/";
/// Learning rate of the towers.
pub const LEARNING_RATE: &str = "learning_rate";

/// The phases, in the order they are trained.
pub const PHASES: [&str; 3] = ["solo", "warm", "joint"];

/// Place of a phase in the schedule; unknown ones come last.
pub fn phase_order(phase: &str) -> usize {
    PHASES.iter().position(|known| *known == phase).unwrap_or(PHASES.len())
}
