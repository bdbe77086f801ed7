//! `mirror export`: a trained run in a form that travels, half the size and in files of bounded size.
//!
//! ```text
//! config.json                         the run's settings
//! model-00001-of-00003.safetensors    its weights as f16
//! model.safetensors.index.json        which tensor lies in which file; written last
//! ```

mod index;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use agents::nn::weights;
use agents::nn::weights::{File, Saved};
use anyhow::{Context as _, ensure};
use clap::Args;
use serde::Serialize;

use crate::cli::output::Output;
use crate::run::evaluate::Policy;
use crate::run::models::Record;
use crate::run::train::{CONFIG, WEIGHTS};
use crate::store::dataset;
use index::{INDEX, Index};

/// Largest file of weights (default 15 MiB): what takes back files from borrowed machines often stops at 16.
const LARGEST: usize = 15 << 20;

/// Arguments of `mirror export`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Folder of a trained run
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// New folder; `mirror eval --run` reads it as it reads the run
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    path: String,
    run: String,
    parameters: usize,
    files: Vec<Written>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Written {
    file: String,
    bytes: u64,
}

/// Exports a run.
///
/// # Errors
/// Names what is missing of the run, or the weight that f16 cannot hold; nothing is left behind then.
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    output.print(&export(&arguments.run, &arguments.out)?)
}

/// Writes the run in `run` as a new folder `out`.
///
/// # Errors
/// As for the command.
pub fn export(run: &Path, out: &Path) -> anyhow::Result<Report> {
    within(run, out, LARGEST)
}

fn within(run: &Path, out: &Path, largest: usize) -> anyhow::Result<Report> {
    let taken = out.symlink_metadata().is_ok();
    ensure!(!taken, "--out {}: exists already", out.display());
    let Policy { config, models, .. } = Policy::load(run, &agents::nn::device::cpu())?;
    let named = || run.display().to_string();
    let saved = weights::halved(models.saved()).map_err(anyhow::Error::msg).with_context(named)?;
    let parameters = saved.iter().map(|one| one.shape.iter().product::<usize>()).sum();
    let files = lay_out(saved, &models.record(), largest)?;
    let settings = [(CONFIG.to_owned(), config.to_json()?.into_bytes())];
    let files: Vec<(String, Vec<u8>)> = settings.into_iter().chain(files).collect();
    appear(out, &files)?;
    let written = |(file, bytes): &(String, Vec<u8>)| Written {
        file: file.clone(),
        bytes: bytes.len() as u64,
    };
    Ok(Report {
        path: out.display().to_string(),
        run: config.hash()?,
        parameters,
        files: files.iter().map(written).collect(),
    })
}

/// The weights of a run's folder, in one file or in several.
///
/// # Errors
/// Names the file that is missing, damaged, or not what the index says.
pub fn open(folder: &Path) -> anyhow::Result<File> {
    let index = folder.join(INDEX);
    if !folder.join(WEIGHTS).exists() && index.exists() {
        return Index::open(&index);
    }
    Ok(File::open(&folder.join(WEIGHTS))?)
}

/// The files of weights, what stands beside them in each, and their index last.
fn lay_out(
    saved: Vec<Saved>,
    record: &Record,
    largest: usize,
) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let record = record.to_json()?;
    // Quotation marks are escaped in the header.
    let header = record.len() + record.matches('"').count() + Record::KEY.len();
    let parts = weights::split(saved, largest.saturating_sub(header));
    let (count, mut index, mut files) = (parts.len(), Index::default(), Vec::new());
    for (number, part) in parts.into_iter().enumerate() {
        let file = format!("model-{:05}-of-{count:05}.safetensors", number + 1);
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

/// Makes a folder with these files, which appears whole or not at all.
fn appear(folder: &Path, files: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    let name = folder.file_name().context("--out: is no name of a folder")?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.part", std::process::id()));
    let hidden = folder.with_file_name(hidden);
    let written = (|| {
        dataset::create_folder(&hidden)?;
        files.iter().try_for_each(|(name, bytes)| dataset::write(&hidden.join(name), bytes))?;
        fs::rename(&hidden, folder).with_context(|| format!("cannot create {}", folder.display()))
    })();
    if written.is_err() {
        // The first error is the one to report.
        fs::remove_dir_all(&hidden).ok();
    }
    written
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, run, parameters, files } = self;
        let total: u64 = files.iter().map(|one| one.bytes).sum();
        let (count, size) = (files.len(), total as f64 / (1 << 20) as f64);
        writeln!(f, "{path}: run {run}, {parameters} parameters as f16")?;
        writeln!(f, "{count} files, {size:.1} MiB")?;
        write!(f, "Closed loop: mirror eval --run {path}")
    }
}
