//! Many episodes at once: the same states and pictures on any number of threads.

use sim::episode::batch::EpisodeBatch;
use sim::episode::environment::{ACTION_LIMIT, Episode};
use sim::episode::expert::demonstrate;
use sim::episode::scene_file::SceneFile;
use sim::render::camera::rlbench_cameras;
use sim::robot::GraspMode;
use sim::robot::action::{Action, Outcome};
use sim::task::Rules;

fn files(count: u64) -> Vec<SceneFile> {
    let task = &sim::tasks::ALL[0];
    let variation = |seed: u64| seed as usize % task.variations;
    (0..count)
        .map(|seed| SceneFile::sample(task, variation(seed), seed, Rules::Fixed).unwrap())
        .collect()
}

fn script(file: &SceneFile) -> Vec<Action> {
    let mut episode = Episode::new(file, GraspMode::Assist).unwrap();
    demonstrate(&mut episode, &mut |_, _| {}).actions()
}

/// Sends each expert's keyframes in lock-step; everything that anyone could see of it, as text.
fn play(threads: usize) -> Vec<String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let files = files(3);
        let scripts: Vec<Vec<Action>> = files.iter().map(script).collect();
        let mut batch = EpisodeBatch::new(GraspMode::Assist);
        batch.reset(&files).unwrap();
        let mut seen = Vec::new();
        let longest = scripts.iter().map(Vec::len).max().unwrap();
        for round in 0..=longest {
            for observation in batch.observe(&rlbench_cameras()).unwrap() {
                let mut hasher = blake3::Hasher::new();
                for view in &observation.views {
                    hasher.update(&view.frame.rgb);
                    view.frame.depth.iter().for_each(|d| _ = hasher.update(&d.to_le_bytes()));
                    view.frame.id.iter().for_each(|id| _ = hasher.update(&id.to_le_bytes()));
                }
                seen.push(format!("{} {:?}", hasher.finalize(), observation.robot));
            }
            seen.extend(batch.episodes().map(|episode| episode.cell().state_hash().to_string()));
            let actions: Vec<Option<Action>> =
                scripts.iter().map(|script| script.get(round).copied()).collect();
            seen.push(format!("{:?}", batch.act(&actions)));
        }
        assert!(batch.done());
        assert!(batch.episodes().all(Episode::success));
        seen
    })
}

#[test]
fn nothing_depends_on_the_number_of_threads() {
    let one = play(1);
    assert_eq!(one, play(2));
    assert_eq!(one, play(4));
}

#[test]
fn ended_and_waiting_episodes_stay_as_they_are() {
    let files = files(2);
    let mut batch = EpisodeBatch::new(GraspMode::Assist);
    batch.reset(&files).unwrap();
    let hashes = |batch: &EpisodeBatch| -> Vec<_> {
        batch.episodes().map(|episode| episode.cell().state_hash()).collect()
    };
    let before = hashes(&batch);
    assert_eq!(batch.act(&[None, None]), [None, None]);
    assert_eq!(hashes(&batch), before);
    let mut far = script(&files[0])[0];
    far.position.x = 9.0;
    assert_eq!(batch.act(&[Some(far)]), [Some(Outcome::OutOfBox), None]);
    let ended = hashes(&batch);
    let good = script(&files[0])[0];
    let outcomes = batch.act(&[Some(good), Some(script(&files[1])[0])]);
    assert_eq!(outcomes[0], Some(Outcome::OutOfBox));
    let after = hashes(&batch);
    assert_eq!(after[0], ended[0]);
    assert_ne!(after[1], ended[1]);
}

#[test]
fn a_scene_that_cannot_be_built_is_named_and_changes_nothing() {
    let files = files(2);
    let mut batch = EpisodeBatch::new(GraspMode::Assist);
    batch.reset(&files).unwrap();
    let mut bad = files.clone();
    bad[1].scene.bodies[0].friction = f32::NAN;
    bad[1].scene.bodies[0].pose.translation.x = f32::NAN;
    let error = batch.reset(&bad).unwrap_err();
    assert_eq!(error.index, 1);
    let SceneFile { task, variation, seed, .. } = &bad[1];
    let named = format!("task `{task}` variation {variation} seed {seed}: body `");
    assert!(error.to_string().starts_with(&named), "{error}");
    assert_eq!(batch.len(), 2);
}

#[test]
fn an_idle_policy_takes_as_many_actions_as_it_is_given() {
    let mut defaults = EpisodeBatch::new(GraspMode::Assist);
    let mut longer = EpisodeBatch::new(GraspMode::Assist).with_action_limit(40);
    for (batch, limit) in [(&mut defaults, ACTION_LIMIT), (&mut longer, 40)] {
        batch.reset(&files(1)).unwrap();
        for number in 0..limit {
            assert!(!batch.done(), "ended after {number} of {limit} actions");
            let tip = batch.episodes().next().unwrap().cell().tip();
            batch.act(&[Some(Action::to(tip, true, false))]);
        }
        let episode = batch.episodes().next().unwrap();
        assert_eq!((episode.outcome(), episode.actions()), (Some(Outcome::Steps), limit));
    }
}
