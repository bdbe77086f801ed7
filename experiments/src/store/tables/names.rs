//! Names in the `training` and `validation` tables that a report knows how to show.

/// Total loss; what the optimiser saw.
pub const LOSS: &str = "loss";
/// Before the name of a part of the loss, weight included, so that the parts add up to [`LOSS`].
pub const LOSS_PART: &str = "loss/";
/// Before the name of one of the policy's losses: the same without the entropy of its labels, 0 when the
/// answer is the label.
pub const DIVERGENCE: &str = "divergence/";
/// Before the name of a tower: cosine between the gradient of the alignment and of that tower's own loss.
pub const COSINE: &str = "cosine/";
/// Recall@1 between the two shared representations, over the batch or the split for validation.
pub const RECALL: &str = "recall";
/// Before the name of a task: the same for that task's videos and keyframes of the split for validation,
/// each looking among those of all tasks; a hit is one of the same instruction, whatever the pairing.
pub const RECALL_TASK: &str = "recall/";
/// Before the name of a task: mean cosine between its videos and their own keyframes, less that between
/// them and the keyframes of other instructions; on the split for validation.
pub const CLOSENESS_TASK: &str = "closeness/";
/// Whether a name is of a single task.
pub fn of_task(name: &str) -> bool {
    name.starts_with(RECALL_TASK) || name.starts_with(CLOSENESS_TASK)
}

/// Learning rate of the towers.
pub const LEARNING_RATE: &str = "learning_rate";

/// The phases, in the order they are trained.
pub const PHASES: [&str; 3] = ["solo", "warm", "joint"];

/// Place of a phase in the schedule; unknown ones come last.
pub fn phase_order(phase: &str) -> usize {
    PHASES.iter().position(|known| *known == phase).unwrap_or(PHASES.len())
}
