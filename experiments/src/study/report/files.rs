//! The files of a report.

use std::path::Path;

use super::measure::Measure;
use super::page::Page;
use super::source::{LoadedCell, Study};
use super::text_table::TextTable;
use super::text_tables;
use crate::store::file;
use crate::store::lock::Lock;
use crate::store::tables;
use crate::store::tables::Row;

/// A file that a report has, or would have if there were something to put in it.
pub(super) struct File {
    name: String,
    content: Option<Vec<u8>>,
}

/// Every file, made in memory: what cannot be made is an error before anything is written.
pub(super) fn make(page: &Page<'_>) -> anyhow::Result<Vec<File>> {
    let Page { study, arms, analysis, .. } = page;
    let mut files = Vec::new();
    // Named by measure, for a Markdown table shows one at a time.
    for measure in Measure::ALL {
        let name = format!("ablation_{}.md", measure.name());
        files.push(File::new(name, text_tables::ablation(analysis, measure).markdown()));
    }
    table(&mut files, &analysis.ablation, None)?;
    table(&mut files, &analysis.comparisons, Some(text_tables::comparisons(analysis)))?;
    table(&mut files, &analysis.tasks, Some(text_tables::tasks(analysis, arms)))?;
    table(&mut files, &analysis.curves, Some(text_tables::curves(analysis)))?;
    table(&mut files, &analysis.correlations, Some(text_tables::correlations(analysis)))?;
    table(&mut files, &analysis.cells, Some(text_tables::cells(analysis)))?;
    table(&mut files, &merged(study, |cell| &cell.tables.episodes), None)?;
    table(&mut files, &merged(study, |cell| &cell.tables.recognition), None)?;
    table(&mut files, &merged(study, |cell| &cell.tables.training), None)?;
    table(&mut files, &merged(study, |cell| &cell.tables.validation), None)?;
    table(&mut files, &merged(study, |cell| &cell.tables.probe), None)?;
    for (name, svg) in page.figures {
        files.push(File {
            name: format!("{name}.svg"),
            content: svg.clone().map(String::into_bytes),
        });
    }
    files.push(File::new("report.md".to_owned(), page.markdown()));
    Ok(files)
}

/// Writes the files that have content, the page last, and removes what an earlier report left of the others.
pub(super) fn write(folder: &Path, files: &[File]) -> anyhow::Result<Vec<String>> {
    file::create_folder(folder)?;
    let _lock = Lock::take(&folder.join("lock"))?;
    file::remove_temporary(folder)?;
    let mut written = Vec::new();
    for File { name, content } in files {
        let path = folder.join(name);
        match content {
            Some(bytes) => {
                file::write(&path, bytes)?;
                written.push(name.clone());
            }
            None => file::remove(&path)?,
        }
    }
    Ok(written)
}

impl File {
    fn new(name: String, content: String) -> Self {
        Self { name, content: Some(content.into_bytes()) }
    }
}

/// A table as Parquet and CSV, and as Markdown where readers see it so; nothing where it has no rows.
fn table<R: Row>(files: &mut Vec<File>, rows: &[R], text: Option<TextTable>) -> anyhow::Result<()> {
    let (parquet, csv) = match rows {
        [] => (None, None),
        rows => (Some(tables::parquet(rows)?), Some(tables::csv(rows)?)),
    };
    files.push(File { name: format!("{}.parquet", R::NAME), content: parquet });
    files.push(File { name: format!("{}.csv", R::NAME), content: csv });
    if let Some(text) = text {
        let content = (!rows.is_empty()).then(|| text.markdown().into_bytes());
        files.push(File { name: format!("{}.md", R::NAME), content });
    }
    Ok(())
}

/// One table of all cells.
fn merged<R: Row + Clone>(study: &Study, table: impl Fn(&LoadedCell) -> &Vec<R>) -> Vec<R> {
    study.cells.iter().flat_map(|cell| table(cell).iter().cloned()).collect()
}
