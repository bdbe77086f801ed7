//! The Parquet tables of a run: one list of them, one way in and one way out.
//!
//! [`write`] sorts the rows and gives the same bytes for the same rows; [`read`] turns whatever is
//! wrong with a file into one line that names the file and, where there is one, the column.
//! [`encode`] and [`decode`] are the same without the checksum inside the file, for tables that a
//! manifest lists.

mod catch_panic;
mod codec;
pub(crate) mod column;
mod embedded_checksum;
mod file;
pub mod names;
mod rows;

pub use codec::{csv, decode, encode, parquet};
pub(crate) use column::table;
pub use column::{Column, Kind, Row, Value};
pub use file::{parse, read, write};
pub use rows::{ALL, Cell, Episode, Origin, OriginRow, Probe, Recognition, Training, Validation};
