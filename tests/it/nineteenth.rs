//! A task that is not in the list: the page on adding tasks shows this file.

use core::f32::consts::PI;

use sim::episode::environment::Episode;
use sim::episode::expert::demonstrate;
use sim::episode::scene_file::SceneFile;
use sim::robot::GraspMode;
use sim::robot::action::Outcome;
use sim::scene::description::{Body, BodyId};
use sim::scene::frame::{Pose, at};
use sim::scene::palette::COLORS;
use sim::scene::shape::{Part, Shape};
use sim::task::goal::Condition;
use sim::task::layout::{Layout, PlacementError, Region};
use sim::task::script::{reach, tool};
use sim::task::{Rules, Task};

/// Lift Block.
const TASK: Task = Task {
    name: "lift_block",
    short: "Lift Block",
    variations: 3,
    randomised: "Place and turn of the block.",
    success: &["lifted"],
    yaw: PI,
    instructions,
    build,
};

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let color = COLORS[variation].name;
    ["lift the {} block", "pick up the {} cube", "raise the {} block", "take the {} block up"]
        .map(|s| s.replace("{}", color))
        .to_vec()
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    let cube = Part::new(Shape::cuboid(0.05, 0.05, 0.05), Pose::IDENTITY, COLORS[variation].rgb);
    let block = s.add(Body::free("block", at(0.0, 0.0, 0.025), 0.1).with(cube).graspable());
    s.scatter(&[block], &[Region::new([-0.1, 0.1], [-0.2, 0.2])], PI, 0.0)?;
    let above = s.sensor("above", Shape::cuboid(0.6, 0.8, 0.02), at(0.0, 0.0, 0.18));
    s.goal("lifted", Condition::Inside { body: block, sensor: above });
    s.go(reach(block, tool(0.0, 0.0, 0.10, 0.0)).turns(4));
    s.go(reach(block, tool(0.0, 0.0, 0.0, 0.0)).turns(4).blind().close());
    s.go(reach(block, tool(0.0, 0.0, 0.15, 0.0)).turns(4).blind());
    Ok(Vec::new())
}

#[test]
fn a_new_task_needs_nothing_but_its_file() {
    for (variation, seed) in [(0, 1), (1, 2), (2, 3)] {
        let file = SceneFile::sample(&TASK, variation, seed, Rules::Fixed).unwrap();
        let mut episode = Episode::new(&file, GraspMode::Assist).unwrap();
        assert!(!episode.success());
        let demo = demonstrate(&mut episode, &mut |_, _| {});
        assert_eq!(demo.outcome, Outcome::Success);
        assert_eq!(demo.keyframes.len(), 3);
        let mut replay = Episode::new(&file, GraspMode::Friction).unwrap();
        for action in demo.actions() {
            replay.act(&action, &mut |_, _| {});
        }
        assert_eq!(replay.outcome(), Some(Outcome::Success), "by friction alone");
    }
}
