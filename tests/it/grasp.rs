//! Held objects stay where they were grasped.

use rayon::prelude::*;
use sim::robot::GraspMode;
use sim::trial::{Specimen, grasp_trial, specimens};

/// Runs the specimens and asserts the largest slip of each.
fn assert_slips(chosen: impl Fn(&Specimen) -> bool + Sync, mode: GraspMode, limit: f32) {
    let specimens: Vec<Specimen> = specimens().into_iter().filter(chosen).collect();
    assert!(!specimens.is_empty());
    let trials: Vec<_> = specimens.par_iter().map(|s| grasp_trial(s, mode).unwrap()).collect();
    for trial in trials {
        for reading in &trial.readings {
            let (name, phase, slip) = (&trial.specimen, reading.phase, reading.slip);
            assert!(slip.distance < limit, "{name} {}: {slip:?}", phase.name());
        }
        for peak in trial.acceleration {
            assert!(peak > 1.6, "{}: shaken with {peak} g only", trial.specimen);
        }
    }
}

#[test]
fn friction_alone_holds_boxes_and_cylinders_to_within_2_mm() {
    assert_slips(|specimen| specimen.firm, GraspMode::Friction, 2.0);
}

#[test]
fn friction_alone_does_not_drop_a_ball() {
    assert_slips(|specimen| !specimen.firm, GraspMode::Friction, 5.0);
}

#[test]
fn what_is_attached_does_not_move_in_the_hand() {
    assert_slips(|_| true, GraspMode::Assist, 1.0);
}
