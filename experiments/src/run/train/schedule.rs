//! Phases of a run, and the learning rate in each.

use serde::{Deserialize, Serialize};

use super::pairs::StepPosition;
use crate::run::config::Config;

/// What learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Each tower alone; every arm of a study begins with the same.
    Solo,
    /// Only the linear maps; the baseline has no such phase.
    Warm,
    /// Everything together; in the baseline each tower alone.
    Joint,
}

impl Phase {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Solo => "solo",
            Self::Warm => "warm",
            Self::Joint => "joint",
        }
    }

    /// Steps of it in a run.
    pub fn steps(self, config: &Config) -> u64 {
        match self {
            Self::Solo => config.train.solo_steps,
            Self::Warm if config.align.enabled => config.train.warm_steps,
            Self::Warm => 0,
            Self::Joint => config.train.joint_steps,
        }
    }

    /// Where step `step` stands. Keys do not overlap between phases, so the joint phase of every arm
    /// draws the same numbers whatever came before.
    pub fn position(self, config: &Config, step: u64) -> StepPosition {
        let progress = step as f64 / self.steps(config).max(1) as f64;
        StepPosition { key: ((self as u64) << 40) + step, progress }
    }

    /// Share of the peak learning rate at a step: linear warm-up, then half a cosine.
    pub fn rate(self, config: &Config, step: u64) -> f64 {
        let train = &config.train;
        if self == Self::Warm {
            return 1.0;
        }
        let (steps, warm) = (self.steps(config), train.warmup.min(self.steps(config) / 2));
        let scale = if self == Self::Joint { train.joint_lr } else { 1.0 };
        if step < warm {
            return scale * (step + 1) as f64 / warm as f64;
        }
        let done = (step - warm) as f64 / (steps - warm).max(1) as f64;
        let cosine = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
        scale * (train.final_lr + (1.0 - train.final_lr) * cosine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_rise_then_fall_to_the_last_share() {
        let config = Config::default();
        let rate = |phase: Phase, step| phase.rate(&config, step);
        assert!((rate(Phase::Solo, 0) - 0.05).abs() < 1e-12);
        assert!((rate(Phase::Solo, 20) - 1.0).abs() < 1e-12);
        assert!((rate(Phase::Solo, 250) - 0.02).abs() < 1e-12);
        assert!((rate(Phase::Solo, 135) - (0.02 + 0.98 * 0.5)).abs() < 1e-12);
        assert!((rate(Phase::Joint, 20) - 0.5).abs() < 1e-12);
        assert!((rate(Phase::Warm, 0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_baseline_has_no_maps_to_warm_and_joint_steps_have_the_same_keys() {
        let mut config = Config::default();
        let joint = Phase::Joint.position(&config, 3);
        assert_eq!(Phase::Warm.steps(&config), 20);
        config.align.enabled = false;
        assert_eq!(Phase::Warm.steps(&config), 0);
        assert_eq!(Phase::Joint.position(&config, 3), joint);
        assert_ne!(Phase::Solo.position(&config, 3).key, joint.key);
    }
}
