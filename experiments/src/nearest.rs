//! The known name that a mistyped one most likely means.

/// The candidate that takes the fewest edits; one that contains the text whole comes first.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = text.to_lowercase();
    let cost = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let part = text.len() >= 3 && candidate.contains(&text);
        (!part, edits(&text, &candidate))
    };
    candidates.into_iter().min_by_key(|candidate| cost(candidate))
}

/// Insertions, deletions and replacements that turn one text into the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("jar", "jar"), 0);
        assert_eq!(edits("", "tap"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
    }

    #[test]
    fn a_part_of_a_name_beats_a_short_name() {
        let names = ["turn_tap", "push_buttons"];
        assert_eq!(nearest("buttons", names), Some("push_buttons"));
        assert_eq!(nearest("trun_tap", names), Some("turn_tap"));
        assert_eq!(nearest("x", []), None);
    }
}
