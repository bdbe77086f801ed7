//! Near misses of `place_wine_at_rack_location`.

use core::f32::consts::FRAC_PI_2;

use sim::scene::frame::{Pose, Vec3, about, at};

use crate::judge::Judge;

/// Pose of a bottle that lies in a place this far left of the rack's middle, `back` from its stop.
fn lying(judge: &Judge, left: f32, back: f32) -> Pose {
    let turn = about(Vec3::Y, 0.35 - FRAC_PI_2);
    let place = Pose::from_parts(Vec3::new(-0.08, -0.10 + left, 0.198), turn);
    judge.pose("rack") * place * at(0.001, 0.0, back)
}

#[test]
fn the_bottle_lies_in_the_named_place_and_is_let_go() {
    for (variation, left) in [(0, 0.0), (1, 0.10), (2, -0.10)] {
        let mut judge = Judge::of("place_wine_at_rack_location", variation, 4);
        assert!(!judge.success(), "as it begins");
        for wrong in [0.0, 0.10, -0.10].into_iter().filter(|&other| other != left) {
            let there = lying(&judge, wrong, 0.003);
            judge.put("bottle", there).run(0.5);
            assert!(!judge.success(), "variation {variation} in the place at {wrong}");
        }
        let half = lying(&judge, left, 0.07);
        judge.put("bottle", half);
        assert!(!judge.success(), "half in");
        let there = lying(&judge, left, 0.003);
        judge.put("bottle", there).run(1.0);
        assert!(judge.success(), "{:?}", judge.parts());
        assert_eq!(judge.holding(true).parts(), ["bottle in its place"], "still held");
        judge.holding(false);
        let above = lying(&judge, left, 0.003);
        judge.put("bottle", at(0.0, 0.0, 0.06) * above);
        assert!(!judge.success(), "above its place");
    }
}
