//! Pictures and clips of the window, for whoever can write files of them.

use bevy::ecs::observer::On;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Commands, Res, ResMut};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::time::{Real, Time};
use std::path::PathBuf;

use super::watched::{Watched, shown_step};

/// Writes what is seen in the window to files.
pub trait Export: Send + Sync {
    /// Writes a picture: sRGB, three bytes per pixel, rows from top to bottom. `path` where one was
    /// asked for, else a file called `name`. Returns what to tell the user.
    ///
    /// # Errors
    /// One line that says why it could not be written.
    fn picture(
        &self,
        path: Option<&std::path::Path>,
        name: &str,
        size: [u32; 2],
        rgb: &[u8],
    ) -> Result<String, String>;

    /// Begins a clip called `name` of pictures of this size, one for each control step.
    ///
    /// # Errors
    /// One line that says why it cannot be made.
    fn clip(&self, name: &str, size: [u32; 2]) -> Result<Box<dyn Clip>, String>;
}

/// A clip that is being recorded.
pub trait Clip: Send + Sync {
    /// Adds the next picture: sRGB, three bytes per pixel.
    ///
    /// # Errors
    /// One line that says why it cannot.
    fn add(&mut self, rgb: &[u8]) -> Result<(), String>;

    /// Writes the file; returns what to tell the user.
    ///
    /// # Errors
    /// One line that says why it could not be written.
    fn finish(self: Box<Self>) -> Result<String, String>;
}

/// Who writes the files.
#[derive(Resource)]
pub(super) struct Exporter(pub(super) Box<dyn Export>);

/// How long a message stays, seconds.
const STAY: f32 = 4.0;

/// Pictures that are wanted, the clip that is recorded, and what came of them.
#[derive(Default, Resource)]
pub(super) struct CaptureQueue {
    /// A picture, and the file it is to go to if one was named.
    pictures: Vec<Option<PathBuf>>,
    /// Pictures on their way.
    pub(super) under_way: usize,
    clip: ClipState,
    said: Option<(String, f32)>,
}

/// A clip from the request to the file.
#[derive(Default)]
enum ClipState {
    #[default]
    None,
    /// Wanted; its size is that of its first picture.
    Wanted,
    Running(Box<dyn Clip>, [u32; 2]),
    /// No more pictures are wanted; those on their way still count.
    Ending(Box<dyn Clip>, [u32; 2]),
}

impl CaptureQueue {
    /// A picture of the next frame.
    pub(super) fn picture(&mut self) {
        self.pictures.push(None);
    }

    /// A picture of the next frame, into this file.
    pub(super) fn picture_at(&mut self, path: PathBuf) {
        self.pictures.push(Some(path));
    }

    /// Begins a clip, or ends the one that is recorded.
    pub(super) fn toggle_clip(&mut self) {
        self.clip = match std::mem::take(&mut self.clip) {
            ClipState::None => ClipState::Wanted,
            ClipState::Wanted => ClipState::None,
            ClipState::Running(clip, size) | ClipState::Ending(clip, size) => {
                ClipState::Ending(clip, size)
            }
        };
    }

    /// Whether each frame becomes a picture of a clip.
    pub(super) fn filming(&self) -> bool {
        matches!(self.clip, ClipState::Wanted | ClipState::Running(..))
    }

    /// Whether nothing is wanted or under way.
    pub(super) fn idle(&self) -> bool {
        self.pictures.is_empty() && self.under_way == 0 && matches!(self.clip, ClipState::None)
    }

    /// What to tell the user now.
    pub(super) fn said(&self) -> Option<&str> {
        self.said.as_ref().map(|(line, _)| line.as_str())
    }

    fn say(&mut self, result: Result<String, String>) {
        self.said = Some((result.unwrap_or_else(|reason| reason), STAY));
    }
}

/// What a picture is for.
#[derive(Clone, Debug)]
enum Purpose {
    Picture(Option<PathBuf>),
    Clip,
}

