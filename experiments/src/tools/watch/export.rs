//! Pictures and clips of the window as files.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sim::viewer::app::{Clip, Export};

use crate::media::film::{Picture, write_png};
use crate::media::mp4::Writer;
use crate::store::file;

/// Files in a folder, none of which replaces another.
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    /// Into this folder, or where the command was started.
    pub(super) fn new(folder: Option<&Path>) -> anyhow::Result<Self> {
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        anyhow::ensure!(folder.is_dir(), "--out {}: is no folder", folder.display());
        Ok(Self { folder })
    }

    /// The first free name.
    fn free(&self, name: &str, ending: &str) -> PathBuf {
        let plain = self.folder.join(format!("{name}.{ending}"));
        let numbered = (2..).map(|n| self.folder.join(format!("{name}-{n}.{ending}")));
        std::iter::once(plain).chain(numbered).find(|path| !path.exists()).unwrap_or_default()
    }
}

impl Export for Files {
    fn picture(
        &self,
        path: Option<&Path>,
        name: &str,
        [width, height]: [u32; 2],
        rgb: &[u8],
    ) -> Result<String, String> {
        let path = path.map_or_else(|| self.free(name, "png"), Path::to_owned);
        let picture = Picture { width, height, rgb: rgb.to_vec() };
        file::write_with(&path, |file| write_png(&picture, file))
            .map_err(|error| format!("{error:#}"))?;
        Ok(format!("saved {}", path.display()))
    }

    fn clip(&self, name: &str, size: [u32; 2]) -> Result<Box<dyn Clip>, String> {
        // The encoder wants even sides: an odd window loses its last row or column.
        let even = size.map(|side| side & !1);
        let writer = Writer::new(even[0], even[1]).map_err(|error| format!("{error:#}"))?;
        Ok(Box::new(Film { path: self.free(name, "mp4"), writer, size, even, count: 0 }))
    }
}

struct Film {
    path: PathBuf,
    writer: Writer,
    size: [u32; 2],
    even: [u32; 2],
    count: usize,
}

impl Clip for Film {
    fn add(&mut self, rgb: &[u8]) -> Result<(), String> {
        let [width, height] = self.even.map(|side| side as usize);
        let rows = rgb.chunks_exact(3 * self.size[0] as usize).take(height);
        let cut: Vec<u8> = rows.flat_map(|row| &row[..3 * width]).copied().collect();
        self.count += 1;
        self.writer.add(&cut).map_err(|error| format!("{error:#}"))
    }

    fn finish(self: Box<Self>) -> Result<String, String> {
        let Self { path, writer, count, .. } = *self;
        let bytes = writer.finish().map_err(|error| format!("{error:#}"))?;
        file::write_with(&path, |file| file.write_all(&bytes).context("cannot write the clip"))
            .map_err(|error| format!("{error:#}"))?;
        Ok(format!("saved {} ({count} pictures)", path.display()))
    }
}
