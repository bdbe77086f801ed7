//! Pictures of keyframes as files: what the policy's cameras saw when each action was decided.

use std::io::Read as _;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};
use sim::episode::log::Log;
use sim::render::camera::Camera;
use sim::render::observe::{Observer, View};
use sim::render::raster::Frame;
use sim::render::renderer::Renderer;

/// Compression level (default 6, like logs).
const LEVEL: i32 = 6;
/// Steps of stored depth in a metre: 0.1 mm each, so that 16 bits reach 6.5 m.
const STEPS: f32 = 1e4;
/// Stored depth where nothing is seen.
const NOTHING: u16 = u16::MAX;

/// The pictures of one episode: an entry for each action, each compressed by itself so that one can be
/// read without the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Views {
    moments: Vec<Vec<u8>>,
}

/// What one camera saw, rows from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Picture {
    /// Width and height, pixels.
    size: [u32; 2],
    /// sRGB, three bytes per pixel.
    rgb: Vec<u8>,
    /// Distance along the view axis in steps of 0.1 mm; [`NOTHING`] where nothing is seen.
    depth: Vec<u16>,
}

impl Views {
    /// Draws a log's moments of decision through `cameras`: the start, and every keyframe but the last.
    pub fn draw(log: &Log, cameras: &[Camera], renderer: &Renderer) -> anyhow::Result<Self> {
        let mut observer = Observer::by(renderer, &log.scene.scene)?;
        let moments = (0..log.actions.len()).map(|number| {
            let step = log.decided_at(number).context("an action without a keyframe")?;
            let seen = log.observe(&mut observer, step, cameras)?;
            let pictures: Vec<Picture> = seen.views.iter().map(Picture::of).collect();
            let bytes = postcard::to_allocvec(&pictures).context("cannot express pictures")?;
            zstd::bulk::compress(&bytes, LEVEL).context("cannot compress pictures")
        });
        Ok(Self { moments: moments.collect::<anyhow::Result<_>>()? })
    }

    /// The content of their file.
    pub fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        postcard::to_allocvec(self).context("cannot express pictures")
    }

    /// The pictures in a file's content.
    pub fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        whole(bytes).context("no pictures of keyframes")
    }

    /// Number of moments.
    pub fn len(&self) -> usize {
        self.moments.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.moments.is_empty()
    }

    /// What `cameras`, resolved to the world, saw before action `number`. Object ids are not stored.
    pub fn read(&self, number: usize, cameras: Vec<Camera>) -> anyhow::Result<Vec<View>> {
        let packed = self.moments.get(number).context("it lacks a moment")?;
        // Damaged files must not fill the memory.
        let pixels: u64 = cameras.iter().map(|c| u64::from(c.width) * u64::from(c.height)).sum();
        let limit = 8 * pixels + 4096;
        let mut bytes = Vec::new();
        let decoder = zstd::stream::read::Decoder::new(&packed[..]).context("not compressed")?;
        decoder.take(limit).read_to_end(&mut bytes).context("not compressed")?;
        let pictures: Vec<Picture> =
            whole(&bytes).context("no pictures of the size in the manifest")?;
        ensure!(pictures.len() == cameras.len(), "it lacks a camera");
        let views = pictures.into_iter().zip(cameras).map(|(picture, camera)| picture.view(camera));
        views.collect()
    }
}

/// A value of which the bytes are all there is.
fn whole<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> anyhow::Result<T> {
    let (value, rest) = postcard::take_from_bytes(bytes)?;
    ensure!(rest.is_empty(), "{} bytes too many", rest.len());
    Ok(value)
}

impl Picture {
    fn of(view: &View) -> Self {
        let (frame, far) = (&view.frame, view.camera.far);
        let step = |&metres: &f32| match metres < far {
            true => libm::roundf(STEPS * metres).min(f32::from(NOTHING - 1)) as u16,
            false => NOTHING,
        };
        let depth = frame.depth.iter().map(step).collect();
        Self { size: [frame.width, frame.height], rgb: frame.rgb.clone(), depth }
    }

    fn view(self, camera: Camera) -> anyhow::Result<View> {
        let Self { size: [width, height], rgb, depth } = self;
        let pixels = width as usize * height as usize;
        let fits = [width, height] == [camera.width, camera.height];
        ensure!(fits && rgb.len() == 3 * pixels && depth.len() == pixels, "of another size");
        let metres = |step: u16| match step {
            NOTHING => camera.far,
            step => f32::from(step) / STEPS,
        };
        let depth = depth.into_iter().map(metres).collect();
        let mut frame = Frame::new();
        (frame.width, frame.height, frame.rgb, frame.depth) = (width, height, rgb, depth);
        Ok(View { frame, camera })
    }
}