/// Asks the renderer for pictures of this frame.
pub(super) fn capture(
    mut commands: Commands,
    mut captures: ResMut<CaptureQueue>,
    time: Res<Time<Real>>,
) {
    let elapsed = time.delta_secs();
    if let Some((_, left)) = &mut captures.said {
        *left -= elapsed;
        if *left <= 0.0 {
            captures.said = None;
        }
    }
    // One picture of a window at a time is all that the renderer gives.
    let purpose = match captures.pictures.pop() {
        Some(path) => Purpose::Picture(path),
        None if captures.filming() => Purpose::Clip,
        None => return end(&mut captures),
    };
    captures.under_way += 1;
    commands.spawn(Screenshot::primary_window()).observe(
        move |taken: On<ScreenshotCaptured>,
              mut captures: ResMut<CaptureQueue>,
              exporter: Res<Exporter>,
              watched: Res<Watched>| {
            captures.under_way = captures.under_way.saturating_sub(1);
            let Some((size, rgb)) = pixels(&taken.image) else {
                return captures.say(Err("the window's pixels have an unknown form".into()));
            };
            let name = name(&watched);
            match &purpose {
                Purpose::Picture(path) => {
                    let result = exporter.0.picture(path.as_deref(), &name, size, &rgb);
                    captures.say(result);
                }
                Purpose::Clip => captures.add_frame(&exporter, &name, size, &rgb),
            }
        },
    );
}

impl CaptureQueue {
    fn add_frame(&mut self, exporter: &Exporter, name: &str, size: [u32; 2], rgb: &[u8]) {
        if matches!(self.clip, ClipState::Wanted) {
            match exporter.0.clip(name, size) {
                Ok(clip) => self.clip = ClipState::Running(clip, size),
                Err(reason) => {
                    self.clip = ClipState::None;
                    return self.say(Err(reason));
                }
            }
        }
        let (ClipState::Running(clip, wanted) | ClipState::Ending(clip, wanted)) = &mut self.clip
        else {
            return;
        };
        let added = if *wanted == size {
            clip.add(rgb)
        } else {
            Err("the window changed its size: the clip ends here".into())
        };
        if let Err(reason) = added {
            self.clip = ClipState::None;
            self.say(Err(reason));
        }
    }
}

/// Finishes the clip once its last picture is there.
fn end(captures: &mut CaptureQueue) {
    if captures.under_way > 0 || !matches!(captures.clip, ClipState::Ending(..)) {
        return;
    }
    if let ClipState::Ending(clip, _) = std::mem::take(&mut captures.clip) {
        let result = clip.finish();
        captures.say(result);
    }
}

/// Ends a clip at the end of the episode: there is no more to see.
pub(super) fn stop(watched: Res<Watched>, mut captures: ResMut<CaptureQueue>) {
    if matches!(captures.clip, ClipState::Running(..)) && !watched.0.player().playing() {
        captures.toggle_clip();
    }
}

/// Lets time pass; while a clip is recorded, by one control step for each picture.
pub(super) fn advance(time: Res<Time>, captures: Res<CaptureQueue>, mut watched: ResMut<Watched>) {
    let step = f64::from(crate::world::solver::CONTROL_PERIOD);
    let elapsed = if captures.filming() { step } else { time.delta_secs_f64() };
    watched.0.update(elapsed);
}

/// Size and pixels without alpha, which carries object ids.
fn pixels(image: &bevy::image::Image) -> Option<([u32; 2], Vec<u8>)> {
    use bevy::render::render_resource::TextureFormat;
    let order = match image.texture_descriptor.format {
        TextureFormat::Rgba8Unorm | TextureFormat::Rgba8UnormSrgb => [0, 1, 2],
        TextureFormat::Bgra8Unorm | TextureFormat::Bgra8UnormSrgb => [2, 1, 0],
        _ => return None,
    };
    let data = image.data.as_ref()?;
    let rgb = data.as_chunks::<4>().0.iter().flat_map(|pixel| order.map(|i| pixel[i]));
    Some(([image.width(), image.height()], rgb.collect()))
}

/// What the step shown is called in file names.
fn name(watched: &Watched) -> String {
    let Some((_, step, timeline)) = shown_step(&watched.0) else { return "mirror".into() };
    let file = timeline.file();
    format!("{}-v{}-{}-{step:04}", file.task, file.variation, file.seed)
}
