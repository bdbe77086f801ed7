//! Rows as a Polars frame, and back.

use std::io::Cursor;

use anyhow::{Context as _, bail, ensure};
use polars::prelude::{
    Column as Series, CsvWriter, DataFrame, DataType, ParallelStrategy, ParquetCompression,
    ParquetReader, ParquetWriter, SerReader as _, SerWriter as _,
};

use super::quiet::catch;
use super::seal::{holds, seal};
use super::{Column, Kind, Row, Value};

/// The rows, sorted, as the content of a Parquet file. The same rows in any order give the same bytes.
pub fn parquet<R: Row>(rows: &[R]) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .set_parallel(false)
        .finish(&mut frame(rows)?)
        .with_context(|| format!("cannot make the table `{}`", R::NAME))?;
    seal(&bytes).with_context(|| format!("cannot seal the table `{}`", R::NAME))
}

/// The rows, sorted, as the content of a CSV file; numbers have as many digits as it takes to read the
/// same number back.
pub fn csv<R: Row>(rows: &[R]) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    CsvWriter::new(&mut bytes)
        .finish(&mut frame(rows)?)
        .with_context(|| format!("cannot make the table `{}`", R::NAME))?;
    Ok(bytes)
}

/// The rows in the content of a Parquet file, in its order.
pub(super) fn rows<R: Row>(bytes: &[u8]) -> anyhow::Result<Vec<R>> {
    ensure!(holds(bytes), "not a table that this program wrote, or damaged since");
    // On this thread alone: elsewhere a panic on a damaged file could not be caught.
    let read = || {
        let reader = ParquetReader::new(Cursor::new(bytes));
        reader.read_parallel(ParallelStrategy::None).finish()
    };
    let frame = match catch(read) {
        Some(Ok(frame)) => frame,
        Some(Err(_)) | None => bail!("a Parquet file that cannot be read"),
    };
    for name in frame.get_column_names() {
        let known = R::COLUMNS.iter().any(|column| column.name == name.as_str());
        ensure!(known, "column `{name}` does not belong to the table `{}`", R::NAME);
    }
    let columns: Vec<Vec<Value>> =
        R::COLUMNS.iter().map(|column| values(&frame, *column)).collect::<anyhow::Result<_>>()?;
    let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
    let row = |_| R::from_values(columns.iter_mut().filter_map(Iterator::next).collect());
    (0..frame.height()).map(row).collect::<Option<_>>().context("columns of different lengths")
}

fn frame<R: Row>(rows: &[R]) -> anyhow::Result<DataFrame> {
    let mut rows: Vec<Vec<Value>> = rows.iter().map(Row::values).collect();
    rows.sort_by(|a, b| {
        let fields = a.iter().zip(b).map(|(a, b)| a.order(b));
        fields.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    let series = R::COLUMNS.iter().enumerate().map(|(index, column)| {
        let name = column.name.into();
        let fields = rows.iter().map(|row| &row[index]);
        match column.kind {
            Kind::Text => Series::new(name, fields.filter_map(text).collect::<Vec<_>>()),
            Kind::Integer => Series::new(name, fields.filter_map(integer).collect::<Vec<_>>()),
            Kind::Real => Series::new(name, fields.filter_map(real).collect::<Vec<_>>()),
            Kind::Measured => Series::new(name, fields.map(real).collect::<Vec<_>>()),
            Kind::Flag => Series::new(name, fields.filter_map(flag).collect::<Vec<_>>()),
            Kind::Remark => Series::new(name, fields.map(remark).collect::<Vec<_>>()),
        }
    });
    let frame = DataFrame::new(rows.len(), series.collect());
    frame.with_context(|| format!("cannot make the table `{}`", R::NAME))
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

fn integer(value: &Value) -> Option<i64> {
    if let Value::Integer(number) = value { Some(*number) } else { None }
}

fn real(value: &Value) -> Option<f64> {
    if let Value::Real(number) = value { *number } else { None }
}

fn flag(value: &Value) -> Option<bool> {
    if let Value::Flag(flag) = value { Some(*flag) } else { None }
}

fn remark(value: &Value) -> Option<&str> {
    if let Value::Remark(text) = value { text.as_deref() } else { None }
}

/// One column's fields; an error says what is wrong with the column.
fn values(frame: &DataFrame, column: Column) -> anyhow::Result<Vec<Value>> {
    let Column { name, kind } = column;
    let series = match frame.column(name) {
        Ok(series) => series,
        // Written before the column was thought of.
        Err(_) if kind == Kind::Remark => return Ok(vec![Value::Remark(None); frame.height()]),
        Err(_) => bail!("no column `{name}`"),
    };
    let expected = match kind {
        Kind::Text | Kind::Remark => DataType::String,
        Kind::Integer => DataType::Int64,
        Kind::Real | Kind::Measured => DataType::Float64,
        Kind::Flag => DataType::Boolean,
    };
    let found = series.dtype();
    ensure!(*found == expected, "column `{name}` holds {found}, not {expected}");
    let whole = kind.gaps() || series.null_count() == 0;
    ensure!(whole, "column `{name}` has gaps");
    let values = catch(|| -> polars::prelude::PolarsResult<Vec<Value>> {
        Ok(match kind {
            Kind::Text => {
                series.str()?.iter().flatten().map(|text| Value::Text(text.to_owned())).collect()
            }
            Kind::Integer => series.i64()?.iter().flatten().map(Value::Integer).collect(),
            Kind::Real | Kind::Measured => series.f64()?.iter().map(Value::Real).collect(),
            Kind::Flag => series.bool()?.iter().flatten().map(Value::Flag).collect(),
            Kind::Remark => {
                let texts = series.str()?.iter();
                texts.map(|text| Value::Remark(text.map(str::to_owned))).collect()
            }
        })
    });
    values.and_then(Result::ok).with_context(|| format!("column `{name}` cannot be read"))
}
