//! The order of action tokens, and which of them may see which.

/// What a token stands for; the discriminant is its row in the table of kinds (ARP).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A feature that is given, never predicted.
    Prompt = 0,
    /// The waypoint in one view of the coarse stage.
    Coarse = 1,
    /// The waypoint in one view of the fine stage.
    Fine = 2,
    /// Euler bin about x.
    RotX = 3,
    /// Euler bin about y.
    RotY = 4,
    /// Euler bin about z.
    RotZ = 5,
    /// Gripper open or closed.
    Grip = 6,
    /// Whether collisions are ignored.
    Collision = 7,
}

/// Number of kinds.
pub(super) const KINDS: usize = 8;

impl Kind {
    /// The discrete tokens of an action, in order.
    pub const DISCRETE: [Self; 5] =
        [Self::RotX, Self::RotY, Self::RotZ, Self::Grip, Self::Collision];

    fn turns(self) -> bool {
        matches!(self, Self::RotX | Self::RotY | Self::RotZ)
    }

    /// Whether attention from this kind to `other` is blocked: gripper and collisions depend on where
    /// the hand is, not on how it is turned (ARP).
    fn ignores(self, other: Self) -> bool {
        matches!(self, Self::Grip | Self::Collision) && other.turns()
    }
}

/// A row of the transformer's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The token of this index with its true value.
    Given(usize),
    /// The placeholder from which the token of this index is predicted.
    Asked(usize),
}

/// A sequence of tokens in chunks; the tokens of a chunk are predicted at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    tokens: Vec<(Kind, usize)>,
    prompts: usize,
}

impl Plan {
    /// Features first, then one token per chunk: rotation about x, y, z, gripper, collisions.
    #[must_use]
    pub fn arp(prompts: usize) -> Self {
        Self::chunked(prompts, &Kind::DISCRETE.map(|kind| (kind, 1)))
    }

    /// Features first, then tokens, each with 1 when it starts a chunk and 0 when it goes with the
    /// token before it.
    #[must_use]
    pub fn chunked(prompts: usize, rest: &[(Kind, usize)]) -> Self {
        let mut tokens: Vec<_> = (0..prompts).map(|chunk| (Kind::Prompt, chunk)).collect();
        for &(kind, start) in rest {
            let chunk = tokens.last().map_or(0, |&(_, chunk)| chunk + start);
            tokens.push((kind, chunk));
        }
        Self { tokens, prompts }
    }

    /// How many tokens are given features.
    #[must_use]
    pub fn prompts(&self) -> usize {
        self.prompts
    }

    /// Kinds of the predicted tokens, in order.
    pub fn asked(&self) -> impl Iterator<Item = Kind> {
        self.tokens[self.prompts..].iter().map(|&(kind, _)| kind)
    }

    /// Kind, place in its chunk, and place in the sequence of the token of this index.
    pub(super) fn describe(&self, index: usize) -> (Kind, usize, usize) {
        let (kind, chunk) = self.tokens[index];
        let first = self.tokens.iter().position(|&(_, other)| other == chunk).unwrap_or(index);
        (kind, index - first, index)
    }

    /// Rows of the teacher-forced pass: every token given, then every predicted token asked.
    #[must_use]
    pub fn interleaved(&self) -> Vec<Row> {
        let asked = self.prompts..self.tokens.len();
        (0..self.tokens.len()).map(Row::Given).chain(asked.map(Row::Asked)).collect()
    }

    /// Rows of the passes that predict one chunk after the other: what is known, then what is asked.
    pub fn passes(&self) -> impl Iterator<Item = Vec<Row>> {
        let chunks = self.tokens.chunk_by(|a, b| a.1 == b.1).scan(0, |next, chunk| {
            let first = *next;
            *next += chunk.len();
            Some(first..*next)
        });
        let asked = chunks.filter(|chunk| chunk.start >= self.prompts);
        asked.map(|chunk| (0..chunk.start).map(Row::Given).chain(chunk.map(Row::Asked)).collect())
    }

    /// Whether one row may see another.
    ///
    /// Given tokens see their own chunk and earlier ones. Asked tokens see given ones of strictly
    /// earlier chunks and the asked ones of their own.
    #[must_use]
    pub fn sees(&self, row: Row, other: Row) -> bool {
        let token = |row: Row| match row {
            Row::Given(index) | Row::Asked(index) => self.tokens[index],
        };
        let ((kind, chunk), (other_kind, other_chunk)) = (token(row), token(other));
        let order = match (row, other) {
            (Row::Given(_), Row::Given(_)) => other_chunk <= chunk,
            (Row::Given(_), Row::Asked(_)) => false,
            (Row::Asked(_), Row::Given(_)) => other_chunk < chunk,
            (Row::Asked(_), Row::Asked(_)) => other_chunk == chunk,
        };
        order && !kind.ignores(other_kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_sees_what_came_before_and_grip_no_rotation() {
        let plan = Plan::arp(6);
        let seen = |row| -> Vec<usize> {
            (0..11).filter(|&index| plan.sees(row, Row::Given(index))).collect()
        };
        assert_eq!(seen(Row::Asked(6)), [0, 1, 2, 3, 4, 5]);
        assert_eq!(seen(Row::Asked(8)), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(seen(Row::Asked(9)), [0, 1, 2, 3, 4, 5]);
        assert_eq!(seen(Row::Given(10)), [0, 1, 2, 3, 4, 5, 9, 10]);
        assert!(
            plan.sees(Row::Asked(7), Row::Asked(7)) && !plan.sees(Row::Asked(7), Row::Asked(6))
        );
        assert_eq!(plan.interleaved().len(), 16);
        let passes: Vec<_> = plan.passes().map(|rows| rows.len()).collect();
        assert_eq!(passes, [7, 8, 9, 10, 11]);
    }

    #[test]
    fn tokens_of_a_chunk_are_asked_together() {
        let tokens = [(Kind::RotX, 1), (Kind::RotY, 0), (Kind::RotZ, 1)];
        let plan = Plan::chunked(2, &tokens);
        let passes: Vec<_> = plan.passes().collect();
        let expected = vec![Row::Given(0), Row::Given(1), Row::Asked(2), Row::Asked(3)];
        assert_eq!(passes[0], expected);
        assert_eq!(passes[1].len(), 5);
        assert_eq!(plan.describe(3), (Kind::RotY, 1, 3));
        assert!(plan.sees(Row::Asked(2), Row::Asked(3)));
    }
}
