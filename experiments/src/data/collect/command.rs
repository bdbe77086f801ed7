//! Making a dataset, or what is missing of it.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rayon::prelude::*;
use sim::render::renderer::Renderer;

use super::arguments::{CollectArguments, command};
use super::episode::{Job, demonstrate};
use super::progress::Progress;
use super::summary::CollectSummary;
use crate::cli::output::Output;
use crate::store::checksum::FileEntry;
use crate::store::dataset;
use crate::store::dataset::{DatasetConfig, DatasetManifest, DemonstrationRecord};
use crate::store::file;
use crate::store::lock::Lock;
use crate::store::tables;

/// Collects what the command line asks for, or what is missing of it.
pub fn run(arguments: &CollectArguments, output: &Output) -> anyhow::Result<()> {
    let config = arguments.config()?;
    let folder = arguments.folder(&config)?;
    let limit = arguments.time.limit()?;
    let pool = arguments.workers.pool()?;
    let summary = pool.install(|| collect(&config, &folder, limit))?;
    output.print(&summary)
}

/// Brings the dataset in `folder` to completion, or as far as `limit` allows.
pub fn collect(
    config: &DatasetConfig,
    folder: &Path,
    limit: Option<Duration>,
) -> anyhow::Result<CollectSummary> {
    let begun = Instant::now();
    refuse_foreign(folder)?;
    let renderer = config.renderer.open()?;
    let config = &DatasetConfig { adapter: renderer.adapter(), ..config.clone() };
    let work = folder.join(dataset::WORK);
    file::create_folder(&work)?;
    let lock = Lock::take(&folder.join(dataset::lock_path()))?;
    config.claim(folder)?;
    file::remove_temporary(folder)?;
    if folder.join(dataset::MANIFEST).exists() {
        let manifest = DatasetManifest::load(folder)?;
        tidy(folder, lock);
        return Ok(CollectSummary::complete(folder, &manifest, 0));
    }
    file::create_folder(&folder.join(dataset::STATES))?;
    for camera in &config.cameras {
        file::create_folder(&folder.join(dataset::VIDEOS).join(camera))?;
    }
    if config.views.is_some() {
        file::create_folder(&folder.join(dataset::FRAMES))?;
    }
    let jobs = Job::all(config)?;
    let (records, fresh) = work_through(config, &renderer, folder, &jobs, begun, limit)?;
    let Some(records) = records.into_iter().collect::<Option<Vec<DemonstrationRecord>>>() else {
        return CollectSummary::partial(folder, config, jobs.len(), fresh);
    };
    let manifest = finish(config, folder, &records)?;
    tidy(folder, lock);
    Ok(CollectSummary::complete(folder, &manifest, fresh))
}

/// A folder that holds something else is left alone.
fn refuse_foreign(folder: &Path) -> anyhow::Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    let ours = folder.join(dataset::CONFIG).exists() || folder.join(dataset::WORK).exists();
    let empty = entries.into_iter().next().is_none();
    anyhow::ensure!(ours || empty, "{} is neither empty nor a dataset", folder.display());
    Ok(())
}

type Records = Vec<Option<DemonstrationRecord>>;

/// Does the jobs that have no record yet, on all threads; also says how many those were.
fn work_through(
    config: &DatasetConfig,
    renderer: &Renderer,
    folder: &Path,
    jobs: &[Job],
    begun: Instant,
    limit: Option<Duration>,
) -> anyhow::Result<(Records, usize)> {
    let stop = AtomicBool::new(false);
    let progress = Mutex::new(Progress::new(jobs.len()));
    let late = || limit.is_some_and(|limit| begun.elapsed() >= limit);
    let one = |job: &Job| -> anyhow::Result<Option<(DemonstrationRecord, bool)>> {
        if let Some(record) = DemonstrationRecord::find(folder, &job.id(config)) {
            report(&progress, &record, false);
            return Ok(Some((record, false)));
        }
        if stop.load(Ordering::Relaxed) || late() {
            return Ok(None);
        }
        let record = demonstrate(job, config, renderer)
            .and_then(|episode| episode.store(folder))
            .inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
        report(&progress, &record, true);
        Ok(Some((record, true)))
    };
    let done: Vec<anyhow::Result<_>> = jobs.par_iter().map(one).collect();
    let mut records = Vec::with_capacity(jobs.len());
    let mut fresh = 0;
    for result in done {
        let found = result?;
        fresh += usize::from(found.as_ref().is_some_and(|(_, new)| *new));
        records.push(found.map(|(record, _)| record));
    }
    Ok((records, fresh))
}

fn report(progress: &Mutex<Progress>, record: &DemonstrationRecord, new: bool) {
    if let Ok(mut progress) = progress.lock() {
        progress.add(record, new);
    }
}

/// Writes what concerns all episodes; the manifest last, because it says that all is there.
fn finish(
    config: &DatasetConfig,
    folder: &Path,
    records: &[DemonstrationRecord],
) -> anyhow::Result<DatasetManifest> {
    let rows: Vec<_> = records.iter().map(|record| record.row.clone()).collect();
    let table = tables::encode(&rows)?;
    file::write(&folder.join(dataset::TABLE), &table)?;
    let mut files = vec![
        FileEntry::of(dataset::CONFIG, config.to_json()?.as_bytes()),
        FileEntry::of(dataset::TABLE, &table),
    ];
    files.extend(records.iter().flat_map(|record| record.files.clone()));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut failures = std::collections::BTreeMap::new();
    for (reason, count) in records.iter().flat_map(|record| &record.failures) {
        *failures.entry(reason.clone()).or_default() += count;
    }
    let manifest = DatasetManifest {
        format: dataset::FORMAT,
        command: command(config),
        config: config.clone(),
        episodes: rows.len() as u64,
        failures,
        files,
        blake3: String::new(),
    };
    let text = manifest.to_json()?;
    file::write(&folder.join(dataset::MANIFEST), text.as_bytes())
        .context("the dataset is complete but for its manifest")?;
    Ok(manifest)
}

/// Removes what only unfinished work needs. What cannot be removed does no harm.
fn tidy(folder: &Path, lock: Lock) {
    let work = folder.join(dataset::WORK);
    for entry in std::fs::read_dir(&work).into_iter().flatten().flatten() {
        if entry.path() != folder.join(dataset::lock_path()) {
            std::fs::remove_file(entry.path()).ok();
        }
    }
    drop(lock);
    std::fs::remove_dir(&work).ok();
}
