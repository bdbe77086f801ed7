//! Near misses of `push_buttons`.

use crate::judge::Judge;

#[test]
fn order_and_depth_count() {
    let mut judge = Judge::of("push_buttons", 2, 0);
    let press = |judge: &mut Judge, tracker: &mut sim::task::goal::GoalTracker, name: &str, by| {
        judge.joint(name, by);
        tracker.update(judge);
        judge.joint(name, 0.0);
        tracker.update(judge)
    };
    let mut tracker = judge.tracker();
    press(&mut judge, &mut tracker, "plunger0", 0.0009);
    press(&mut judge, &mut tracker, "plunger1", 0.01);
    assert!(!press(&mut judge, &mut tracker, "plunger2", 0.01), "the first was hardly touched");
    let mut tracker = judge.tracker();
    for name in ["plunger2", "plunger1", "plunger0"] {
        assert!(!press(&mut judge, &mut tracker, name, 0.01), "wrong order");
    }
    let mut tracker = judge.tracker();
    assert!(!press(&mut judge, &mut tracker, "plunger0", 0.01));
    assert!(!press(&mut judge, &mut tracker, "plunger1", 0.01), "two of three");
    assert!(press(&mut judge, &mut tracker, "plunger2", 0.01));
}
