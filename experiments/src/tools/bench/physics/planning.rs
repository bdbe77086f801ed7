//! Time of inverse kinematics, planning and snapshots.

use anyhow::Context as _;
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;
use sim::robot::cell::Cell;
use sim::robot::clearance::widen;
use sim::robot::ik::Ik;
use sim::robot::ik_benchmark::ik_benchmark;
use sim::robot::motion::{PathKind, Planner};
use sim::robot::panda::{FINGER_TRAVEL, HOME};
use sim::robot::{Clearance, GraspMode};
use sim::scene::frame::{Pose, TABLE_TOP, Vec3, down};
use sim::trial::golden;

use crate::cli::clock::thread_seconds;
use crate::statistics::median;
use crate::tools::bench::report::Metric;

/// Poses of the inverse-kinematics benchmark.
const POSES: usize = 10_000;

/// All metrics of this file.
pub(super) fn measure(repeats: usize) -> anyhow::Result<Vec<Metric>> {
    let mut metrics = kinematics();
    metrics.extend(plans(repeats)?);
    metrics.extend(snapshots(repeats)?);
    Ok(metrics)
}

fn kinematics() -> Vec<Metric> {
    let clock = thread_seconds();
    let report = ik_benchmark(POSES, &mut ChaCha8Rng::seed_from_u64(7));
    let seconds = thread_seconds() - clock;
    vec![
        Metric::new("inverse_kinematics", seconds * 1e6 / POSES as f64, "us/solve"),
        Metric::new("inverse_kinematics_solved", report.success_rate * 100.0, "%"),
    ]
}

/// Plans in the golden cell, with its real collision checks: a line beside the wall, and a detour
/// over it.
fn plans(repeats: usize) -> anyhow::Result<Vec<Metric>> {
    let cell = golden::start(GraspMode::Assist);
    let pose = |y: f32| widen(Pose::from_parts(Vec3::new(0.28, y, TABLE_TOP + 0.12), down(0.0)));
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let beside = Ik::default().solve(&pose(-0.18), &HOME, &mut rng).context("within reach")?;
    let mut metrics = Vec::new();
    let cases = [("line", HOME, -0.18, PathKind::Line), ("detour", beside, 0.2, PathKind::Detour)];
    for (name, from, y, kind) in cases {
        let mut times = Vec::new();
        for seed in 0..repeats as u64 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let clock = thread_seconds();
            let clearance = Clearance::new(cell.world(), FINGER_TRAVEL, cell.tip(), &[]);
            let path = Planner::default()
                .plan(&from, &pose(y), &mut |q| clearance.free(q), &mut rng)
                .with_context(|| format!("plan of a {name}"))?;
            times.push((thread_seconds() - clock) * 1e3);
            anyhow::ensure!(path.kind == kind, "the plan of a {name} is no {name}");
        }
        metrics.push(Metric::new(format!("plan/{name}"), median(&times), "ms"));
    }
    Ok(metrics)
}

fn snapshots(repeats: usize) -> anyhow::Result<Vec<Metric>> {
    let cell = golden::start(GraspMode::Assist);
    let (mut save, mut load, mut bytes) = (Vec::new(), Vec::new(), 0);
    for _ in 0..repeats.max(20) {
        let clock = thread_seconds();
        let snapshot = cell.snapshot()?;
        save.push((thread_seconds() - clock) * 1e6);
        let clock = thread_seconds();
        let copy = Cell::restore(&snapshot)?;
        load.push((thread_seconds() - clock) * 1e6);
        anyhow::ensure!(copy.state_hash() == cell.state_hash(), "a snapshot differs");
        bytes = snapshot.len();
    }
    Ok(vec![
        Metric::new("snapshot/save", median(&save), "us"),
        Metric::new("snapshot/restore", median(&load), "us"),
        Metric::new("snapshot/size", bytes as f64, "bytes"),
    ])
}
