//! Real-time factor and tip error, ours and MuJoCo's, repeat by repeat in turn.

use super::mjcf;
use super::timed_scene::{self, Repeat};
use crate::statistics::median;
use crate::tools::bench::mujoco::Mujoco;
use crate::tools::bench::report::{Metric, spread};

/// The metrics, and a line of text about MuJoCo.
pub(super) fn measure(repeats: usize) -> anyhow::Result<(Vec<Metric>, String)> {
    let mut mujoco = Mujoco::physics(&mjcf::work());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..repeats {
        ours.push(timed_scene::repeat()?);
        if let Ok(mujoco) = &mut mujoco {
            let answer: Result<Repeat, String> = mujoco.repeat();
            theirs.push(answer.map_err(|why| anyhow::anyhow!("{}: {why}", mujoco.name))?);
        }
    }
    let mut metrics = report("", &ours);
    let note = match &mujoco {
        Err(reason) => format!("no comparison with MuJoCo: {reason}\n"),
        Ok(mujoco) => {
            metrics.extend(report("mujoco/", &theirs));
            let ratios: Vec<f64> = ours
                .iter()
                .zip(&theirs)
                .map(|(a, b)| a.real_time_factor / b.real_time_factor)
                .collect();
            metrics.extend(spread("real_time_factor_over_mujoco", &ratios, "x"));
            format!("{}: same scene and commands, 5 ms steps, in turn\n", mujoco.name)
        }
    };
    Ok((metrics, note))
}

/// One number of a repeat.
type Read = fn(&Repeat) -> f64;

fn report(prefix: &str, repeats: &[Repeat]) -> Vec<Metric> {
    let of = |read: Read| -> Vec<f64> { repeats.iter().map(read).collect() };
    let name = |name: &str| format!("{prefix}{name}");
    let mut metrics =
        spread(&name("real_time_factor"), &of(|r| r.real_time_factor), "x real time").to_vec();
    let single: [(&str, Read, &str); 4] = [
        ("tip_error_moving", |r| r.moving_mm, "mm"),
        ("tip_error_at_rest", |r| r.rest_mm, "mm"),
        ("bodies_strayed", |r| r.strayed_mm, "mm"),
        ("contacts", |r| r.contacts as f64, "count"),
    ];
    metrics
        .extend(single.map(|(part, read, unit)| Metric::new(name(part), median(&of(read)), unit)));
    metrics
}
