//! What every task must keep, checked over the whole list.

use std::collections::BTreeSet;

use rayon::prelude::*;
use sim::episode::environment::Episode;
use sim::episode::expert::demonstrate;
use sim::episode::scene_file::SceneFile;
use sim::render::camera::rlbench_cameras;
use sim::render::observe::Observer;
use sim::robot::GraspMode;
use sim::robot::action::Outcome;
use sim::task::{Rules, Task};
use sim::tasks;

/// Runs a check on every task in parallel and fails with all complaints at once.
fn every(check: impl Fn(&Task) -> Result<(), String> + Sync) {
    let complaints: Vec<String> = tasks::ALL
        .par_iter()
        .filter_map(|task| check(task).err().map(|reason| format!("{}: {reason}", task.name)))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn scene(task: &Task, variation: usize, seed: u64) -> Result<SceneFile, String> {
    SceneFile::sample(task, variation, seed, Rules::Fixed).map_err(|e| e.to_string())
}

fn begin(file: &SceneFile) -> Result<Episode, String> {
    Episode::new(file, GraspMode::Assist).map_err(|e| e.to_string())
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

#[test]
fn names_are_distinct() {
    let names: BTreeSet<_> = tasks::ALL.iter().flat_map(|t| [t.name, t.short]).collect();
    assert_eq!(names.len(), 2 * tasks::ALL.len());
    assert!(tasks::ALL.iter().all(|t| tasks::find(t.name).is_some_and(|f| f.name == t.name)));
}

#[test]
fn every_variation_can_be_drawn_and_begins_unfinished() {
    every(|task| {
        for variation in 0..task.variations {
            let file = scene(task, variation, 7)?;
            let names: Vec<&str> = file.success.iter().map(|g| g.name.as_str()).collect();
            ensure(names == task.success, || format!("parts {names:?} not as declared"))?;
            let bodies: BTreeSet<_> = file.scene.bodies.iter().map(|b| &b.name).collect();
            ensure(bodies.len() == file.scene.bodies.len(), || "two bodies share a name".into())?;
            // Physics is the dear part: look at every variation of short lists, else at some.
            if task.variations <= 9 || variation % 7 == 0 {
                let episode = begin(&file)?;
                ensure(!episode.success(), || format!("variation {variation} begins finished"))?;
            }
        }
        let past = SceneFile::sample(task, task.variations, 0, Rules::Fixed);
        ensure(past.is_err(), || "a variation past the end was drawn".into())
    });
}

#[test]
fn instructions_tell_variations_apart() {
    every(|task| {
        let all: Vec<Vec<String>> =
            (0..task.variations).map(|v| (task.instructions)(v, Rules::Fixed)).collect();
        ensure(all.iter().all(|i| i.len() >= 4), || "fewer than four paraphrases".into())?;
        let first: BTreeSet<&String> = all.iter().map(|i| &i[0]).collect();
        ensure(first.len() == task.variations, || "first sentences repeat".into())?;
        let words = all.iter().flatten();
        ensure(words.clone().all(|i| !i.is_empty() && i.trim() == i), || "stray blanks".into())?;
        let distinct: BTreeSet<&String> = all[0].iter().collect();
        ensure(distinct.len() == all[0].len(), || "a paraphrase repeats another".into())
    });
}

#[test]
fn the_published_rules_keep_their_published_sentences() {
    let task = tasks::find("push_buttons").unwrap();
    let sentences: BTreeSet<String> = (0..task.variations)
        .map(|v| (task.instructions)(v, Rules::Original).swap_remove(0))
        .collect();
    insta::assert_debug_snapshot!(sentences);
    assert_eq!(sentences.len(), 19);
    every(|task| {
        for variation in [0, task.variations - 1] {
            SceneFile::sample(task, variation, 1, Rules::Original).map_err(|e| e.to_string())?;
        }
        Ok(())
    });
}

#[test]
fn a_stored_scene_replays_to_the_same_state() {
    every(|task| {
        let file = scene(task, 0, 3)?;
        ensure(file == scene(task, 0, 3)?, || "one seed, two scenes".into())?;
        ensure(file.scene != scene(task, 0, 4)?.scene, || "two seeds, one scene".into())?;
        let text = serde_json::to_string(&file).map_err(|e| e.to_string())?;
        let stored: SceneFile = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        ensure(stored == file, || "the stored scene differs".into())?;
        let run = |file: &SceneFile| -> Result<_, String> {
            let mut episode = begin(file)?;
            demonstrate(&mut episode, &mut |_, _| {});
            Ok(episode.cell().state_hash())
        };
        ensure(run(&file)? == run(&stored)?, || "the stored scene ends elsewhere".into())
    });
}

#[test]
fn observations_are_finite_and_show_the_scene() {
    every(|task| {
        let file = scene(task, task.variations - 1, 5)?;
        let episode = begin(&file)?;
        let mut observer = Observer::new(&file.scene);
        let seen = observer.observe(episode.cell(), &rlbench_cameras()).unwrap();
        for view in &seen.views {
            let (frame, camera) = (&view.frame, &view.camera);
            let depth = |d: &f32| d.is_finite() && *d >= camera.near && *d <= camera.far;
            ensure(frame.depth.iter().all(depth), || format!("{}: bad depth", camera.name))?;
        }
        // Something of the task itself must be in the union of the policy's views.
        let own = file.scene.bodies.len() - sim::scene::arena::arena().len();
        let ids: BTreeSet<u16> = seen.views.iter().flat_map(|v| v.frame.id.clone()).collect();
        let visible = ids.iter().filter(|&&id| id > 0 && usize::from(id) <= own).count();
        ensure(visible > 0, || "no camera sees anything of the task".into())?;
        let robot = seen.robot;
        ensure(robot.tip.is_finite() && robot.open, || "the robot does not begin open".into())
    });
}

#[test]
fn the_expert_and_its_keyframes_succeed() {
    every(|task| {
        for variation in [0, task.variations / 2] {
            let file = scene(task, variation, 11)?;
            let mut episode = begin(&file)?;
            let demo = demonstrate(&mut episode, &mut |_, _| {});
            let what = || format!("variation {variation}: the expert ends with {:?}", demo.outcome);
            ensure(demo.outcome == Outcome::Success, what)?;
            let mut replay = begin(&file)?;
            for action in demo.actions() {
                replay.act(&action, &mut |_, _| {});
            }
            let outcome = replay.outcome();
            ensure(outcome == Some(Outcome::Success), || {
                format!("variation {variation}: its keyframes end with {outcome:?}")
            })?;
        }
        Ok(())
    });
}

/// Average keyframes per episode and the box of keyframe positions (x, y, z ranges, m) of the
/// published demonstrations; no box is published for `place_cups`.
type Published = (&'static str, f32, Option<[[f32; 2]; 3]>);
const PUBLISHED: &[Published] = &[
    ("open_drawer", 3.0, Some([[0.103, 0.366], [-0.065, 0.436], [0.914, 1.229]])),
    ("slide_block_to_color_target", 4.7, Some([[-0.018, 0.514], [-0.390, 0.377], [0.759, 0.779]])),
    ("sweep_to_dustpan_of_size", 4.6, Some([[0.076, 0.430], [-0.302, 0.302], [1.071, 1.136]])),
    ("meat_off_grill", 5.0, Some([[-0.049, 0.434], [-0.360, 0.337], [1.051, 1.204]])),
    ("turn_tap", 2.0, Some([[-0.014, 0.387], [-0.196, 0.207], [0.884, 0.905]])),
    ("put_item_in_drawer", 12.0, Some([[0.071, 0.353], [-0.227, 0.478], [0.914, 1.472]])),
    ("close_jar", 6.0, Some([[-0.070, 0.525], [-0.337, 0.400], [0.761, 0.931]])),
    ("reach_and_drag", 6.0, Some([[0.047, 0.449], [-0.359, 0.361], [0.853, 0.996]])),
    ("stack_blocks", 14.6, Some([[-0.031, 0.507], [-0.397, 0.406], [0.774, 1.045]])),
    ("light_bulb_in", 7.0, Some([[0.002, 0.507], [-0.383, 0.391], [0.830, 1.173]])),
    ("put_money_in_safe", 5.0, Some([[-0.059, 0.245], [-0.270, 0.411], [0.789, 1.264]])),
    ("place_wine_at_rack_location", 5.0, Some([[0.025, 0.480], [-0.418, 0.215], [0.924, 0.998]])),
    ("put_groceries_in_cupboard", 5.0, Some([[-0.029, 0.608], [-0.516, 0.406], [0.770, 1.392]])),
    ("place_shape_in_shape_sorter", 5.0, Some([[-0.024, 0.509], [-0.370, 0.399], [0.762, 0.956]])),
    ("push_buttons", 3.8, Some([[0.025, 0.475], [-0.353, 0.352], [0.770, 0.846]])),
    ("insert_onto_square_peg", 5.0, Some([[-0.060, 0.498], [-0.412, 0.376], [0.753, 0.969]])),
    ("stack_cups", 10.0, Some([[-0.032, 0.475], [-0.358, 0.413], [0.870, 1.069]])),
    ("place_cups", 11.5, None),
];

/// Demonstrations of a task, spread over its variations.
fn demos(task: &Task, count: usize) -> Result<Vec<sim::episode::expert::Demonstration>, String> {
    (0..count)
        .map(|i| {
            let variation = i * task.variations / count;
            let mut episode = begin(&scene(task, variation, 100 + i as u64)?)?;
            Ok(demonstrate(&mut episode, &mut |_, _| {}))
        })
        .collect()
}

#[test]
fn every_published_task_is_there() {
    assert!(PUBLISHED.iter().all(|(name, ..)| tasks::find(name).is_some()));
}

#[test]
fn keyframes_are_as_many_as_published() {
    every(|task| {
        let Some((_, published, _)) = PUBLISHED.iter().find(|p| p.0 == task.name) else {
            return Ok(());
        };
        let demos = demos(task, 6)?;
        let total: usize = demos.iter().map(|d| d.keyframes.len()).sum();
        let mean = total as f32 / demos.len() as f32;
        ensure((mean / published - 1.0).abs() <= 0.25, || {
            format!("{mean:.1} keyframes on average, {published} published")
        })
    });
}

#[test]
fn keyframes_lie_where_the_published_ones_do() {
    /// Layouts are our own, so a little room is left around the published box, m.
    const ROOM: f32 = 0.01;
    every(|task| {
        let Some((_, _, Some(bounds))) = PUBLISHED.iter().find(|p| p.0 == task.name) else {
            return Ok(());
        };
        for demo in demos(task, 4)? {
            for action in demo.actions() {
                let p = action.position.to_array();
                let inside =
                    (0..3).all(|i| p[i] >= bounds[i][0] - ROOM && p[i] <= bounds[i][1] + ROOM);
                ensure(inside, || format!("a keyframe at {p:.3?} outside {bounds:?}"))?;
            }
        }
        Ok(())
    });
}
