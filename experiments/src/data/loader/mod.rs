//! Training samples from a dataset: a clip of an episode, and one transition of it.
//!
//! Everything is drawn again from the logs, which costs less than decoding (`mirror bench collect`
//! measures both); videos are read instead where [`Source::Videos`] asks for them.

mod episode;
mod order;
mod prefetch;
mod sample;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, ensure};
use sim::episode::log::Log;
use sim::render::camera::{Camera, rlbench_cameras};
use sim::render::renderer::Renderer;

pub use order::Order;
pub use prefetch::Prefetch;
pub use sample::{Clip, Sample, Transition};

use crate::store::dataset;
use crate::store::dataset::{MANIFEST, Manifest, Row, TABLE};
use episode::Episode;

/// Cameras of the policy's observations (PerAct's four).
pub const VIEWS: [&str; 4] = ["left_shoulder", "right_shoulder", "wrist", "front"];

/// The policy's cameras, `side` pixels wide and high.
pub fn policy_cameras(side: u32) -> anyhow::Result<Vec<Camera>> {
    let all = rlbench_cameras();
    let find = |name: &str| all.iter().find(|camera| camera.name == name).cloned();
    let cameras = VIEWS.iter().map(|name| find(name).map(|camera| camera.resized(side, side)));
    cameras.collect::<Option<_>>().context("a camera of the policy does not exist")
}

/// Where clips come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Drawn again from the log (default).
    #[default]
    Logs,
    /// Decoded from the stored video.
    Videos,
}

/// What samples are to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// Frames of a clip, spread evenly over the episode (default 16).
    pub frames: usize,
    /// Width and height of a clip's frames, pixels (default 128); of no effect on decoded ones.
    pub clip_side: u32,
    /// Width and height of the policy's views, pixels (default 128).
    pub view_side: u32,
    /// Where clips come from.
    pub source: Source,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { frames: 16, clip_side: 128, view_side: 128, source: Source::Logs }
    }
}

/// A dataset opened for training. The log of an episode is read when a sample first needs it and kept:
/// about 0.2 MB each, the poses of everything that moves. Pictures are drawn for each sample.
pub struct Loader {
    folder: PathBuf,
    manifest: Manifest,
    rows: Vec<Row>,
    logs: Vec<OnceLock<Arc<Log>>>,
    /// Names of the tasks; a sample's label is an index into them.
    tasks: Vec<String>,
    filmed: Camera,
    views: Vec<Camera>,
    wishes: Wishes,
    /// What the dataset was filmed with also draws its samples.
    renderer: Renderer,
}

impl Loader {
    /// Opens a finished dataset.
    pub fn open(folder: &Path, wishes: Wishes) -> anyhow::Result<Self> {
        let named = || format!("{}", folder.display());
        ensure!(wishes.frames > 0, "a clip needs at least one frame");
        ensure!(folder.join(MANIFEST).exists(), "{} is not a finished dataset", named());
        let manifest = Manifest::load(folder)?;
        let table = folder.join(TABLE);
        let rows = dataset::decode(&manifest.read(folder, TABLE)?);
        let rows = rows.with_context(|| format!("{}", table.display()))?;
        ensure!(!rows.is_empty(), "{}: no episodes", named());
        let find = |name: &str| rlbench_cameras().into_iter().find(|camera| camera.name == name);
        let first = manifest.config.cameras.first().with_context(named)?;
        let filmed = find(first).with_context(|| format!("{}: no camera {first}", named()))?;
        let filmed = filmed.resized(wishes.clip_side, wishes.clip_side);
        let tasks = manifest.config.tasks.clone();
        let logs = rows.iter().map(|_| OnceLock::new()).collect();
        let views = policy_cameras(wishes.view_side)?;
        let renderer = manifest.config.renderer.open().with_context(named)?;
        let folder = folder.to_owned();
        Ok(Self { folder, manifest, rows, logs, tasks, filmed, views, wishes, renderer })
    }

    fn episode(&self, episode: usize) -> anyhow::Result<(&Row, Episode)> {
        let row = self.rows.get(episode).context("no such episode")?;
        let kept = &self.logs[episode];
        let log = match kept.get() {
            Some(log) => log,
            // Two threads may both read it; the first one's copy is kept.
            None => {
                let log = Arc::new(episode::read(&self.folder, &self.manifest, row)?);
                kept.get_or_init(|| log)
            }
        };
        Ok((row, Episode::new(&self.folder, Arc::clone(log), &self.renderer)?))
    }

