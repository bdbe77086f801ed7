//! One cell, in a process of its own: train, evaluate, write down that it is done.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::plan::{self, CELLS, DONE, Done, File, TABLES};
use crate::cli::flags::{DeviceFlag, Renderer, TimeFlag, Workers};
use crate::run::evaluate;
use crate::run::evaluate::{Evaluation, Policy};
use crate::run::rollout::jobs;
use crate::run::train::{CONFIG, End, Pairs, Place, Stages, WEIGHTS, judge};
use crate::store::dataset;
use sim::episode::split::Split;
use sim::tasks;

/// Flags of the hidden command `mirror cell`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Folder of the study
    study: PathBuf,
    /// Which cell
    id: String,
    /// Process of the sweep
    #[arg(long, value_name = "PID")]
    parent: Option<i32>,
    /// Only what the cell shares with others
    #[arg(long)]
    shared: bool,
    #[command(flatten)]
    workers: Workers,
    #[command(flatten)]
    device: DeviceFlag,
    #[command(flatten)]
    time: TimeFlag,
}

/// Works on a cell until it is done or time is up.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    // A worker whose sweep was killed must not go on behind the back of the next one.
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let parent = rustix::process::getppid().map(|parent| parent.as_raw_nonzero().get());
    // The sweep may have gone before this process asked to go with it.
    anyhow::ensure!(
        arguments.parent.is_none_or(|sweep| parent == Some(sweep)),
        "the sweep is gone"
    );
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let deadline = arguments.time.deadline()?;
    let folder = arguments.study.join(CELLS).join(&arguments.id);
    let config = evaluate::load(&folder)?;
    anyhow::ensure!(
        config.hash()? == arguments.id,
        "{}: holds other settings than cell {}",
        folder.join(CONFIG).display(),
        arguments.id
    );
    let place = Place::new(None)?;
    let stages = Stages::new(&config, &place, &device, deadline);
    if arguments.shared {
        for split in Split::ALL {
            if stages.data(split)?.is_none() {
                return Ok(());
            }
        }
        stages.solo()?;
        return Ok(());
    }
    let End::Complete(journal) = stages.train(&folder)? else { return Ok(()) };
    crate::run::train::write_tables(&folder, &config, &journal)?;
    let policy = Policy::load(&folder, &device)?;
    let chosen: Vec<_> = config.tasks().into_iter().filter_map(tasks::find).collect();
    let jobs = jobs(&chosen, config.eval.episodes.into(), Split::Test, config.data.seed)?;
    let under = policy.conditions(Renderer::Raster);
    let Some(played) = evaluate::play(&policy, &jobs, under, deadline, &mut |_| Ok(()))? else {
        return Ok(());
    };
    let Some(videos) = stages.data(Split::Test)? else { return Ok(()) };
    let videos = Pairs::open(&videos, &config, &policy.shape, policy.models.vocabulary.as_ref())?;
    let seen = judge::recognise(&policy.models, &videos, &policy.shape)?;
    let films = vec![None; played.len()];
    let evaluation = Evaluation { played, films, seen, videos: &videos.loader, took: None };
    evaluate::record(&folder.join(TABLES), &config, &evaluation, &policy.instructions)?;
    done(&folder, config.hash()?)
}

/// Writes the record of a finished cell, last of all.
fn done(folder: &Path, run: String) -> anyhow::Result<()> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join(TABLES))
        .with_context(|| folder.display().to_string())?
        .map(|entry| Ok(format!("{TABLES}/{}", entry?.file_name().to_string_lossy())))
        .collect::<std::io::Result<_>>()?;
    names.push(WEIGHTS.into());
    names.sort_unstable();
    let mut files = Vec::with_capacity(names.len());
    for path in names {
        let content = dataset::read(&folder.join(&path))?;
        let blake3 = blake3::hash(&content).to_hex().to_string();
        files.push(File { path, bytes: content.len() as u64, blake3 });
    }
    let text = serde_json::to_string_pretty(&Done { run, files })? + "\n";
    dataset::write(&folder.join(DONE), text.as_bytes())
}

/// Whether a cell is done, and everything it made is still there and whole.
pub(super) fn is_done(folder: &Path) -> anyhow::Result<bool> {
    let path = folder.join(DONE);
    if !path.exists() {
        return Ok(false);
    }
    let done: Done = plan::read(&path)?;
    for file in &done.files {
        let path = folder.join(&file.path);
        let content = dataset::read(&path)?;
        let same = blake3::hash(&content).to_hex().as_str() == file.blake3;
        anyhow::ensure!(
            same,
            "{}: damaged; delete {} to run the cell again",
            path.display(),
            folder.join(DONE).display()
        );
    }
    Ok(true)
}
