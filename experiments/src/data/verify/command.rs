//! Checking a dataset.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;
use rayon::prelude::*;

use super::report::{Problem, VerifyReport};
use super::{episode, report};
use crate::cli::flags::Workers;
use crate::cli::output::Output;
use crate::store::checksum::FileEntry;
use crate::store::dataset;
use crate::store::dataset::{DatasetManifest, DemonstrationRow};
use crate::store::{file, tables};

/// Flags of `mirror verify`.
#[derive(Args, Clone, Debug)]
pub struct VerifyArguments {
    /// Folder of the dataset
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Also play every episode again to its state hashes, and film and decode its videos again
    #[arg(long)]
    pub full: bool,
    /// Threads.
    #[command(flatten)]
    pub workers: Workers,
}

/// Checks a dataset; problems make it fail.
pub fn run(arguments: &VerifyArguments, output: &Output) -> anyhow::Result<()> {
    let folder = &arguments.folder;
    let report = arguments.workers.pool()?.install(|| verify(folder, arguments.full))?;
    output.print(&report)?;
    let (count, path) = (report.problems.len(), folder.display());
    let first = report.problems.first().map(ToString::to_string).unwrap_or_default();
    ensure!(report.ok, "{path}: {count} problem{}: {first}", if count == 1 { "" } else { "s" });
    Ok(())
}

/// Checks the dataset in a folder, with `full` by playing everything again.
///
/// # Errors
/// When the folder cannot be looked at; whatever is wrong with the dataset is in the report.
pub fn verify(folder: &Path, full: bool) -> anyhow::Result<VerifyReport> {
    let present = report::files(folder)?;
    let manifest = match DatasetManifest::load(folder) {
        Ok(manifest) => manifest,
        Err(error) => {
            let unfinished = !present.contains(dataset::MANIFEST);
            let reason = match unfinished {
                true => "is missing: the dataset is unfinished, collect it again".to_string(),
                false => format!("is not sound: {}", error.root_cause()),
            };
            return Ok(VerifyReport::new(
                present.len(),
                0,
                vec![Problem::new(dataset::MANIFEST, reason)],
            ));
        }
    };
    let check = |entry: &FileEntry| {
        let reason = entry.check(folder).err()?;
        Some(Problem::new(&entry.path, reason))
    };
    let mut problems: Vec<Problem> = manifest.files.par_iter().filter_map(check).collect();
    let listed: BTreeSet<&str> = manifest.files.iter().map(|entry| &*entry.path).collect();
    let strange = present.iter().filter(|p| *p != dataset::MANIFEST && !listed.contains(&***p));
    problems.extend(strange.map(|path| Problem::new(path, "is not in the manifest")));
    // A table that is damaged is not parsed: foreign parsers may ask for any amount of memory.
    let known = problems.iter().any(|problem| problem.path == dataset::TABLE);
    let rows = if known { Ok(Vec::new()) } else { rows(folder, &manifest, &listed) };
    let rows = rows.unwrap_or_else(|error| {
        problems.push(Problem::new(dataset::TABLE, format!("{error:#}")));
        Vec::new()
    });
    if full {
        let broken: BTreeSet<&str> = problems.iter().map(|problem| &*problem.path).collect();
        let config = &manifest.config;
        // Another adapter draws almost the same: what is compared leaves room for that.
        let renderer = config.renderer.open()?;
        let again =
            |row: &DemonstrationRow| episode::check(folder, config, &renderer, row, &broken);
        let found: Vec<Problem> = rows.par_iter().flat_map_iter(again).collect();
        problems.extend(found);
    }
    problems.sort();
    Ok(VerifyReport::new(manifest.files.len() + 1, manifest.episodes, problems))
}

/// The table of episodes, as far as it agrees with the manifest.
fn rows(
    folder: &Path,
    manifest: &DatasetManifest,
    listed: &BTreeSet<&str>,
) -> anyhow::Result<Vec<DemonstrationRow>> {
    let rows = tables::decode::<DemonstrationRow>(&file::read(&folder.join(dataset::TABLE))?)?;
    let wanted = manifest.config.tasks.len() as u64 * u64::from(manifest.config.episodes);
    let (have, named) = (rows.len() as u64, manifest.episodes);
    ensure!(have == named, "has {have} rows, the manifest says {named}");
    ensure!(have == wanted, "has {have} rows, the configuration asks for {wanted}");
    let ids: BTreeSet<&str> = rows.iter().map(|row| &*row.id).collect();
    ensure!(ids.len() == rows.len(), "names an episode twice");
    for row in &rows {
        let state = dataset::state_path(&row.id);
        let views = manifest.config.views.map(|_| dataset::views_path(&row.id));
        let files = row.videos.iter().chain([&state]).chain(&views);
        let missing = files.into_iter().find(|path| !listed.contains(path.as_str()));
        if let Some(missing) = missing {
            anyhow::bail!("{}: {missing} is not in the manifest", row.id);
        }
    }
    Ok(rows)
}
