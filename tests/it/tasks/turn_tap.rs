//! Near misses of `turn_tap`.

use crate::judge::Judge;

#[test]
fn a_quarter_turn_of_the_named_handle_counts() {
    for (variation, name, other) in [(0, "tap_left", "tap_right"), (1, "tap_right", "tap_left")] {
        let mut judge = Judge::of("turn_tap", variation, 0);
        assert!(!judge.success(), "untouched");
        assert!(!judge.joint(name, 1.56).success(), "not far enough");
        assert!(!judge.joint(other, 3.0).success(), "the other one turned further");
        assert!(judge.joint(name, 1.58).success());
    }
}

#[test]
fn left_is_on_the_left_of_someone_the_spout_points_at() {
    for seed in 0..4 {
        let judge = Judge::of("turn_tap", 0, seed);
        let tap = judge.pose("tap_main");
        let left = tap.inverse() * judge.pose("tap_left");
        let right = tap.inverse() * judge.pose("tap_right");
        // The spout points along the tap's -x; looking back along it, +y is on the left.
        assert!(left.translation.y > 0.1 && right.translation.y < -0.1);
    }
}
