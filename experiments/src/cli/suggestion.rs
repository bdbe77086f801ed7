//! The known name that a mistyped one most likely means.

/// The candidate that takes the fewest edits, counted first against its best matching part, so that
/// half a long name beats a short one, then against all of it.
pub fn suggestion<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let text = text.to_lowercase();
    candidates.into_iter().min_by_key(|candidate| {
        let candidate = candidate.to_lowercase();
        (part_edits(&text, &candidate), edits(&text, &candidate))
    })
}

/// Insertions, deletions and replacements that turn one text into the other.
fn edits(from: &str, to: &str) -> usize {
    let start = (0..=to.chars().count()).collect();
    last_row(from, to, start).last().copied().unwrap_or(0)
}

/// The same into whatever part of the other text is nearest.
fn part_edits(from: &str, to: &str) -> usize {
    // A part may begin and end anywhere at no cost.
    let start = vec![0; to.chars().count() + 1];
    last_row(from, to, start).into_iter().min().unwrap_or(0)
}

/// Edits from all of `from` to each beginning of `to`; `row` holds those from nothing.
fn last_row(from: &str, to: &str, mut row: Vec<usize>) -> Vec<usize> {
    for a in from.chars() {
        let mut diagonal = row[0];
        row[0] += 1;
        for (j, b) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("jar", "jar"), 0);
        assert_eq!(edits("", "tap"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(part_edits("buttns", "push_buttons"), 1);
        assert_eq!(part_edits("", "tap"), 0);
    }

    #[test]
    fn half_a_long_name_beats_a_short_one() {
        let names = ["turn_tap", "push_buttons", "close_jar"];
        for (text, name) in
            [("buttns", "push_buttons"), ("trun_tap", "turn_tap"), ("JAR", "close_jar")]
        {
            assert_eq!(suggestion(text, names), Some(name), "{text}");
        }
        assert_eq!(suggestion("x", []), None);
    }
}
