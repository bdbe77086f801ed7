//! Pictures and clips of the window, for whoever can write files of them.

use bevy::ecs::observer::On;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Commands, Res, ResMut};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::time::{Real, Time};
use std::path::PathBuf;

use super::theatre::{Watched, moment};

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
pub(super) struct Wishes {
    /// A picture, and the file it is to go to if one was named.
    pictures: Vec<Option<PathBuf>>,
    /// Pictures on their way.
    pub(super) under_way: usize,
    film: Film,
    said: Option<(String, f32)>,
}

/// A clip from wish to file.
#[derive(Default)]
enum Film {
    #[default]
    None,
    /// Wanted; its size is that of its first picture.
    Wanted,
    Running(Box<dyn Clip>, [u32; 2]),
    /// No more pictures are wanted; those on their way still count.
    Ending(Box<dyn Clip>, [u32; 2]),
}

impl Wishes {
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
        self.film = match std::mem::take(&mut self.film) {
            Film::None => Film::Wanted,
            Film::Wanted => Film::None,
            Film::Running(clip, size) | Film::Ending(clip, size) => Film::Ending(clip, size),
        };
    }

    /// Whether each frame becomes a picture of a clip.
    pub(super) fn filming(&self) -> bool {
        matches!(self.film, Film::Wanted | Film::Running(..))
    }

    /// Whether nothing is wanted or under way.
    pub(super) fn idle(&self) -> bool {
        self.pictures.is_empty() && self.under_way == 0 && matches!(self.film, Film::None)
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
    Film,
}

/// Asks the renderer for pictures of this frame.
pub(super) fn ask(mut commands: Commands, mut wishes: ResMut<Wishes>, time: Res<Time<Real>>) {
    let elapsed = time.delta_secs();
    if let Some((_, left)) = &mut wishes.said {
        *left -= elapsed;
        if *left <= 0.0 {
            wishes.said = None;
        }
    }
    // One picture of a window at a time is all that the renderer gives.
    let purpose = match wishes.pictures.pop() {
        Some(path) => Purpose::Picture(path),
        None if wishes.filming() => Purpose::Film,
        None => return end(&mut wishes),
    };
    wishes.under_way += 1;
    commands.spawn(Screenshot::primary_window()).observe(
        move |taken: On<ScreenshotCaptured>,
              mut wishes: ResMut<Wishes>,
              exporter: Res<Exporter>,
              watched: Res<Watched>| {
            wishes.under_way = wishes.under_way.saturating_sub(1);
            let Some((size, rgb)) = pixels(&taken.image) else {
                return wishes.say(Err("the window's pixels have an unknown form".into()));
            };
            let name = name(&watched);
            match &purpose {
                Purpose::Picture(path) => {
                    let result = exporter.0.picture(path.as_deref(), &name, size, &rgb);
                    wishes.say(result);
                }
                Purpose::Film => wishes.film(&exporter, &name, size, &rgb),
            }
        },
    );
}

impl Wishes {
    fn film(&mut self, exporter: &Exporter, name: &str, size: [u32; 2], rgb: &[u8]) {
        if matches!(self.film, Film::Wanted) {
            match exporter.0.clip(name, size) {
                Ok(clip) => self.film = Film::Running(clip, size),
                Err(reason) => {
                    self.film = Film::None;
                    return self.say(Err(reason));
                }
            }
        }
        let (Film::Running(clip, wanted) | Film::Ending(clip, wanted)) = &mut self.film else {
            return;
        };
        let added = if *wanted == size {
            clip.add(rgb)
        } else {
            Err("the window changed its size: the clip ends here".into())
        };
        if let Err(reason) = added {
            self.film = Film::None;
            self.say(Err(reason));
        }
    }
}

/// Finishes the clip once its last picture is there.
fn end(wishes: &mut Wishes) {
    if wishes.under_way > 0 || !matches!(wishes.film, Film::Ending(..)) {
        return;
    }
    if let Film::Ending(clip, _) = std::mem::take(&mut wishes.film) {
        let result = clip.finish();
        wishes.say(result);
    }
}

/// Ends a clip at the end of the episode: there is no more to see.
pub(super) fn stop(watched: Res<Watched>, mut wishes: ResMut<Wishes>) {
    if matches!(wishes.film, Film::Running(..)) && !watched.0.player().playing() {
        wishes.toggle_clip();
    }
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

/// What the moment is called in file names.
fn name(watched: &Watched) -> String {
    let Some((_, step, timeline)) = moment(&watched.0) else { return "mirror".into() };
    let file = timeline.file();
    format!("{}-v{}-{}-{step:04}", file.task, file.variation, file.seed)
}
