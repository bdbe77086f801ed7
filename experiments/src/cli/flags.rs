//! Flags that several commands share, so that they mean the same everywhere.

use std::num::NonZeroUsize;
use std::str::FromStr;
use std::time::{Duration, Instant};

use agents::nn::device;
use agents::nn::device::{Adapter, DeviceError};
use agents::presets;
use agents::presets::Preset;
use anyhow::Context as _;
use burn::tensor::Device;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::{Deserialize, Serialize};
use sim::episode::split::Split;
use sim::robot::GraspMode;
use sim::task::{Rules, Task};
use sim::tasks;

use crate::cli::adapters;
use crate::cli::build::Build;
use crate::cli::suggestion::suggestion;
use crate::cli::usage::UsageError;

/// `--seed`, for every command that draws random numbers.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Seed of everything random; the same seed gives the same result
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// `--workers`, for every command that works in parallel.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workers {
    /// Threads to use; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N")]
    pub workers: Option<NonZeroUsize>,
}

impl Workers {
    /// The number of threads: what was asked for, else every core this process may use.
    pub fn count(self) -> NonZeroUsize {
        self.workers
            .or_else(|| std::thread::available_parallelism().ok())
            .unwrap_or(NonZeroUsize::MIN)
    }

    /// Lets the whole process use that many threads. One thread is the calling one: work need not be handed
    /// over to another and waited for, which took a tenth of a training's time. Nothing may then wait for
    /// parallel work of other threads.
    pub fn everywhere(self) -> anyhow::Result<()> {
        let count = self.count();
        let builder = rayon::ThreadPoolBuilder::new().num_threads(count.get());
        let alone = count == NonZeroUsize::MIN;
        let builder = if alone { builder.use_current_thread() } else { builder };
        builder.build_global().with_context(|| format!("--workers: cannot start {count} threads"))
    }

    /// A thread pool of that size.
    pub fn pool(self) -> anyhow::Result<rayon::ThreadPool> {
        let count = self.count();
        rayon::ThreadPoolBuilder::new()
            .num_threads(count.get())
            .build()
            .with_context(|| format!("--workers: cannot start {count} threads"))
    }
}

/// `--device`, for every command that runs models.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceFlag {
    /// Where tensors live
    #[arg(long, value_name = "DEVICE", default_value = "cpu", value_parser = one_of::<DeviceName>(&["cpu", "vulkan"]))]
    pub device: DeviceName,
}

impl DeviceFlag {
    /// The device, without gradients.
    ///
    /// # Errors
    /// Names the flag, and why tensors cannot live there; a usage error where the program cannot at all.
    pub fn open(self) -> anyhow::Result<Device> {
        self.check()?;
        match self.device {
            DeviceName::Cpu => Ok(device::cpu()),
            DeviceName::Vulkan => device::vulkan().map_err(Self::refused),
        }
    }

    /// Fails as [`Self::open`] would, as far as that can be told without opening anything. Adapters are
    /// looked at in another process: drivers may talk on stderr, or end the process that loads them.
    ///
    /// # Errors
    /// As for opening.
    pub fn check(self) -> anyhow::Result<()> {
        match self.device {
            DeviceName::Cpu => Ok(()),
            DeviceName::Vulkan if !Build::current().has("gpu") => {
                Err(Self::refused(DeviceError::NotBuilt))
            }
            DeviceName::Vulkan => {
                let found = adapters::ask();
                let found = found.map_err(|line| anyhow::anyhow!("--device vulkan: {line}"))?;
                Adapter::best(&found).map(drop).map_err(Self::refused)
            }
        }
    }

    /// How many processes use it at a time where nobody says: a core each, but a graphics processor is
    /// one, and its memory too.
    pub fn jobs(self) -> usize {
        match self.device {
            DeviceName::Cpu => std::thread::available_parallelism().map_or(1, usize::from),
            DeviceName::Vulkan => 1,
        }
    }

    fn refused(error: DeviceError) -> anyhow::Error {
        let line = format!("--device vulkan: {error}");
        match error {
            DeviceError::NotBuilt => UsageError(line).into(),
            _ => anyhow::Error::msg(line),
        }
    }
}

