//! Near misses of `stack_blocks`.

use crate::judge::Judge;
use sim::scene::frame::at;

/// Whether the task is done with these bodies at these places on the platform, m and storeys.
fn built(variation: usize, blocks: &[(&str, f32, u8)]) -> bool {
    arranged(variation, blocks).success()
}

fn arranged(variation: usize, blocks: &[(&str, f32, u8)]) -> Judge {
    let mut judge = Judge::of("stack_blocks", variation, 0);
    let platform = judge.pose("platform");
    for &(name, beside, storey) in blocks {
        judge.put(name, platform * at(beside, 0.0, 0.027 + 0.05 * f32::from(storey)));
    }
    judge.run(0.05);
    judge
}

/// Variation 2 asks for four red blocks, variation 0 for two.
const TOWER: [(&str, f32, u8); 4] =
    [("block0", 0.0, 0), ("block1", 0.0, 1), ("block2", 0.0, 2), ("block3", 0.0, 3)];

#[test]
fn only_a_tower_of_enough_blocks_counts() {
    assert!(built(2, &TOWER));
    assert!(built(0, &TOWER[..2]));
    assert!(built(0, &[("block3", 0.0, 0), ("block1", 0.0, 1)]), "any two of the four");
    assert!(!built(2, &TOWER[..3]), "three of four");
    assert!(!built(0, &[]), "nothing was done");
    let row = [("block0", -0.051, 0), ("block1", 0.0, 0), ("block2", 0.051, 0)];
    assert!(!built(0, &row), "side by side");
}

#[test]
fn the_tower_must_be_of_the_colour_and_on_the_platform() {
    assert!(!built(0, &[("distractor0", 0.0, 0), ("distractor1", 0.0, 1)]), "another colour");
    assert!(!built(0, &[("block0", 0.0, 0), ("distractor1", 0.0, 1)]), "one of another colour");
    assert!(!built(0, &[("block0", 0.06, 0), ("block1", 0.06, 1)]), "at the platform's edge");
}

#[test]
fn the_last_block_must_be_let_go() {
    let mut judge = arranged(2, &TOWER);
    assert_eq!(judge.holding(true).parts(), ["stacked"]);
}

#[test]
fn a_tower_stands() {
    assert!(arranged(2, &TOWER).run(5.0).success());
}
