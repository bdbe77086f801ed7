//! What is known about the two members of each pair.

use crate::nn::contrast::Marks;

/// Where a clip or a transition comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its episode.
    pub episode: usize,
    /// Its instruction, unique over all tasks.
    pub instruction: usize,
    /// Its task.
    pub task: usize,
}

/// How much two labels must share to belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The same episode.
    Episode,
    /// The same instruction.
    Instruction,
    /// The same task.
    Task,
}

impl Level {
    /// From fine to coarse.
    pub const ALL: [Self; 3] = [Self::Episode, Self::Instruction, Self::Task];

    fn shared(self, a: Label, b: Label) -> bool {
        match self {
            Self::Episode => a.episode == b.episode,
            Self::Instruction => a.instruction == b.instruction,
            Self::Task => a.task == b.task,
        }
    }
}

/// The labels of a batch of pairs, and the level at which they were paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// What was seen.
    pub seen: Vec<Label>,
    /// What was done.
    pub done: Vec<Label>,
    /// What makes a pair.
    pub level: Level,
}

impl Labels {
    /// The pairs themselves: the diagonal.
    #[must_use]
    pub fn diagonal(&self) -> Marks {
        Marks::new(self.size(), |row, column| row == column)
    }

    /// All pairs that share `level`, rows seen and columns done. At the level of pairing or coarser
    /// the diagonal is part of it.
    #[must_use]
    pub fn together(&self, level: Level) -> Marks {
        Marks::new(self.size(), |row, column| level.shared(self.seen[row], self.done[column]))
    }

    fn size(&self) -> [usize; 2] {
        [self.seen.len(), self.done.len()]
    }
}
