//! Held objects stay where they were grasped.

use rayon::prelude::*;
use sim::robot::GraspMode;
use sim::trial::{TestObject, grasp_trial, test_objects};

/// Runs the objects and asserts the largest slip of each.
fn assert_slips(chosen: impl Fn(&TestObject) -> bool + Sync, mode: GraspMode, limit: f32) {
    let test_objects: Vec<TestObject> = test_objects().into_iter().filter(chosen).collect();
    assert!(!test_objects.is_empty());
    let trials: Vec<_> = test_objects.par_iter().map(|s| grasp_trial(s, mode).unwrap()).collect();
    for trial in trials {
        for reading in &trial.readings {
            let (name, phase, slip) = (&trial.test_object, reading.phase, reading.slip);
            assert!(slip.distance < limit, "{name} {}: {slip:?}", phase.name());
        }
        for peak in trial.acceleration {
            assert!(peak > 1.6, "{}: shaken with {peak} g only", trial.test_object);
        }
    }
}

#[test]
fn friction_alone_holds_boxes_and_cylinders_to_within_2_mm() {
    assert_slips(|test_object| test_object.firm, GraspMode::Friction, 2.0);
}

#[test]
fn friction_alone_does_not_drop_a_ball() {
    assert_slips(|test_object| !test_object.firm, GraspMode::Friction, 5.0);
}

#[test]
fn what_is_attached_does_not_move_in_the_hand() {
    assert_slips(|_| true, GraspMode::Assist, 1.0);
}
