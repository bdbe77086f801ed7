//! Near misses of `stack_cups`.

use crate::judge::Judge;
use sim::scene::frame::{Pose, about, at};

/// The scene with cups at these heights above where the base stands, m.
fn arranged(cups: &[(&str, f32)]) -> Judge {
    let mut judge = Judge::of("stack_cups", 5, 0);
    let base = judge.pose("base");
    for &(name, height) in cups {
        judge.put(name, base * at(0.0, 0.0, height));
    }
    judge.run(0.05);
    judge
}

#[test]
fn both_cups_must_stand_in_the_base() {
    assert!(arranged(&[("cup0", 0.045), ("cup1", 0.09)]).run(1.0).success());
    assert!(arranged(&[("cup1", 0.045), ("cup0", 0.09)]).run(1.0).success(), "in any order");
    assert!(!arranged(&[]).run(1.0).success(), "nothing was done");
    assert!(!arranged(&[("cup0", 0.045)]).success(), "one of two");
    assert!(!arranged(&[("cup1", 0.045)]).success(), "the other of two");
    assert!(!arranged(&[("cup0", 0.045), ("cup1", 0.13)]).success(), "half in");
}

#[test]
fn the_named_cup_must_be_the_lowest() {
    let wrong = [("cup0", 0.0), ("base", 0.045), ("cup1", 0.09)];
    assert!(!arranged(&wrong).success());
    let wrong = [("cup0", 0.0), ("cup1", 0.045), ("base", 0.09)];
    assert!(!arranged(&wrong).success());
}

#[test]
fn a_cup_upside_down_on_the_rim_is_not_in_it() {
    let mut judge = arranged(&[("cup0", 0.045)]);
    let turned = Pose::from_rotation(about(sim::scene::frame::Vec3::X, core::f32::consts::PI));
    let pose = judge.pose("base") * at(0.0, 0.0, 0.045 + 0.256) * turned;
    assert!(!judge.put("cup1", pose).run(0.5).success());
}

#[test]
fn the_last_cup_must_be_let_go() {
    let mut judge = arranged(&[("cup0", 0.045), ("cup1", 0.09)]);
    assert_eq!(judge.holding(true).parts(), ["both in the base"]);
}