    /// Frames of an episode by their numbers, drawn from its log.
    pub fn clip(&self, episode: usize, steps: Vec<usize>) -> anyhow::Result<Clip> {
        let (row, mut source) = self.episode(episode)?;
        let length = row.length as usize;
        ensure!(steps.iter().all(|&step| step < length), "{}: it has {length} frames", row.id);
        source.draw(steps, &self.filmed)
    }

    /// One of an episode's transitions: its stored pictures where there are some of the size wished for,
    /// else pictures drawn from its log.
    pub fn transition(&self, episode: usize, number: usize) -> anyhow::Result<Transition> {
        let (row, mut source) = self.episode(episode)?;
        self.moment(row, &mut source, number)
    }

    fn moment(&self, row: &Row, source: &mut Episode, number: usize) -> anyhow::Result<Transition> {
        match self.manifest.config.views == Some(self.wishes.view_side) {
            true => source.stored(number, &self.views, &self.manifest, row),
            false => source.transition(number, &self.views),
        }
    }

    /// What the dataset says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The rows of the table of episodes.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Names of the tasks, by label.
    pub fn tasks(&self) -> &[String] {
        &self.tasks
    }

    /// The sample of an episode and one of its transitions.
    pub fn sample(&self, episode: usize, transition: usize) -> anyhow::Result<Sample> {
        let (row, mut source) = self.episode(episode)?;
        let task = self.tasks.iter().position(|name| *name == row.task);
        let task = task.with_context(|| format!("{}: no task is called {}", row.id, row.task))?;
        Ok(Sample {
            episode,
            task,
            instruction: row.instructions.first().cloned().unwrap_or_default(),
            clip: source.clip(row, &self.filmed, &self.wishes)?,
            transition: self.moment(row, &mut source, transition)?,
        })
    }

    /// Sample number `step` of the endless sequence that belongs to a seed.
    pub fn at(&self, seed: u64, step: u64) -> anyhow::Result<Sample> {
        let (episode, transition) = Order::new(seed, &self.rows).at(step);
        self.sample(episode, transition)
    }

    /// The samples from `step` on, made ahead by `workers` threads that hold at most `ahead` of them.
    pub fn stream(self: Arc<Self>, seed: u64, step: u64, workers: usize, ahead: usize) -> Prefetch {
        Prefetch::start(self, seed, step, workers, ahead)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::data::collect::collect;
    use crate::{Cli, Command};

    /// A small dataset in a folder that its owner removes.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            Self::with(name, "")
        }

