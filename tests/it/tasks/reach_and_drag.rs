//! Near misses of `reach_and_drag`, and how its stick is held.

use crate::judge::Judge;
use sim::episode::environment::Episode;
use sim::episode::expert::demonstrate;
use sim::episode::scene_file::SceneFile;
use sim::robot::GraspMode;
use sim::scene::frame::at;
use sim::task::Rules;

/// Whether the task is done with the cube beside the middle of a square, m along its edge.
fn on(square: &str, beside: f32) -> bool {
    let mut judge = Judge::of("reach_and_drag", 3, 0);
    let pose = judge.pose(square) * at(beside, 0.0, 0.04);
    judge.put("cube", pose).run(0.05).success()
}

#[test]
fn the_cube_must_cover_the_middle_of_the_named_square() {
    assert!(!Judge::of("reach_and_drag", 3, 0).run(0.5).success(), "nothing was done");
    assert!(on("target", 0.0));
    assert!(on("target", -0.035), "off centre, but over the middle");
    assert!(!on("target", -0.05), "half on the square");
    assert!(!on("target", 0.05), "pushed too far");
    for other in ["distractor0", "distractor1", "distractor2"] {
        assert!(!on(other, 0.0), "{other}");
    }
}

#[test]
fn the_held_stick_keeps_still_in_the_hand() {
    let task = sim::tasks::find("reach_and_drag").unwrap();
    let file = SceneFile::sample(task, 3, 3, Rules::Fixed).unwrap();
    let stick = file.scene.find("stick").unwrap();
    let mut episode = Episode::new(&file, GraspMode::Assist).unwrap();
    let (mut grip, mut steps, mut worst) = (None, 0, 0.0_f32);
    demonstrate(&mut episode, &mut |cell, _| {
        if cell.gripper().attached() {
            steps += 1;
        }
        // Once the fingers have closed around it.
        if steps > 15 {
            let here = cell.tip().inverse() * cell.world().pose(stick);
            let grip = *grip.get_or_insert(here);
            worst = worst.max(here.rotation.angle_between(grip.rotation));
        }
    });
    assert!(steps > 50, "it was held");
    assert!(worst < 0.04, "its far end swings by {} m", 0.33 * worst);
}
