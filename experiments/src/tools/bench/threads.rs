//! Processor time of this process, thread by thread.

use std::collections::BTreeMap;

/// Places of `utime` and `stime` after the name of the thread (proc(5), `/proc/PID/stat`).
const TIMES: [usize; 2] = [11, 12];

/// Clock ticks that threads of each name have been busy, the numbers at the ends of names left out:
/// `llvmpipe-0` and `llvmpipe-1` are one. Empty where there is no `/proc`.
pub(super) fn ticks() -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for task in std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        if let Some((name, ticks)) = parse(&stat) {
            *found.entry(name).or_default() += ticks;
        }
    }
    found
}

fn parse(stat: &str) -> Option<(String, u64)> {
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = TIMES.iter().filter_map(|&place| fields.get(place)?.parse::<u64>().ok()).sum();
    Some((name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned(), ticks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_brackets_and_numbers_are_read() {
        let stat = "77 (llvm (x)-12) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1 0";
        assert_eq!(parse(stat), Some(("llvm (x)".into(), 300)));
        assert_eq!(parse("nothing"), None);
    }
}