        fn with(name: &str, flags: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("mirror-{name}-{}", std::process::id()));
            let words = "mirror collect --tasks push_buttons --episodes 2 --size 64";
            let words = format!("{words}{flags}");
            let cli = Cli::try_parse_from(words.split(' ')).unwrap();
            let Command::Collect(arguments) = cli.command else { panic!("not to collect") };
            collect(&arguments.config().unwrap(), &folder, None).unwrap();
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).ok();
        }
    }

    fn small(source: Source) -> Wishes {
        Wishes { frames: 16, clip_side: 64, view_side: 32, source }
    }

    #[test]
    fn samples_depend_on_seed_and_step_alone() {
        let folder = Folder::new("loader-order");
        let loader = Arc::new(Loader::open(&folder.0, small(Source::Logs)).unwrap());
        let brief = |sample: &Sample| {
            let view = &sample.transition.observation.views[2].frame;
            let picture = (view.rgb.clone(), view.depth.clone());
            (sample.episode, sample.transition.number, sample.clip.clone(), picture)
        };
        let wanted: Vec<_> = (3..15).map(|step| brief(&loader.at(7, step).unwrap())).collect();
        for workers in [1, 3] {
            let stream = Arc::clone(&loader).stream(7, 3, workers, 4);
            let seen: Vec<_> = stream.take(12).map(|sample| brief(&sample.unwrap())).collect();
            assert!(seen == wanted, "{workers} workers");
        }
        let mut order = Order::new(7, loader.rows());
        let epoch = order.epoch() as u64;
        let mut all: Vec<_> = (epoch..2 * epoch).map(|step| order.at(step)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len() as u64, epoch, "an epoch misses a transition");
    }

    #[test]
    fn clips_show_the_same_whether_drawn_or_decoded() {
        let folder = Folder::new("loader-source");
        let clip = |source| {
            let loader = Loader::open(&folder.0, small(source)).unwrap();
            let sample = loader.sample(1, 0).unwrap();
            assert_eq!((sample.task, sample.transition.of), (0, loader.rows()[1].keyframes.len()));
            assert_eq!(sample.instruction, loader.rows()[1].instructions[0]);
            assert_eq!(sample.transition.observation.views.len(), 4);
            sample.clip
        };
        let (drawn, decoded) = (clip(Source::Logs), clip(Source::Videos));
        assert_eq!((drawn.side, &drawn.steps), (decoded.side, &decoded.steps));
        // Of brightness: video keeps colour at half the resolution, which tells at 64 pixels.
        let light = |rgb: &[u8]| {
            0.299 * f64::from(rgb[0]) + 0.587 * f64::from(rgb[1]) + 0.114 * f64::from(rgb[2])
        };
        let pairs = drawn.rgb.chunks_exact(3).zip(decoded.rgb.chunks_exact(3));
        let square: f64 = pairs.map(|(a, b)| (light(a) - light(b)).powi(2)).sum();
        let quality = 10.0 * (255.0 * 255.0 * (drawn.rgb.len() / 3) as f64 / square).log10();
        assert!(quality > 30.0, "{quality:.1} dB");
    }

    #[test]
    fn stored_views_are_read_and_are_what_would_be_drawn() {
        let folder = Folder::with("loader-views", " --views 32");
        let open = |view_side| {
            let wishes = Wishes { view_side, ..small(Source::Logs) };
            Loader::open(&folder.0, wishes).unwrap()
        };
        let plain = Folder::new("loader-drawn");
        let drawn = Loader::open(&plain.0, small(Source::Logs)).unwrap();
        let (stored, larger) = (open(32), open(40));
        for number in 0..stored.rows()[1].keyframes.len() {
            let (ours, wanted) =
                [&stored, &drawn].map(|loader| loader.transition(1, number).unwrap()).into();
            assert_eq!((ours.of, ours.action), (wanted.of, wanted.action));
            assert_eq!(ours.observation.robot, wanted.observation.robot);
            let views = ours.observation.views.iter().zip(&wanted.observation.views);
            for (ours, wanted) in views {
                assert_eq!((&ours.camera, &ours.frame.rgb), (&wanted.camera, &wanted.frame.rgb));
                let depths = ours.frame.depth.iter().zip(&wanted.frame.depth);
                assert!(depths.clone().all(|(a, b)| (a - b).abs() < 0.000_051));
                let far = |depth: &f32| *depth == ours.camera.far;
                assert!(depths.clone().all(|(a, b)| far(a) == far(b)));
            }
        }
        // What is stored is read, not drawn: damage shows, though not where another size is wished for.
        let path = folder.0.join(dataset::views_path(&stored.rows()[1].id));
        std::fs::write(&path, b"nothing").unwrap();
        let line = format!("{:#}", stored.transition(1, 0).unwrap_err());
        assert!(line.contains("00001.views: damaged"), "{line}");
        assert_eq!(larger.transition(1, 0).unwrap().observation.views[0].frame.width, 40);
    }

    #[test]
    fn what_was_damaged_is_named_before_it_is_parsed() {
        let folder = Folder::new("loader-damage");
        let open = || Loader::open(&folder.0, small(Source::Logs));
        let id = open().unwrap().rows()[0].id.clone();
        for file in [dataset::state_path(&id), TABLE.to_owned()] {
            let path = folder.0.join(&file);
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(&path, bytes).unwrap();
            let result = open().and_then(|loader| loader.transition(0, 0));
            let line = format!("{:#}", result.err().unwrap());
            assert!(line.contains(&format!("{file}: damaged")), "{line}");
        }
    }

    #[test]
    fn what_is_no_dataset_is_refused() {
        let error = Loader::open(Path::new("/nowhere"), Wishes::default()).err().unwrap();
        assert_eq!(error.to_string(), "/nowhere is not a finished dataset");
    }
}
