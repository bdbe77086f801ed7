//! Near misses of `insert_onto_square_peg`.

use sim::scene::frame::{Pose, Vec3};
use sim::scene::frame::{about, at};

use crate::judge::Judge;

/// Where the pillars stand along the base, m.
const PILLARS: [f32; 3] = [-0.125, 0.0, 0.125];

fn ring_at(judge: &mut Judge, x: f32, y: f32, z: f32, seconds: f32) -> bool {
    let base = judge.pose("base");
    judge.put("ring", base * at(x, y, z)).run(seconds).success()
}

#[test]
fn only_the_named_pillar_counts() {
    for seed in 0..4 {
        let mut judge = Judge::of("insert_onto_square_peg", 3, seed);
        assert!(!judge.success());
        let done = PILLARS.map(|x| ring_at(&mut judge, x, 0.0, 0.03, 0.5));
        assert_eq!(done.iter().filter(|&&done| done).count(), 1, "seed {seed}: {done:?}");
    }
}

#[test]
fn the_ring_must_be_all_the_way_down_and_around() {
    let mut judge = Judge::of("insert_onto_square_peg", 0, 1);
    let named = PILLARS.into_iter().find(|&x| ring_at(&mut judge, x, 0.0, 0.03, 0.5)).unwrap();
    let tick = sim::world::solver::TICK;
    assert!(!ring_at(&mut judge, named, 0.0, 0.125, tick), "threaded, but still at the top");
    assert!(!ring_at(&mut judge, named, 0.0, 0.09, tick), "half way down");
    assert!(!ring_at(&mut judge, named, 0.06, 0.03, 0.5), "leaning beside the pillar");
    let base = judge.pose("base");
    let leaning = Pose::from_rotation(about(Vec3::Y, 0.9));
    judge.put("ring", base * at(named, 0.0, 0.13) * leaning).run(tick);
    assert!(!judge.success(), "aslant on the top");
    assert!(ring_at(&mut judge, named, 0.004, 0.03, 0.5), "down, though off the middle");
}
