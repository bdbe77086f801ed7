//! What a dataset was asked to be: the same configuration gives the same bytes.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};
use sim::episode::split::Split;
use sim::robot::GraspMode;
use sim::task::Rules;

use super::paths::CONFIG;
use crate::cli::flags::Renderer;
use crate::store::checksum::checksum;
use crate::store::file;

/// Version of the layout; another version is refused.
pub const FORMAT: u32 = 1;

/// Everything that the content depends on, resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetConfig {
    /// Version of the layout, [`FORMAT`].
    pub format: u32,
    /// Version of the program.
    pub mirror: String,
    /// Names of the tasks, in the tables' order.
    pub tasks: Vec<String>,
    /// Episodes of each task.
    pub episodes: u32,
    /// Which seeds the scenes come from.
    pub split: Split,
    /// Base seed inside the split.
    pub seed: u64,
    /// Which rules the tasks follow.
    pub rules: Rules,
    /// How the gripper holds things.
    pub grasp: GraspMode,
    /// What draws the videos.
    pub renderer: Renderer,
    /// The graphics adapter and its driver, where pictures depend on them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// Cameras that are filmed.
    pub cameras: Vec<String>,
    /// Width and height of the videos, pixels.
    pub size: u32,
    /// Width and height of the stored pictures of keyframes, pixels; none are stored without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<u32>,
}

impl DatasetConfig {
    /// Two demonstrations of one task, for tests.
    #[cfg(test)]
    pub(crate) fn small() -> Self {
        Self {
            format: FORMAT,
            mirror: "test".into(),
            tasks: vec!["push_buttons".into()],
            episodes: 2,
            split: Split::Train,
            seed: 0,
            rules: Rules::Fixed,
            grasp: GraspMode::Assist,
            renderer: Renderer::Raster,
            adapter: None,
            cameras: vec!["front".into()],
            size: 64,
            views: None,
        }
    }

    /// Pretty JSON with a line break at its end.
    pub fn to_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self).context("cannot express the configuration")? + "\n")
    }

    /// Name of the folder below `MIRROR_HOME/data` that belongs to a dataset: the same for whoever asks
    /// for the same. The graphics adapter does not count, for it is known only once pictures are drawn.
    pub fn folder_name(&self) -> anyhow::Result<String> {
        let asked = Self { adapter: None, ..self.clone() };
        let hash = &checksum(asked.to_json()?.as_bytes())[..8];
        Ok(format!("{}-{}-{hash}", self.split.name(), self.episodes))
    }

    /// The configuration of the dataset in a folder; none where the folder holds none yet.
    pub fn of(folder: &Path) -> anyhow::Result<Option<Self>> {
        let path = folder.join(CONFIG);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = file::read(&path)?;
        let config: Self =
            serde_json::from_slice(&bytes).with_context(|| format!("{}", path.display()))?;
        let format = config.format;
        ensure!(format == FORMAT, "{}: format {format} is not {FORMAT}", path.display());
        Ok(Some(config))
    }

    /// Makes sure that a folder is this dataset's: begins it, or finds it begun with the same configuration.
    pub fn claim(&self, folder: &Path) -> anyhow::Result<()> {
        match Self::of(folder)? {
            Some(found) if found == *self => Ok(()),
            Some(found) => {
                let what = self.first_difference(&found)?;
                bail!("{} holds another dataset: {what}", folder.display())
            }
            None => file::write(&folder.join(CONFIG), self.to_json()?.as_bytes()),
        }
    }

    /// The first field that is not the same, in words.
    fn first_difference(&self, found: &Self) -> anyhow::Result<String> {
        let fields = |config: &Self| serde_json::to_value(config);
        let (wanted, found) = (fields(self)?, fields(found)?);
        // What is left out of one may be in the other.
        let names = [&wanted, &found].into_iter().filter_map(|fields| fields.as_object());
        let name =
            names.flat_map(|fields| fields.keys()).find(|name| wanted[*name] != found[*name]);
        let name = name.map_or("", String::as_str);
        Ok(format!("{name} {} there, {} here", found[name], wanted[name]))
    }
}
