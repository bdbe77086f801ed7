//! The three models learn a few pairs together: gradients reach everything that has to change.

#[path = "../../agents/examples/joint/lesson.rs"]
mod lesson;

use agents::presets::TINY;
use lesson::Lesson;

#[test]
fn two_pairs_are_learned_together() {
    let mut lesson = Lesson::new(&TINY, 2);
    let steps = 60;
    let before = lesson.judge().unwrap();
    let mut losses = (0..steps).map(|step| lesson.step(step, steps).unwrap());
    let first = losses.next().unwrap();
    let last = losses.last().unwrap();
    assert!(last.policy < 0.7 * first.policy, "{first:?} to {last:?}");
    assert!(last.align < 0.3 * first.align, "{first:?} to {last:?}");
    assert!(last.video_text < 0.05, "{first:?} to {last:?}");
    let after = lesson.judge().unwrap();
    assert!(after.video_text < 0.05 && before.video_text > 0.3, "{before:?} to {after:?}");
    assert_eq!(after.recalled, 2.0, "{after:?}");
    assert!(after.positions >= before.positions, "{before:?} to {after:?}");
}
