//! Writing an export.

use std::fmt;
use std::path::{Path, PathBuf};

use agents::nn::weights;
use agents::nn::weights::Saved;
use anyhow::{Context as _, ensure};
use clap::Args;
use serde::Serialize;

use crate::cli::output::Output;
use crate::run::evaluate::Policy;
use crate::run::models::Record;
use crate::run::weights::WeightIndex;
use crate::store::checksum::{FileEntry, RunRecord};
use crate::store::file;
use crate::store::run_folder::{CONFIG, INDEX, MANIFEST, weights_part};

/// Largest file of weights (default 15 MiB): what takes back files from borrowed machines often stops at 16.
const LARGEST: usize = 15 << 20;

/// Arguments of `mirror export`.
#[derive(Args, Clone, Debug)]
pub struct ExportArguments {
    /// Folder of a trained run
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// New folder; `mirror eval --run` reads it as it reads the run
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportReport {
    path: String,
    run: String,
    pub(super) parameters: usize,
    pub(super) files: Vec<WrittenFile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct WrittenFile {
    file: String,
    pub(super) bytes: u64,
}

/// Exports a run.
///
/// # Errors
/// Names what is missing of the run, or the weight that f16 cannot hold; nothing is left behind then.
pub fn run(arguments: &ExportArguments, output: &Output) -> anyhow::Result<()> {
    output.print(&export(&arguments.run, &arguments.out)?)
}

/// Writes the run in `run` as a new folder `out`.
///
/// # Errors
/// As for the command.
pub fn export(run: &Path, out: &Path) -> anyhow::Result<ExportReport> {
    within(run, out, LARGEST)
}

pub(super) fn within(run: &Path, out: &Path, largest: usize) -> anyhow::Result<ExportReport> {
    let taken = out.symlink_metadata().is_ok();
    ensure!(!taken, "--out {}: exists already", out.display());
    out.file_name().context("--out: is no name of a folder")?;
    let Policy { config, models, .. } = Policy::load(run, &agents::nn::device::cpu())?;
    let named = || run.display().to_string();
    let saved = weights::halved(models.saved()).map_err(anyhow::Error::msg).with_context(named)?;
    let parameters = saved.iter().map(|one| one.shape.iter().product::<usize>()).sum();
    let files = lay_out(saved, &models.record(), largest)?;
    let run = config.hash()?;
    let settings = [(CONFIG.to_owned(), config.to_json()?.into_bytes())];
    let mut files: Vec<(String, Vec<u8>)> = settings.into_iter().chain(files).collect();
    let entries = files.iter().map(|(name, bytes)| FileEntry::of(name.as_str(), bytes));
    let record = RunRecord { run: run.clone(), files: entries.collect() };
    files.push((MANIFEST.into(), record.to_json()?.into_bytes()));
    file::write_folder(out, &files)?;
    let written = |(file, bytes): &(String, Vec<u8>)| WrittenFile {
        file: file.clone(),
        bytes: bytes.len() as u64,
    };
    Ok(ExportReport {
        path: out.display().to_string(),
        run,
        parameters,
        files: files.iter().map(written).collect(),
    })
}

/// The files of weights, and their index last.
fn lay_out(
    saved: Vec<Saved>,
    record: &Record,
    largest: usize,
) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let record = record.to_json()?;
    // Quotation marks are escaped in the header.
    let header = record.len() + record.matches('"').count() + Record::KEY.len();
    let parts = weights::split(saved, largest.saturating_sub(header));
    let (count, mut index, mut files) = (parts.len(), WeightIndex::default(), Vec::new());
    for (number, part) in parts.into_iter().enumerate() {
        let file = weights_part(number + 1, count);
        let names: Vec<String> = part.iter().map(|saved| saved.name.clone()).collect();
        let mut bytes = Vec::new();
        weights::write_with(part, Some((Record::KEY, &record)), &mut bytes)
            .context("cannot lay out the weights")?;
        index.add(&file, names, &bytes);
        files.push((file, bytes));
    }
    files.push((INDEX.into(), index.to_json()?.into_bytes()));
    Ok(files)
}

impl fmt::Display for ExportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, run, parameters, files } = self;
        let total: u64 = files.iter().map(|one| one.bytes).sum();
        let (count, size) = (files.len(), total as f64 / (1 << 20) as f64);
        writeln!(f, "{path}: run {run}, {parameters} parameters as f16")?;
        writeln!(f, "{count} files, {size:.1} MiB")?;
        write!(f, "Closed loop: mirror eval --run {path}")
    }
}