/// A kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceName {
    /// The processor.
    Cpu,
    /// A graphics processor.
    Vulkan,
}

impl DeviceName {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Vulkan => "vulkan",
        }
    }
}

impl FromStr for DeviceName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "cpu" => Ok(Self::Cpu),
            "vulkan" => Ok(Self::Vulkan),
            other => Err(format!("`{other}` is neither `cpu` nor `vulkan`")),
        }
    }
}

/// `--renderer`, for every command that draws.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct RendererFlag {
    /// What draws: `raster` needs no driver and gives the same bytes everywhere, `bevy` draws shadows
    #[arg(long, value_name = "RENDERER", default_value = "raster", value_parser = one_of::<Renderer>(&Renderer::ALL.map(Renderer::name)))]
    pub renderer: Renderer,
}

/// A renderer's name, on the command line and in the configuration of a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Renderer {
    /// The rasteriser on the processor.
    #[default]
    Raster,
    /// Bevy, offscreen, on whatever Vulkan adapter there is.
    Bevy,
}

impl FromStr for Renderer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|one| one.name() == text);
        found.ok_or_else(|| format!("`{text}` is none of {}", Self::ALL.map(Self::name).join(", ")))
    }
}

impl Renderer {
    /// All of them, in the order help lists them.
    pub const ALL: [Self; 2] = [Self::Raster, Self::Bevy];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raster => "raster",
            Self::Bevy => "bevy",
        }
    }

    /// Refuses a renderer that this program was built without.
    ///
    /// # Errors
    /// A usage error that names the other one.
    pub fn available(self) -> anyhow::Result<()> {
        if self == Self::Bevy && !cfg!(feature = "bevy") {
            let line = "--renderer bevy: this program was built without the feature `bevy`; \
                        `--renderer raster` is always there";
            return Err(UsageError(line.into()).into());
        }
        Ok(())
    }

    /// Makes it ready to draw.
    ///
    /// # Errors
    /// A usage error when it was not built; else whatever the machine lacks, in one line that names
    /// the other one.
    pub fn open(self) -> anyhow::Result<sim::render::renderer::Renderer> {
        self.available()?;
        match self {
            #[cfg(feature = "bevy")]
            Self::Bevy => {
                let renderer =
                    sim::render::bevy::OffscreenRenderer::open().context("--renderer bevy")?;
                Ok(sim::render::renderer::Renderer::Bevy(renderer))
            }
            _ => Ok(sim::render::renderer::Renderer::Raster),
        }
    }
}

/// `--max-minutes`, for every command that can go on later.
#[derive(Args, Clone, Copy, Debug, PartialEq)]
pub struct TimeFlag {
    /// Stop cleanly after this time; the same command goes on from there
    #[arg(long, value_name = "MINUTES")]
    pub max_minutes: Option<f64>,
}

impl TimeFlag {
    /// How long the work may take.
    ///
    /// # Errors
    /// A usage error when it is no time.
    pub fn limit(self) -> anyhow::Result<Option<Duration>> {
        let Some(minutes) = self.max_minutes else { return Ok(None) };
        let limit = Duration::try_from_secs_f64(60.0 * minutes);
        limit.map(Some).map_err(|e| UsageError(format!("--max-minutes {minutes}: {e}")).into())
    }

    /// When the work is to stop; none where that is beyond what the clock can say.
    ///
    /// # Errors
    /// As for the limit.
    pub fn deadline(self) -> anyhow::Result<Option<Instant>> {
        Ok(self.limit()?.and_then(|limit| Instant::now().checked_add(limit)))
    }
}

/// `--rules`, for every command that draws scenes.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct RulesFlag {
    /// `fixed` repairs the known defects of the benchmark, `original` keeps them
    #[arg(long, value_name = "RULES", default_value = "fixed", value_parser = one_of::<Rules>(&["fixed", "original"]))]
    pub rules: Rules,
}

/// `--grasp`, for every command that runs episodes.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraspFlag {
    /// `assist` fixes what the fingers close on to the hand, as the benchmark does; `friction` does not
    #[arg(long, value_name = "MODE", default_value = "assist", value_parser = one_of::<GraspMode>(&["assist", "friction"]))]
    pub grasp: GraspMode,
}

