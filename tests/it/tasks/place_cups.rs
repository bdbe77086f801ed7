//! Near misses of `place_cups`.

use core::f32::consts::PI;

use crate::judge::Judge;
use sim::scene::frame::{Pose, Vec3, about, at, yaw};

/// A mug's pose that puts the middle of its handle's opening on a spoke, `along` metres from the
/// post, or `beside` it.
fn on(judge: &Judge, spoke: &str, along: f32, beside: f32) -> Pose {
    let level = about(Vec3::Y, 0.262) * yaw(-0.5 * PI);
    judge.pose(spoke)
        * Pose::from_parts(Vec3::new(along, beside, 0.0), level)
        * at(0.0, 0.0, -0.012)
}

fn hung(variation: usize, mugs: &[(&str, &str, f32)]) -> Judge {
    let mut judge = Judge::of("place_cups", variation, 0);
    for &(mug, spoke, along) in mugs {
        let pose = on(&judge, spoke, along, 0.0);
        judge.put(mug, pose);
    }
    judge.run(0.02);
    judge
}

const ALL: [(&str, &str, f32); 3] =
    [("mug0", "spoke0", 0.045), ("mug1", "spoke1", 0.045), ("mug2", "spoke2", 0.045)];

#[test]
fn as_many_mugs_as_asked_for_must_hang() {
    assert!(hung(2, &ALL).success());
    assert!(!hung(2, &ALL[..2]).success(), "two of three");
    assert!(!hung(1, &ALL[1..2]).success(), "one of two");
    assert!(!hung(0, &[]).run(1.0).success(), "nothing was done");
    assert!(hung(0, &ALL[2..]).success(), "any mug will do");
    assert!(hung(0, &[("mug0", "spoke2", 0.05)]).success(), "and any spoke");
}

#[test]
fn a_hung_mug_stays_where_it_hangs() {
    assert!(hung(2, &ALL).run(5.0).success());
}

#[test]
fn the_spoke_must_run_through_the_handle() {
    assert!(!hung(0, &[("mug0", "spoke0", 0.096)]).success(), "only its end is in");
    assert!(!hung(0, &[("mug0", "spoke0", 0.13)]).success(), "in front of it");
    let mut judge = Judge::of("place_cups", 0, 0);
    let pose = on(&judge, "spoke0", 0.05, 0.03);
    assert!(!judge.put("mug0", pose).run(0.02).success(), "beside the spoke");
    let mut judge = Judge::of("place_cups", 0, 0);
    // The opening lies flat around the post's knob.
    let pose =
        judge.pose("tree") * Pose::from_parts(Vec3::new(0.0, 0.0, 0.225), about(Vec3::X, 0.5 * PI));
    assert!(!judge.put("mug0", pose).run(0.02).success(), "over the post");
}

#[test]
fn the_last_mug_must_be_let_go() {
    assert_eq!(hung(2, &ALL).holding(true).parts(), ["hanging"]);
}
