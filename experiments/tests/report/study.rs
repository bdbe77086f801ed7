//! A made-up study on disk whose outcomes follow formulas, so that its report is known beforehand.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use experiments::run::config::Config;
use experiments::store::checksum::{FileEntry, RunRecord};
use experiments::store::run_folder::RunFolder;
use experiments::store::tables;
use experiments::store::tables::{Episode, Recognition, Row, Training, Validation};
use experiments::study::plan::{Cell, FORMAT, PLAN, Plan};

/// Tasks of the study.
pub(crate) const TASKS: [&str; 6] =
    ["close_jar", "open_drawer", "push_buttons", "stack_cups", "sweep_to_dustpan", "turn_tap"];
/// Scenes of each task.
pub(crate) const SCENES: i64 = 20;
const STEPS: i64 = 200;

/// Name, pairing, temperature, and how many of the 20 scenes of task `t` under seed `s` are solved:
/// the first so many.
type Arm = (&'static str, &'static str, f64, fn(i64, i64) -> i64);

const ARMS: [Arm; 6] = [
    ("baseline", "none", 0.1, |t, s| 6 + 2 * t - s),
    ("episode 0.1", "episode", 0.1, |t, s| 7 + 2 * t - s),
    ("instruction 0.1", "instruction", 0.1, |t, s| 9 + 2 * t - s - t % 2),
    ("task 0.1", "task", 0.1, |t, s| 6 + 2 * t - s),
    ("instruction 0.02", "instruction", 0.02, |t, s| 7 + 2 * t - s),
    ("instruction 0.2", "instruction", 0.2, |t, _| 8 + 2 * t),
];

/// Seeds of training.
const SEEDS: i64 = 2;

fn plan() -> Plan {
    let cells = ARMS.iter().enumerate().flat_map(|(index, (arm, pairing, tau, _))| {
        (0..SEEDS).map(move |seed| Cell {
            id: format!("{:016x}", 0xa0 + 16 * index as i64 + seed),
            arm: (*arm).to_owned(),
            pairing: (*pairing).to_owned(),
            tau: *tau,
            seed,
            axes: BTreeMap::new(),
        })
    });
    Plan {
        format: FORMAT,
        study: "formulas".into(),
        config: serde_json::json!({"preset": "tiny", "steps": STEPS}),
        primary: ["instruction 0.1".into(), "baseline".into()],
        cells: cells.collect(),
    }
}

/// Writes the study; cells of `task 0.1` are missing, one of `instruction 0.2` has failed.
pub(crate) fn write(folder: &Path) -> Plan {
    let plan = plan();
    fs::write(folder.join(PLAN), serde_json::to_vec_pretty(&plan).unwrap()).unwrap();
    for cell in &plan.cells {
        let home = cell.folder(folder);
        if cell.arm == "task 0.1" {
            continue;
        }
        fs::create_dir_all(home.path()).unwrap();
        if cell.arm == "instruction 0.2" && cell.seed == 1 {
            fs::write(home.failed(), "{}").unwrap();
            continue;
        }
        let run = cell.id.replace("00000000", "ffffffff");
        let files = vec![
            table(&home, &path(folder, cell, "episodes"), &episodes(cell, &run)),
            table(&home, &path(folder, cell, "recognition"), &recognition(cell, &run)),
            table(&home, &path(folder, cell, "training"), &training(cell, &run)),
            table(&home, &path(folder, cell, "validation"), &validation(cell, &run)),
        ];
        RunRecord { run, files }.store(&home.done()).unwrap();
    }
    plan
}

/// Writes one cell of the study as a run of its own.
pub(crate) fn write_run(folder: &Path) {
    let cell = &plan().cells[0];
    let run = RunFolder::new(folder);
    fs::write(run.config(), Config::default().to_json().unwrap()).unwrap();
    let evaluated = run.evaluation("test-0").table::<Episode>();
    tables::write(&evaluated, &episodes(cell, "0123456789abcdef")).unwrap();
    tables::write(&run.table::<Training>(), &training(cell, "0123456789abcdef")).unwrap();
}

/// Path of a table of a cell.
pub(crate) fn path(folder: &Path, cell: &Cell, name: &str) -> PathBuf {
    let run = cell.folder(folder);
    match name {
        "episodes" => run.study_evaluation().table::<Episode>(),
        "recognition" => run.study_evaluation().table::<Recognition>(),
        "training" => run.table::<Training>(),
        _ => run.table::<Validation>(),
    }
}