/// `--split`, for every command that chooses seeds.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitFlag {
    /// Which seeds to draw scenes from; no two splits share one
    #[arg(long, value_name = "SPLIT", default_value = "test", value_parser = one_of::<Split>(&Split::ALL.map(Split::name)))]
    pub split: Split,
}

/// `--tasks`, for every command that works on several tasks.
#[derive(Args, Clone, Debug)]
pub struct TasksFlag {
    /// Tasks by name, separated by commas, or `all`
    #[arg(long, value_name = "NAMES", default_value = "all", value_parser = Selection::from_str)]
    pub tasks: Selection,
}

/// Some of the tasks, each once, in the order given.
#[derive(Clone, Debug)]
pub struct Selection(pub Vec<&'static Task>);

impl FromStr for Selection {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self(tasks::ALL.iter().collect()));
        }
        let mut chosen: Vec<&'static Task> = Vec::new();
        for name in text.split(',') {
            let task = task(name.trim())?;
            if !chosen.iter().any(|one| one.name == task.name) {
                chosen.push(task);
            }
        }
        Ok(Self(chosen))
    }
}

/// The task of that name, or a line that names the nearest one.
pub fn task(name: &str) -> Result<&'static Task, String> {
    tasks::find(name).ok_or_else(|| {
        let names = tasks::ALL.iter().flat_map(|task| [task.name, task.short]);
        let meant = suggestion(name, names).and_then(tasks::find);
        let tip = meant.map(|task| format!("; did you mean `{}`?", task.name));
        format!("no task is called `{name}`{}", tip.unwrap_or_default())
    })
}

/// A parser of preset names.
pub fn preset() -> impl TypedValueParser<Value = &'static Preset> {
    let names = presets::ALL.iter().map(|preset| preset.name);
    PossibleValuesParser::new(names)
        .try_map(|name| presets::find(&name).ok_or("no preset is called that"))
}

/// A parser whose help lists the values there are.
pub fn one_of<T>(names: &[&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = String> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names.iter().copied()).try_map(|text| text.parse())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Both {
        #[command(flatten)]
        seed: Seed,
        #[command(flatten)]
        workers: Workers,
    }

    #[test]
    fn defaults_are_seed_zero_and_every_core() {
        let both = Both::try_parse_from(["x"]).unwrap();
        assert_eq!(both.seed.seed, 0);
        assert_eq!(both.workers.count(), std::thread::available_parallelism().unwrap());
    }

    #[test]
    fn a_renderer_that_was_not_built_is_refused_by_name() {
        assert_eq!("bevy".parse(), Ok(Renderer::Bevy));
        assert!("Bevy".parse::<Renderer>().is_err());
        Renderer::Raster.available().unwrap();
        let error = Renderer::Bevy.available().map_err(|error| error.to_string());
        assert_eq!(error.is_ok(), cfg!(feature = "bevy"));
        assert!(error.is_ok() || error.unwrap_err().contains("`--renderer raster`"));
    }

    #[test]
    fn zero_workers_are_refused() {
        assert!(Both::try_parse_from(["x", "--workers", "0"]).is_err());
        assert_eq!(Both::try_parse_from(["x", "--workers", "3"]).unwrap().workers.count().get(), 3);
    }

    #[test]
    fn tasks_are_chosen_once_each_and_by_either_name() {
        let first = tasks::ALL[0];
        let twice = format!("{}, {}", first.name, first.short);
        let chosen = twice.parse::<Selection>().unwrap().0;
        assert_eq!(chosen.iter().map(|task| task.name).collect::<Vec<_>>(), [first.name]);
        assert_eq!("all".parse::<Selection>().unwrap().0.len(), tasks::ALL.len());
    }

    #[test]
    fn a_mistyped_task_is_named_with_the_nearest_one() {
        let error = "push_butons".parse::<Selection>().unwrap_err();
        assert_eq!(error, "no task is called `push_butons`; did you mean `push_buttons`?");
        assert!("".parse::<Selection>().is_err());
    }
}
