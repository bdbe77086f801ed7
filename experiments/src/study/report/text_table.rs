//! A table of text, for the terminal and for Markdown.

use std::fmt;

use crate::cli::table::Table;

/// Rows under a header; the first columns are words, the others numbers.
#[derive(Clone, Debug)]
pub(super) struct TextTable {
    header: Vec<String>,
    words: usize,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// An empty table whose first `words` columns are aligned left.
    pub(super) fn new<H: Into<String>>(words: usize, header: impl IntoIterator<Item = H>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), words, rows: Vec::new() }
    }

    /// Adds a row of as many cells as the header has.
    pub(super) fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        debug_assert_eq!(cells.len(), self.header.len());
        self.rows.push(cells);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As Markdown.
    pub(super) fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = (0..self.header.len()).map(|i| if i < self.words { "---" } else { "---:" });
        let rule: Vec<&str> = rule.collect();
        let head = line(&self.header) + &format!("|{}|\n", rule.join("|"));
        head + &self.rows.iter().map(|row| line(row)).collect::<String>()
    }
}

/// A name must not open a column of its own.
fn escaped(cell: &str) -> String {
    cell.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ")
}

impl fmt::Display for TextTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = self.words..self.header.len();
        let mut table = numbers.fold(Table::new().indent(2), Table::right);
        for row in std::iter::once(&self.header).chain(&self.rows) {
            table.cells(&row.iter().map(String::as_str).collect::<Vec<_>>());
        }
        write!(f, "{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_is_text_and_markdown() {
        let mut table = TextTable::new(1, ["arm", "k/n"]);
        table.row(["a|b", "3/4"]);
        assert_eq!(table.to_string(), "  arm  k/n\n  a|b  3/4\n");
        assert_eq!(table.markdown(), "| arm | k/n |\n|---|---:|\n| a\\|b | 3/4 |\n");
    }
}
