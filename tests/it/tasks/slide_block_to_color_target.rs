//! Near misses of `slide_block_to_color_target`.

use sim::scene::frame::{Pose, at};
use sim::world::solver::TICK;

use crate::judge::Judge;

/// The world pose of a block whose middle lies at (x, y) of a square, turned as the square is.
fn on(judge: &Judge, square: usize, x: f32, y: f32) -> Pose {
    judge.pose(&format!("target{square}")) * at(x, y, 0.021)
}

#[test]
fn the_block_must_cover_the_named_square() {
    for variation in 0..4 {
        let mut judge = Judge::of("slide_block_to_color_target", variation, 1);
        assert!(!judge.run(0.5).success(), "where it starts");
        for square in 1..=4 {
            let named = square == variation + 1;
            let middle = on(&judge, square, 0.0, 0.0);
            assert_eq!(judge.put("block", middle).run(0.5).success(), named, "square {square}");
        }
        for (x, y) in [(0.05, 0.0), (-0.05, 0.0), (0.0, 0.05), (0.0, -0.05), (0.04, 0.04)] {
            let edge = on(&judge, variation + 1, x, y);
            assert!(!judge.put("block", edge).run(0.5).success(), "half on it: {x} {y}");
        }
        let nearly = on(&judge, variation + 1, 0.02, -0.02);
        assert!(judge.put("block", nearly).run(0.5).success(), "covered, though not centred");
        let above = on(&judge, variation + 1, 0.0, 0.0) * at(0.0, 0.0, 0.08);
        assert!(!judge.put("block", above).run(TICK).success(), "in the air above it");
    }
}
