//! Columns of text that line up.

use std::fmt;

/// Rows of cells; every column is as wide as its widest cell.
#[derive(Clone, Debug, Default)]
pub struct Table {
    indent: usize,
    right: Vec<usize>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table, not indented, everything aligned left.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts every line with `indent` spaces.
    #[must_use]
    pub fn indent(self, indent: usize) -> Self {
        Self { indent, ..self }
    }

    /// Aligns column `column` (from 0) to the right, as numbers are read.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        self.right.push(column);
        self
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.cells(&cells);
    }

    /// Adds a row of as many cells as there happen to be.
    pub fn cells(&mut self, cells: &[&str]) {
        self.rows.push(cells.iter().map(|&cell| cell.to_owned()).collect());
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            let mut line = " ".repeat(self.indent);
            for (column, cell) in row.iter().enumerate() {
                let gap = if column == 0 { "" } else { "  " };
                let width = self.width(column);
                line += &match self.right.contains(&column) {
                    true => format!("{gap}{cell:>width$}"),
                    false => format!("{gap}{cell:<width$}"),
                };
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_no_line_ends_in_spaces() {
        let mut table = Table::new().indent(2).right(1);
        table.row(["steps", "9.5", "1/s"]);
        table.row(["a", "120", ""]);
        assert_eq!(table.to_string(), "  steps  9.5  1/s\n  a      120\n");
    }
}
