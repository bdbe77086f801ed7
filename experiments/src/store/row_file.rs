//! One row for each thing, as CSV or JSON: the file that an `--out` names.

use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

use super::file::{extension, write_with};

/// A row of such a file.
pub trait FileRow: Serialize {
    /// Names of the columns.
    const HEADER: &'static str;

    /// The row as a line of CSV.
    fn line(&self) -> String;
}

/// Refuses an `--out` that is neither `.csv` nor `.json`, before any work.
///
/// # Errors
/// A usage error that names the file.
pub fn check(path: &Path) -> anyhow::Result<()> {
    extension("--out", path, &["csv", "json"]).map(drop)
}

/// Writes the rows in their order.
///
/// # Errors
/// As [`check`], and when the file cannot be written.
pub fn write<R: FileRow>(path: &Path, rows: &[R]) -> anyhow::Result<()> {
    let json = extension("--out", path, &["csv", "json"])? == "json";
    write_with(path, |file| {
        if json {
            serde_json::to_writer_pretty(&mut *file, rows)?;
            return Ok(writeln!(file)?);
        }
        writeln!(file, "{}", R::HEADER)?;
        rows.iter().try_for_each(|row| Ok(writeln!(file, "{}", row.line())?))
    })
}

/// A CSV field; quoted only where it must be.
pub fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_commas_or_quotes_are_quoted() {
        assert_eq!(quoted("a b"), "a b");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
