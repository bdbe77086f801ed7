//! The one list of a run's tables.
//!
//! Every table begins with the same columns: `run` is the hash of the resolved configuration, `arm` the
//! name of the arm, `pairing` one of `instruction`, `episode`, `task` or `none`, `tau` the temperature,
//! and `seed` the seed of training.

use super::column::table;
use super::{Column, Row as _};

table! {
    /// One episode in closed loop.
    pub struct Episode in "episodes" {
        /// Hash of the resolved configuration.
        run: String,
        /// Name of the arm.
        arm: String,
        /// What counts as a pair in the alignment.
        pairing: String,
        /// Temperature of the alignment.
        tau: f64,
        /// Seed of training.
        seed: i64,
        /// Name of the task.
        task: String,
        /// Which variation of it.
        variation: i64,
        /// Seed of the scene; the same scenes serve every arm.
        scene_seed: i64,
        /// Whether the task was done.
        success: bool,
        /// How the episode ended: `success`, `steps`, `no_path`, ...
        reason: String,
        /// Actions taken.
        actions: i64,
        /// Film of it, below the folder of the evaluation.
        film: Option<String>,
    }
}

table! {
    /// One video to recognise.
    pub struct Recognition in "recognition" {
        /// Hash of the resolved configuration.
        run: String,
        /// Name of the arm.
        arm: String,
        /// What counts as a pair in the alignment.
        pairing: String,
        /// Temperature of the alignment.
        tau: f64,
        /// Seed of training.
        seed: i64,
        /// Task that the video shows.
        task: String,
        /// Variation that it shows.
        variation: i64,
        /// Seed of the scene.
        scene_seed: i64,
        /// Task that was recognised.
        predicted_task: String,
        /// Variation that was recognised.
        predicted_variation: i64,
        /// The sentence was right among those of all tasks.
        hit_inst: bool,
        /// The sentence was right among those of the task.
        hit_within: bool,
        /// The task was right.
        hit_task: bool,
    }
}

table! {
    /// One number of one training step; names are listed with [`ALL`].
    pub struct Training in "training" {
        /// Hash of the resolved configuration.
        run: String,
        /// Name of the arm.
        arm: String,
        /// What counts as a pair in the alignment.
        pairing: String,
        /// Temperature of the alignment.
        tau: f64,
        /// Seed of training.
        seed: i64,
        /// Part of the schedule: a solo phase, the warm-up, or the joint phase.
        phase: String,
        /// Optimiser step in the phase, from 0.
        step: i64,
        /// What was measured; a part after a slash says of what, as in `loss/policy`.
        name: String,
        /// The number, in the unit of its name.
        value: f64,
    }
}

table! {
    /// Offline keyframe hits and recognition of one task, counted on the split for validation.
    pub struct Validation in "validation" {
        /// Hash of the resolved configuration.
        run: String,
        /// Name of the arm.
        arm: String,
        /// What counts as a pair in the alignment.
        pairing: String,
        /// Temperature of the alignment.
        tau: f64,
        /// Seed of training.
        seed: i64,
        /// Part of the schedule.
        phase: String,
        /// Optimiser step in the phase.
        step: i64,
        /// Name of the task.
        task: String,
        /// Transitions predicted.
        transitions: i64,
        /// Of them, positions close enough.
        position: i64,
        /// Rotations close enough.
        rotation: i64,
        /// Grippers right.
        gripper: i64,
        /// Collision flags right.
        collision: i64,
        /// Transitions with all four right.
        all: i64,
        /// Videos shown.
        clips: i64,
        /// Of them, sentences recognised.
        recognised: i64,
    }
}

table! {
    /// One number of a probe on frozen towers.
    pub struct Probe in "probe" {
        /// Hash of the resolved configuration.
        run: String,
        /// Name of the arm.
        arm: String,
        /// What counts as a pair in the alignment.
        pairing: String,
        /// Temperature of the alignment.
        tau: f64,
        /// Seed of training.
        seed: i64,
        /// Which features, or which control.
        variant: String,
        /// What was measured.
        metric: String,
        /// The number.
        value: f64,
    }
}

table! {
    /// One cell of a study: what became of it and its headline numbers, rates in 0..=1.
    pub struct Cell in "cells" {
        /// Hash of the cell.
        cell: String,
        /// Hash of its run; empty where there is none.
        run: String,
        /// Name of the arm.
        arm: String,
        /// What counts as a pair in the alignment.
        pairing: String,
        /// Temperature of the alignment.
        tau: f64,
        /// Seed of training.
        seed: i64,
        /// `done`, `failed` or `missing`.
        status: String,
        /// Success in closed loop.
        success: Option<f64>,
        /// Lower end of its 95 % Wilson interval.
        success_low: Option<f64>,
        /// Upper end.
        success_high: Option<f64>,
        /// Recognition among the sentences of all tasks.
        a_inst: Option<f64>,
        /// Lower end of its 95 % Wilson interval.
        a_inst_low: Option<f64>,
        /// Upper end.
        a_inst_high: Option<f64>,
        /// Recognition among the sentences of the task.
        a_within: Option<f64>,
        /// Recognition of the task.
        a_task: Option<f64>,
        /// Offline keyframe hit rate at the last validation.
        hit_rate: Option<f64>,
        /// Episodes in closed loop.
        episodes: i64,
    }
}

/// Where a row comes from: the columns that all tables of a run share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Origin<'a> {
    /// Hash of the resolved configuration.
    pub run: &'a str,
    /// Name of the arm.
    pub arm: &'a str,
    /// What counts as a pair in the alignment.
    pub pairing: &'a str,
    /// Temperature of the alignment.
    pub tau: f64,
    /// Seed of training.
    pub seed: i64,
}

/// A row of a table that every run has.
pub trait OriginRow: super::Row {
    /// Where it comes from.
    fn origin(&self) -> Origin<'_>;
}

macro_rules! origin {
    ($($row:ty),*) => {$(
        impl OriginRow for $row {
            fn origin(&self) -> Origin<'_> {
                let Self { run, arm, pairing, tau, seed, .. } = self;
                Origin { run, arm, pairing, tau: *tau, seed: *seed }
            }
        }
    )*};
}
origin!(Episode, Recognition, Training, Validation, Probe);

/// Every table of a run with its columns.
pub const ALL: &[(&str, &[Column])] = &[
    (Episode::NAME, Episode::COLUMNS),
    (Recognition::NAME, Recognition::COLUMNS),
    (Training::NAME, Training::COLUMNS),
    (Validation::NAME, Validation::COLUMNS),
    (Probe::NAME, Probe::COLUMNS),
    (Cell::NAME, Cell::COLUMNS),
];
