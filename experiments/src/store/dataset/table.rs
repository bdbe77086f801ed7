//! The table of episodes as Parquet.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context as _, bail, ensure};
use polars::prelude::{
    AnyValue, Column, DataFrame, NamedFrom as _, ParquetCompression, ParquetReader, ParquetWriter,
    PolarsResult, SerReader as _, Series,
};

use super::record::Row;

/// The table as a file's content.
pub fn encode(rows: &[Row]) -> anyhow::Result<Vec<u8>> {
    let mut table = frame(rows).context("cannot make the table of episodes")?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .set_parallel(false)
        .finish(&mut table)
        .context("cannot make the table of episodes")?;
    Ok(bytes)
}

/// The rows in a file's content.
///
/// The one door to the reader: whatever goes wrong behind it comes back as an error.
pub fn decode(bytes: &[u8]) -> anyhow::Result<Vec<Row>> {
    match catch_unwind(AssertUnwindSafe(|| parse(bytes))) {
        Ok(rows) => rows,
        Err(_) => bail!("not a table that can be read"),
    }
}

fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    let text = |name: &str, of: fn(&Row) -> &str| {
        let values: Vec<&str> = rows.iter().map(of).collect();
        Column::new(name.into(), values)
    };
    let number = |name: &str, of: fn(&Row) -> u64| {
        let values: Vec<i64> = rows.iter().map(|row| of(row) as i64).collect();
        Column::new(name.into(), values)
    };
    let texts = |name: &str, of: fn(&Row) -> &[String]| {
        let lists: Vec<Series> = rows.iter().map(|row| Series::new("".into(), of(row))).collect();
        Column::new(name.into(), lists)
    };
    let keyframes: Vec<Series> = rows
        .iter()
        .map(|row| {
            Series::new("".into(), row.keyframes.iter().map(|&k| k as i64).collect::<Vec<_>>())
        })
        .collect();
    DataFrame::new(
        rows.len(),
        vec![
            text("id", |r| &r.id),
            text("split", |r| &r.split),
            text("task", |r| &r.task),
            number("variation", |r| r.variation),
            number("seed", |r| r.seed),
            number("tried", |r| r.tried),
            texts("instructions", |r| &r.instructions),
            number("length", |r| r.length),
            Column::new("keyframes".into(), keyframes),
            text("outcome", |r| &r.outcome),
            text("start", |r| &r.start),
            text("end", |r| &r.end),
            text("replayed", |r| &r.replayed),
            texts("videos", |r| &r.videos),
        ],
    )
}

fn parse(bytes: &[u8]) -> anyhow::Result<Vec<Row>> {
    let table = ParquetReader::new(Cursor::new(bytes)).finish().context("not a Parquet file")?;
    (0..table.height()).map(|index| row(&table, index)).collect()
}

fn row(table: &DataFrame, index: usize) -> anyhow::Result<Row> {
    let value = |name: &str| -> anyhow::Result<AnyValue<'_>> {
        let column = table.column(name).with_context(|| format!("no column `{name}`"))?;
        column.get(index).with_context(|| format!("column `{name}`"))
    };
    let text = |name: &str| match value(name)? {
        AnyValue::String(text) => Ok(text.to_owned()),
        AnyValue::StringOwned(text) => Ok(text.to_string()),
        _ => bail!("column `{name}` does not hold text"),
    };
    let number = |name: &str| match value(name)? {
        AnyValue::Int64(number) if number >= 0 => Ok(number as u64),
        _ => bail!("column `{name}` does not hold counts"),
    };
    let list = |name: &str| match value(name)? {
        AnyValue::List(list) => Ok(list),
        _ => bail!("column `{name}` does not hold lists"),
    };
    let texts = |name: &str| -> anyhow::Result<Vec<String>> {
        let list = list(name)?;
        let texts = list.str().with_context(|| format!("column `{name}`"))?;
        let texts: Vec<String> = texts.iter().flatten().map(str::to_owned).collect();
        ensure!(texts.len() == list.len(), "column `{name}` has gaps");
        Ok(texts)
    };
    let keyframes = list("keyframes")?;
    let keyframes = keyframes.i64().context("column `keyframes`")?;
    Ok(Row {
        id: text("id")?,
        split: text("split")?,
        task: text("task")?,
        variation: number("variation")?,
        seed: number("seed")?,
        tried: number("tried")?,
        instructions: texts("instructions")?,
        length: number("length")?,
        keyframes: keyframes.iter().flatten().map(|k| k as u64).collect(),
        outcome: text("outcome")?,
        start: text("start")?,
        end: text("end")?,
        replayed: text("replayed")?,
        videos: texts("videos")?,
    })
}
