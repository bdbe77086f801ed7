//! A dataset opened for training.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, ensure};
use sim::episode::log::Log;
use sim::render::camera::Camera;
use sim::render::renderer::Renderer;

use super::episode::{self, Clip, Episode, Transition};
use crate::data::cameras::{camera, policy_cameras};
use crate::store::dataset::{DatasetManifest, DemonstrationRow, MANIFEST, TABLE};
use crate::store::tables;

/// Sizes of the pictures that a loader draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoaderOptions {
    /// Width and height of a clip's frames, pixels (default 128).
    pub clip_side: u32,
    /// Width and height of the policy's views, pixels (default 128).
    pub view_side: u32,
    /// Bytes of transitions' pictures that are kept in memory (default 0); those that come later are made
    /// each time.
    pub kept: usize,
}

impl Default for LoaderOptions {
    fn default() -> Self {
        Self { clip_side: 128, view_side: 128, kept: 0 }
    }
}

/// A dataset opened for training. The log of an episode is read when it is first needed and kept:
/// about 0.2 MB each, the poses of everything that moves. Pictures are drawn each time, those of transitions
/// up to a limit only once.
pub struct Loader {
    folder: PathBuf,
    manifest: DatasetManifest,
    rows: Vec<DemonstrationRow>,
    logs: Vec<OnceLock<Arc<Log>>>,
    /// Transitions of each episode that are kept.
    transitions: Vec<Vec<OnceLock<Arc<Transition>>>>,
    /// Bytes that may still be kept.
    room: AtomicUsize,
    /// The camera of the clips: the first that the dataset was filmed with.
    filmed: Camera,
    views: Vec<Camera>,
    options: LoaderOptions,
    /// What the dataset was filmed with also draws what is read of it.
    renderer: Renderer,
}

impl Loader {
    /// Opens a finished dataset.
    ///
    /// # Errors
    /// Names what is missing or damaged.
    pub fn open(folder: &Path, options: LoaderOptions) -> anyhow::Result<Self> {
        let named = || format!("{}", folder.display());
        ensure!(folder.join(MANIFEST).exists(), "{} is not a finished dataset", named());
        let manifest = DatasetManifest::load(folder)?;
        let table = folder.join(TABLE);
        let rows: Vec<DemonstrationRow> = tables::decode(&manifest.read(folder, TABLE)?)
            .with_context(|| format!("{}", table.display()))?;
        ensure!(!rows.is_empty(), "{}: no episodes", named());
        let first = manifest.config.cameras.first().with_context(named)?;
        let filmed = camera(first).with_context(named)?;
        let filmed = filmed.resized(options.clip_side, options.clip_side);
        let logs = rows.iter().map(|_| OnceLock::new()).collect();
        let none = |row: &DemonstrationRow| row.keyframes.iter().map(|_| OnceLock::new()).collect();
        let transitions = rows.iter().map(none).collect();
        let room = AtomicUsize::new(options.kept);
        let views = policy_cameras(options.view_side)?;
        let renderer = manifest.config.renderer.open().with_context(named)?;
        let folder = folder.to_owned();
        Ok(Self {
            folder,
            manifest,
            rows,
            logs,
            transitions,
            room,
            filmed,
            views,
            options,
            renderer,
        })
    }

