//! An episode's log is the truth: what is drawn from it is what the cameras saw.

use sim::episode::environment::Episode;
use sim::episode::expert::demonstrate;
use sim::episode::log::{Log, Recorder, record, replay};
use sim::episode::scene_file::SceneFile;
use sim::render::camera::{Camera, rlbench_cameras};
use sim::render::observe::{Observation, Observer};
use sim::robot::GraspMode;
use sim::robot::action::Outcome;
use sim::task::{Rules, Task};
use sim::tasks;

fn scene(task: &Task) -> SceneFile {
    SceneFile::sample(task, task.variations / 2, 5, Rules::Fixed).unwrap()
}

/// A demonstration of the middle variation; the expert fails on one scene in a hundred, not on three.
fn success(task: &Task) -> Log {
    let logs = (5..8).map(|seed| {
        let scene = SceneFile::sample(task, task.variations / 2, seed, Rules::Fixed).unwrap();
        record(&scene, GraspMode::Assist).unwrap()
    });
    let mut good = logs.filter(|log| log.outcome == Outcome::Success);
    good.next().unwrap_or_else(|| panic!("{}: three failures", task.name))
}

/// Every number of an observation as bits.
fn bits(seen: &Observation) -> Vec<(Vec<u8>, Vec<u32>, Vec<u16>)> {
    let frames = seen.views.iter().map(|view| &view.frame);
    let depth = |depth: &[f32]| depth.iter().map(|d| d.to_bits()).collect();
    frames.map(|f| (f.rgb.clone(), depth(&f.depth), f.id.clone())).collect()
}

#[test]
fn what_is_drawn_from_a_log_is_what_the_cameras_saw() {
    let cameras: Vec<Camera> =
        rlbench_cameras().into_iter().map(|camera| camera.resized(48, 48)).collect();
    for task in tasks::ALL {
        let mut episode = Episode::new(&scene(task), GraspMode::Assist).unwrap();
        let mut observer = Observer::new(&episode.file().scene);
        let mut recorder = Recorder::new(episode.cell());
        let mut live = vec![observer.observe(episode.cell(), &cameras).unwrap()];
        let demo = demonstrate(&mut episode, &mut |cell, phase| {
            recorder.add(cell, phase);
            live.push(observer.observe(cell, &cameras).unwrap());
        });
        let bytes = recorder.finish(&episode, &demo).to_bytes().unwrap();
        let log = Log::from_bytes(&bytes).unwrap();
        assert_eq!(live.len(), log.steps.len());
        let mut observer = Observer::new(&log.scene.scene);
        for (number, (live, step)) in live.iter().zip(&log.steps).enumerate() {
            let again = log.observe(&mut observer, step, &cameras).unwrap();
            assert!(bits(live) == bits(&again), "{}: step {number}", task.name);
            assert_eq!(live.robot, again.robot);
        }
    }
}

#[test]
fn a_log_repeats_itself() {
    for task in tasks::ALL {
        let log = success(task);
        assert!(log == record(&log.scene, log.grasp).unwrap(), "{}: two runs differ", task.name);
        assert_eq!(replay(&log).unwrap().0, Outcome::Success);
        assert_eq!(log.keyframes.len(), log.actions.len());
        assert_eq!(log.keyframes.last(), Some(&(log.steps.len() as u32 - 1)));
        for (&step, action) in log.keyframes.iter().zip(&log.actions) {
            let step = &log.steps[step as usize];
            assert!(step.frame, "a keyframe that is no frame");
            assert_eq!(
                (step.tip().translation, step.tip().rotation),
                (action.position, action.quaternion)
            );
        }
    }
}

#[test]
fn what_the_arm_feels_is_logged() {
    let log = record(&scene(tasks::find("push_buttons").unwrap()), GraspMode::Assist).unwrap();
    let pressed =
        |step: &sim::episode::log::Step| step.finger_forces.iter().any(|&force| force > 1.0);
    assert!(log.steps.iter().any(pressed), "no finger felt a button");
    assert!(log.steps.iter().any(|step| !step.contacts.is_empty()), "nothing touches anything");
    assert!(log.steps.iter().any(|step| step.ignore_collisions));
    assert!(log.steps.iter().any(|step| !step.ignore_collisions));
    let strained =
        |step: &sim::episode::log::Step| step.torques.iter().any(|&torque| torque.abs() > 1.0);
    assert!(log.steps.iter().any(strained), "no motor worked");
}

#[test]
fn damaged_logs_are_refused() {
    let log = record(&scene(&tasks::ALL[0]), GraspMode::Assist).unwrap();
    let bytes = log.to_bytes().unwrap();
    let cuts = (0..bytes.len()).step_by(bytes.len() / 200 + 1);
    assert!(cuts.into_iter().all(|length| Log::from_bytes(&bytes[..length]).is_err()));
    for index in (0..bytes.len()).step_by(bytes.len() / 500 + 1) {
        let mut wrong = bytes.clone();
        wrong[index] ^= 0xff;
        // A changed number may still be a log; it must not be a panic.
        Log::from_bytes(&wrong).ok();
    }
    let line = Log::from_bytes(&[7]).unwrap_err().to_string();
    assert_eq!(line, "log format 7 is not the supported format 1");
}