fn table<R: Row>(home: &RunFolder, path: &Path, rows: &[R]) -> FileEntry {
    tables::write(path, rows).unwrap();
    FileEntry::of(home.relative(path), &fs::read(path).unwrap())
}

fn solved(cell: &Cell, task: i64) -> i64 {
    let arm = ARMS.iter().find(|arm| arm.0 == cell.arm).unwrap();
    (arm.3)(task, cell.seed)
}

fn scenes() -> impl Iterator<Item = (i64, &'static str, i64)> {
    (0..).zip(TASKS).flat_map(|(t, task)| (0..SCENES).map(move |scene| (t, task, scene)))
}

fn episodes(cell: &Cell, run: &str) -> Vec<Episode> {
    let row = |(t, task, scene): (i64, &str, i64)| Episode {
        run: run.into(),
        arm: cell.arm.clone(),
        pairing: cell.pairing.clone(),
        tau: cell.tau,
        seed: cell.seed,
        task: task.into(),
        variation: scene % 3,
        scene_seed: 2_000_000_000_000 + scene,
        success: scene < solved(cell, t),
        reason: if scene < solved(cell, t) { "success" } else { "steps" }.into(),
        actions: 5 + scene,
        film: None,
    };
    scenes().map(row).collect()
}

fn recognition(cell: &Cell, run: &str) -> Vec<Recognition> {
    let row = |(t, task, scene): (i64, &str, i64)| {
        let hit = scene < solved(cell, t) - 2;
        Recognition {
            run: run.into(),
            arm: cell.arm.clone(),
            pairing: cell.pairing.clone(),
            tau: cell.tau,
            seed: cell.seed,
            task: task.into(),
            variation: scene % 3,
            scene_seed: 2_000_000_000_000 + scene,
            predicted_task: if hit { task } else { "turn_tap" }.into(),
            predicted_variation: scene % 3,
            hit_inst: hit,
            hit_within: scene < solved(cell, t),
            hit_task: scene < solved(cell, t) + 1,
        }
    };
    scenes().map(row).collect()
}

fn training(cell: &Cell, run: &str) -> Vec<Training> {
    let aligned = cell.pairing != "none";
    let row = |step: i64, name: &str, value: f64| Training {
        run: run.into(),
        arm: cell.arm.clone(),
        pairing: cell.pairing.clone(),
        tau: cell.tau,
        seed: cell.seed,
        phase: "joint".into(),
        step,
        name: name.into(),
        value,
    };
    let at = |step: i64| {
        let part = step as f64 / STEPS as f64;
        let wave = 0.05 * (step as f64 / 7.0 + cell.seed as f64).sin();
        let (video, policy) = (0.9 - 0.5 * part + wave, 1.6 - 0.9 * part - wave);
        let mut rows = vec![
            row(step, "loss/video", video),
            row(step, "loss/policy", policy),
            row(step, "learning_rate", 1e-4 * (1.0 - part)),
        ];
        let alignment = if aligned { 0.8 - 0.6 * part } else { 0.0 };
        if aligned {
            rows.push(row(step, "loss/align", alignment));
            rows.push(row(step, "recall", 0.1 + 0.6 * part + wave));
            rows.push(row(step, "cosine/policy", 0.3 - 0.5 * part + wave));
            rows.push(row(step, "cosine/video", 0.2 + wave));
        }
        rows.push(row(step, "loss", video + policy + alignment));
        rows
    };
    let tasks = (0..).zip(TASKS).filter(|_| aligned).map(|(t, task)| {
        let name = format!("recall/{task}");
        row(STEPS, &name, 0.3 + 0.02 * (t * t % 7) as f64 + 0.03 * t as f64)
    });
    (0..=STEPS).step_by(2).flat_map(at).chain(tasks).collect()
}

fn validation(cell: &Cell, run: &str) -> Vec<Validation> {
    let row = |step: i64, (t, task): (i64, &str)| {
        let all = 10 + step / 10 + t;
        Validation {
            run: run.into(),
            arm: cell.arm.clone(),
            pairing: cell.pairing.clone(),
            tau: cell.tau,
            seed: cell.seed,
            phase: "joint".into(),
            step,
            task: task.into(),
            transitions: 50,
            position: all + 5,
            rotation: all + 8,
            gripper: 48,
            collision: 49,
            all,
            clips: 10,
            recognised: 2 + step / 50 + t % 2,
        }
    };
    let step = |step: i64| (0..).zip(TASKS).map(move |task| row(step, task));
    (0..=STEPS).step_by(50).flat_map(step).collect()
}
