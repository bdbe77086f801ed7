//! Rows as the content of a Parquet or CSV file, and back.

use std::io::Cursor;

use anyhow::{Context as _, bail, ensure};
use polars::prelude::{
    AnyValue, Column as Series, CsvWriter, DataFrame, DataType, NamedFrom as _, ParallelStrategy,
    ParquetCompression, ParquetReader, ParquetWriter, PolarsError, PolarsResult, SerReader as _,
    SerWriter as _, Series as List,
};

use super::catch_panic::catch_panic;
use super::embedded_checksum::{embed_checksum, is_whole};
use super::{Column, Kind, Row, Value};

/// The rows as the content of a Parquet file with its checksum inside. The same rows in any order give
/// the same bytes where the table is sorted.
pub fn parquet<R: Row>(rows: &[R]) -> anyhow::Result<Vec<u8>> {
    embed_checksum(&encode(rows)?)
        .with_context(|| format!("cannot put a checksum into the table `{}`", R::NAME))
}

/// The rows as the content of a Parquet file without a checksum of its own.
pub fn encode<R: Row>(rows: &[R]) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .set_parallel(false)
        .finish(&mut frame(rows)?)
        .with_context(|| format!("cannot make the table `{}`", R::NAME))?;
    Ok(bytes)
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

/// The rows in the content of a Parquet file with its checksum inside, in its order.
pub(super) fn rows<R: Row>(bytes: &[u8]) -> anyhow::Result<Vec<R>> {
    ensure!(is_whole(bytes), "not a table that this program wrote, or damaged since");
    decode(bytes)
}

/// The rows in the content of a Parquet file whose checksum was looked at already, in its order.
pub fn decode<R: Row>(bytes: &[u8]) -> anyhow::Result<Vec<R>> {
    // On this thread alone: elsewhere a panic on a damaged file could not be caught.
    let read = || {
        let reader = ParquetReader::new(Cursor::new(bytes));
        reader.read_parallel(ParallelStrategy::None).finish()
    };
    let frame = match catch_panic(read) {
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
    let rows = (0..frame.height()).map(row).collect::<Option<_>>();
    rows.context("columns of different lengths, or a negative count")
}

fn frame<R: Row>(rows: &[R]) -> anyhow::Result<DataFrame> {
    let mut rows: Vec<Vec<Value>> = rows.iter().map(Row::values).collect();
    if R::SORTED {
        rows.sort_by(|a, b| {
            let fields = a.iter().zip(b).map(|(a, b)| a.order(b));
            fields.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
    }
    let series = R::COLUMNS.iter().enumerate().map(|(index, column)| {
        let name = column.name.into();
        let fields = rows.iter().map(|row| &row[index]);
        match column.kind {
            Kind::Text => Series::new(name, fields.filter_map(text).collect::<Vec<_>>()),
            Kind::Integer => Series::new(name, fields.filter_map(integer).collect::<Vec<_>>()),
            Kind::Real => Series::new(name, fields.filter_map(real).collect::<Vec<_>>()),
            Kind::OptionalReal => Series::new(name, fields.map(real).collect::<Vec<_>>()),
            Kind::Flag => Series::new(name, fields.filter_map(flag).collect::<Vec<_>>()),
            Kind::OptionalText => Series::new(name, fields.map(optional_text).collect::<Vec<_>>()),
            Kind::Texts => Series::new(name, fields.filter_map(texts).collect::<Vec<_>>()),
            Kind::Integers => Series::new(name, fields.filter_map(integers).collect::<Vec<_>>()),
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

fn optional_text(value: &Value) -> Option<&str> {
    if let Value::OptionalText(text) = value { text.as_deref() } else { None }
}

fn texts(value: &Value) -> Option<List> {
    if let Value::Texts(texts) = value { Some(List::new("".into(), texts)) } else { None }
}

fn integers(value: &Value) -> Option<List> {
    if let Value::Integers(numbers) = value { Some(List::new("".into(), numbers)) } else { None }
}

/// One column's fields; an error says what is wrong with the column.
fn values(frame: &DataFrame, column: Column) -> anyhow::Result<Vec<Value>> {
    let Column { name, kind } = column;
    let series = match frame.column(name) {
        Ok(series) => series,
        // Written before the column was thought of.
        Err(_) if kind == Kind::OptionalText => {
            return Ok(vec![Value::OptionalText(None); frame.height()]);
        }
        Err(_) => bail!("no column `{name}`"),
    };
    let expected = match kind {
        Kind::Text | Kind::OptionalText => DataType::String,
        Kind::Integer => DataType::Int64,
        Kind::Real | Kind::OptionalReal => DataType::Float64,
        Kind::Flag => DataType::Boolean,
        Kind::Texts => DataType::List(Box::new(DataType::String)),
        Kind::Integers => DataType::List(Box::new(DataType::Int64)),
    };
    let found = series.dtype();
    ensure!(*found == expected, "column `{name}` holds {found}, not {expected}");
    let whole = kind.gaps() || series.null_count() == 0;
    ensure!(whole, "column `{name}` has gaps");
    let values = catch_panic(|| -> PolarsResult<Vec<Value>> {
        Ok(match kind {
            Kind::Text => {
                series.str()?.iter().flatten().map(|text| Value::Text(text.to_owned())).collect()
            }
            Kind::Integer => series.i64()?.iter().flatten().map(Value::Integer).collect(),
            Kind::Real | Kind::OptionalReal => series.f64()?.iter().map(Value::Real).collect(),
            Kind::Flag => series.bool()?.iter().flatten().map(Value::Flag).collect(),
            Kind::OptionalText => {
                let texts = series.str()?.iter();
                texts.map(|text| Value::OptionalText(text.map(str::to_owned))).collect()
            }
            Kind::Texts => lists(series, |list| {
                let texts = list.str()?.iter().flatten().map(str::to_owned);
                Ok(Value::Texts(texts.collect()))
            })?,
            Kind::Integers => {
                lists(series, |list| Ok(Value::Integers(list.i64()?.iter().flatten().collect())))?
            }
        })
    });
    values.and_then(Result::ok).with_context(|| format!("column `{name}` cannot be read"))
}

/// What `read` makes of each list of a column.
fn lists(series: &Series, read: impl Fn(&List) -> PolarsResult<Value>) -> PolarsResult<Vec<Value>> {
    let one = |index| match series.get(index)? {
        AnyValue::List(list) if list.null_count() == 0 => read(&list),
        _ => Err(PolarsError::NoData("a list with gaps".into())),
    };
    (0..series.len()).map(one).collect()
}
