//! What `mirror video` is asked for.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use sim::episode::rollout::Job;
use sim::render::camera::Camera;
use sim::render::raster::MAX_SIDE;
use sim::robot::action::Action;
use sim::task::Task;

use super::actor::Actor;
use crate::cli::flags;
use crate::cli::flags::{DeviceFlag, GraspFlag, RendererFlag, RulesFlag, Seed, Workers};
use crate::cli::usage::UsageError;
use crate::media::film::CameraView;
use crate::media::mp4;

/// Arguments of `mirror video`.
#[derive(Args, Clone, Debug)]
pub struct FilmArguments {
    /// Task to film
    #[arg(long, value_name = "NAME", required_unless_present = "all", value_parser = flags::task)]
    pub(super) task: Option<&'static Task>,
    /// Film every task instead: first, middle and last moment of each, on one sheet
    #[arg(long, conflicts_with_all = ["task", "every", "frames", "keyframes"])]
    pub(super) all: bool,
    /// Variation of the task
    #[arg(long, value_name = "V", default_value_t = 0)]
    pub(super) variation: usize,
    #[command(flatten)]
    pub(super) seed: Seed,
    /// Who acts: `expert`, `replay` (its keyframes sent through the action interface), or the folder of a
    /// trained run, which sees what the rasteriser draws
    #[arg(long, default_value = "expert", value_name = "AGENT|RUN")]
    pub(super) agent: Actor,
    /// front, left_shoulder, right_shoulder, overhead, wrist, side, behind, close, or eye:target in
    /// metres [default: front; with --all behind]
    #[arg(long, value_name = "NAME|x,y,z:x,y,z", allow_hyphen_values = true)]
    pub(super) camera: Option<CameraView>,
    /// Size of each picture, pixels [default: 256x256; with --all 160x160]
    #[arg(long, value_name = "WxH")]
    pub(super) size: Option<Size>,
    /// Pictures on a contact sheet, evenly spaced [default: 12]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=400), conflicts_with = "keyframes")]
    pub(super) frames: Option<u32>,
    /// Show every N-th control step (of 20 per second) of a film [default: 2 for .gif, 1 for .mp4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100), conflicts_with_all = ["keyframes", "frames"])]
    pub(super) every: Option<u16>,
    /// Show the keyframes only
    #[arg(long)]
    pub(super) keyframes: bool,
    #[command(flatten)]
    pub(super) renderer: RendererFlag,
    #[command(flatten)]
    pub(super) rules: RulesFlag,
    #[command(flatten)]
    pub(super) grasp: GraspFlag,
    #[command(flatten)]
    pub(super) device: DeviceFlag,
    #[command(flatten)]
    pub(super) workers: Workers,
    /// File to write, replaced if it exists: .png is a contact sheet, .gif and .mp4 are films
    #[arg(long, value_name = "FILE.png|.gif|.mp4")]
    pub(super) out: PathBuf,
}

impl FilmArguments {
    /// What a trained run does in an episode of each of the jobs; nothing where another agent acts.
    pub(super) fn actions(&self, jobs: &[Job]) -> anyhow::Result<Option<Vec<Vec<Action>>>> {
        let pool = self.workers.pool()?;
        let rules = (self.rules.rules, self.grasp.grasp);
        pool.install(|| self.agent.actions(rules, self.device, jobs))
    }

    /// The camera for pictures of this size, pixels.
    pub(super) fn camera(&self, size: [u32; 2]) -> anyhow::Result<Camera> {
        let usual = || if self.all { "behind" } else { "front" }.parse();
        let camera_view = self.camera.clone().map_or_else(usual, Ok);
        Ok(camera_view.map_err(anyhow::Error::msg)?.camera(size))
    }

    /// Flags that the kind of file has no use for are mistakes, not to be ignored.
    pub(super) fn refuse(&self, kind: &str) -> anyhow::Result<()> {
        let moving = kind != "png";
        let odd = self.size.is_some_and(|size| !size.0.into_iter().all(mp4::is_side));
        let (least, most) = mp4::SIDES;
        let wrong = match kind {
            _ if moving && self.all => "--all: makes a contact sheet, so --out must end in .png",
            _ if moving && self.frames.is_some() => {
                "--frames: is for .png; --every is for .gif and .mp4"
            }
            "png" if self.every.is_some() => "--every: is for .gif and .mp4; --frames is for .png",
            "mp4" if odd => &format!("--size: sides of an .mp4 must be even, {least} to {most}"),
            _ => return Ok(()),
        };
        Err(UsageError(wrong.into()).into())
    }
}

/// Width and height, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size(pub(super) [u32; 2]);

/// Smaller pictures show nothing.
const SMALLEST: u32 = 16;

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let side = |text: &str| {
            let side = text.parse().ok();
            side.filter(|side| (SMALLEST..=MAX_SIDE).contains(side))
        };
        let both = text.split_once('x').and_then(|(w, h)| Some([side(w)?, side(h)?]));
        both.map(Self)
            .ok_or_else(|| format!("is not WIDTHxHEIGHT in pixels, each {SMALLEST} to {MAX_SIDE}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_sides_within_limits() {
        assert_eq!("320x240".parse(), Ok(Size([320, 240])));
        for wrong in ["", "320", "320x", "x240", "0x240", "320x99999", "-1x20", "320x240x3"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }
}
