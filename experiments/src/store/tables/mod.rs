//! The Parquet tables of a run: one list of them, one way in and one way out.
//!
//! [`write`] sorts the rows and gives the same bytes for the same rows; [`read`] turns whatever is
//! wrong with a file into one line that names the file and, where there is one, the column.

mod file;
mod frame;
pub mod names;
mod quiet;
pub(crate) mod row;
mod rows;
mod seal;

pub use file::{parse, read, write};
pub use frame::{csv, parquet};
pub(crate) use row::table;
pub use row::{Column, Kind, Row, Value};
pub use rows::{ALL, Cell, Episode, Origin, OriginRow, Probe, Recognition, Training, Validation};