    fn episode(&self, episode: usize) -> anyhow::Result<(&DemonstrationRow, Episode)> {
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

    /// One of an episode's transitions: its stored pictures where there are some of the size asked for,
    /// else pictures drawn from its log.
    pub fn transition(&self, episode: usize, number: usize) -> anyhow::Result<Arc<Transition>> {
        let slot = self.transitions.get(episode).and_then(|episode| episode.get(number));
        if let Some(kept) = slot.and_then(OnceLock::get) {
            return Ok(Arc::clone(kept));
        }
        let (row, mut source) = self.episode(episode)?;
        let made = Arc::new(match self.manifest.config.views == Some(self.options.view_side) {
            true => source.stored(number, &self.views, &self.manifest, row)?,
            false => source.transition(number, &self.views)?,
        });
        if let Some(slot) = slot
            && self.reserve(made.bytes())
        {
            // Two threads may both have made it; the first one's copy is kept.
            return Ok(Arc::clone(slot.get_or_init(|| made)));
        }
        Ok(made)
    }

    /// Takes room for what is to be kept, if there is enough.
    fn reserve(&self, bytes: usize) -> bool {
        let less = |room: usize| room.checked_sub(bytes);
        self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// What the dataset says of itself.
    pub fn manifest(&self) -> &DatasetManifest {
        &self.manifest
    }

    /// The rows of the table of episodes.
    pub fn rows(&self) -> &[DemonstrationRow] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::collect::collect;
    use crate::media::mp4;
    use crate::store::dataset;
    use crate::store::dataset::DatasetConfig;

    /// A small dataset in a folder that goes with it.
    fn dataset(views: Option<u32>) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let config = DatasetConfig { views, ..DatasetConfig::small() };
        collect(&config, folder.path(), None).unwrap();
        folder
    }

    fn small() -> LoaderOptions {
        LoaderOptions { clip_side: 64, view_side: 32, kept: 0 }
    }

    #[test]
    fn clips_show_what_the_videos_show() {
        let folder = dataset(None);
        let loader = Loader::open(folder.path(), small()).unwrap();
        let steps = vec![0, 7, loader.rows()[1].length as usize - 1];
        let drawn = loader.clip(1, steps.clone()).unwrap();
        assert_eq!((drawn.side, &drawn.steps), (64, &steps));
        let video = std::fs::read(folder.path().join(&loader.rows()[1].videos[0])).unwrap();
        let decoded = mp4::frames(&mp4::Clip::parse(video).unwrap(), &steps).unwrap();
        let decoded: Vec<u8> = decoded.into_iter().flat_map(|picture| picture.rgb).collect();
        // Of brightness: video keeps colour at half the resolution, which tells at 64 pixels.
        let light = |rgb: &[u8]| {
            0.299 * f64::from(rgb[0]) + 0.587 * f64::from(rgb[1]) + 0.114 * f64::from(rgb[2])
        };
        let pairs = drawn.rgb.chunks_exact(3).zip(decoded.chunks_exact(3));
        let square: f64 = pairs.map(|(a, b)| (light(a) - light(b)).powi(2)).sum();
        let quality = 10.0 * (255.0 * 255.0 * (drawn.rgb.len() / 3) as f64 / square).log10();
        assert!(quality > 30.0, "{quality:.1} dB");
    }

    #[test]
    fn stored_views_are_read_and_are_what_would_be_drawn() {
        let folder = dataset(Some(32));
        let open = |view_side| {
            Loader::open(folder.path(), LoaderOptions { view_side, ..small() }).unwrap()
        };
        let plain = dataset(None);
        let drawn = Loader::open(plain.path(), small()).unwrap();
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
        // What is stored is read, not drawn: damage shows, though not where another size is asked for.
        let path = folder.path().join(dataset::views_path(&stored.rows()[1].id));
        std::fs::write(&path, b"nothing").unwrap();
        let line = format!("{:#}", stored.transition(1, 0).unwrap_err());
        assert!(line.contains("00001.views: damaged"), "{line}");
        assert_eq!(larger.transition(1, 0).unwrap().observation.views[0].frame.width, 40);
    }

    #[test]
    fn what_was_damaged_is_named_before_it_is_parsed() {
        let folder = dataset(None);
        let open = || Loader::open(folder.path(), small());
        let id = open().unwrap().rows()[0].id.clone();
        for file in [dataset::state_path(&id), TABLE.to_owned()] {
            let path = folder.path().join(&file);
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
    fn transitions_are_kept_as_long_as_there_is_room() {
        let folder = dataset(None);
        let open = |kept| Loader::open(folder.path(), LoaderOptions { kept, ..small() }).unwrap();
        let bytes = open(0).transition(0, 0).unwrap().bytes();
        // Four pictures of 32 x 32 pixels, three bytes of colour and four of depth each.
        assert_eq!(bytes, 4 * 32 * 32 * 7);
        let loader = open(2 * bytes + 1);
        let twice = |number| {
            let [a, b] = [(); 2].map(|()| loader.transition(0, number).unwrap());
            assert_eq!(
                (a.of, a.action, &a.observation.robot),
                (b.of, b.action, &b.observation.robot)
            );
            Arc::ptr_eq(&a, &b)
        };
        assert_eq!([twice(1), twice(0), twice(2), twice(1)], [true, true, false, true]);
    }

    #[test]
    fn what_is_no_dataset_is_refused() {
        let error = Loader::open(Path::new("/nowhere"), LoaderOptions::default()).err().unwrap();
        assert_eq!(error.to_string(), "/nowhere is not a finished dataset");
    }
}
