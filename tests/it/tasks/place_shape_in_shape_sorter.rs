//! Near misses of `place_shape_in_shape_sorter`.

use sim::scene::frame::at;

use crate::judge::Judge;

const SHAPES: [&str; 5] = ["cube", "cylinder", "triangular prism", "star", "moon"];

#[test]
fn the_named_shape_must_be_inside() {
    for (variation, shape) in SHAPES.into_iter().enumerate() {
        let mut judge = Judge::of("place_shape_in_shape_sorter", variation, 2);
        let sorter = judge.pose("sorter");
        let hole = (variation as f32 - 2.0) * 0.06;
        let home = judge.pose(shape);
        assert!(!judge.success());
        for other in SHAPES.into_iter().filter(|&s| s != shape) {
            let home = judge.pose(other);
            judge.put(other, sorter * at(0.0, 0.0, 0.006)).run(0.2);
            assert!(!judge.success(), "the {other} is not the {shape}");
            judge.put(other, home);
        }
        let stuck = sorter * at(hole, 0.0, 0.085);
        judge.put(shape, stuck).run(sim::world::solver::TICK);
        assert!(!judge.success(), "the {shape} is only in the mouth of its hole");
        let wrong = (((variation + 4) % 5) as f32 - 2.0) * 0.06;
        // A round peg does fit a square hole.
        if shape != "cylinder" {
            judge.put(shape, sorter * at(wrong, 0.0, 0.0901)).run(0.5);
            assert!(!judge.success(), "the {shape} lies on the next hole");
        }
        judge.put(shape, home).run(0.2);
        assert!(!judge.success(), "beside the box");
        judge.put(shape, stuck).run(0.6);
        assert!(judge.success(), "the {shape} falls through its own hole");
    }
}
