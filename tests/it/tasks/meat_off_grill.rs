//! Near misses of `meat_off_grill`.

use sim::scene::frame::{Pose, at};

use crate::judge::Judge;

/// A place on or beside the grill, by its own frame.
fn on(judge: &Judge, x: f32, y: f32, z: f32) -> Pose {
    judge.pose("grill") * at(x, y, z)
}

#[test]
fn the_named_meat_lies_on_the_shelf_and_is_let_go() {
    for (variation, meat, other) in [(0, "chicken", "steak"), (1, "steak", "chicken")] {
        let mut judge = Judge::of("meat_off_grill", variation, 3);
        assert!(!judge.success(), "as it begins");
        let shelf = on(&judge, 0.025, -0.178, 0.330);
        judge.put(other, shelf).run(0.5);
        assert!(!judge.success(), "the wrong piece");
        let grate = on(&judge, 0.034, 0.048, 0.305);
        judge.put(other, grate).put(meat, shelf).run(0.5);
        assert!(judge.success(), "{:?}", judge.parts());
        assert_eq!(judge.holding(true).parts(), ["meat on the shelf"], "still held");
        judge.holding(false);
        let near_edge = on(&judge, 0.034, -0.045, 0.305);
        judge.put(meat, near_edge).run(0.5);
        assert!(!judge.success(), "on the grate, next to the shelf");
        let above = on(&judge, 0.025, -0.178, 0.36);
        judge.put(meat, above);
        assert!(!judge.success(), "above the shelf");
        let table = on(&judge, 0.025, -0.36, 0.02);
        judge.put(meat, table).run(0.5);
        assert!(!judge.success(), "on the table");
    }
}
