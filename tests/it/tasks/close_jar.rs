//! Near misses of `close_jar`.

use sim::scene::frame::{Pose, Vec3, about, at};

use crate::judge::Judge;

/// Height of the lid's origin above a jar's when it is on.
const ON: f32 = 0.0495;

#[test]
fn the_lid_sits_on_the_named_jar_and_is_let_go() {
    for variation in [0, 7] {
        let mut judge = Judge::of("close_jar", variation, 1);
        assert!(!judge.success(), "as it begins");
        let (jar, other) = if variation % 2 == 0 { ("jar0", "jar1") } else { ("jar1", "jar0") };
        let seat = |judge: &Judge, jar: &str, offset: Pose| judge.pose(jar) * offset;
        let wrong = seat(&judge, other, at(0.0, 0.0, ON + 0.001));
        judge.put("lid", wrong).run(0.5);
        assert!(!judge.success(), "the other jar");
        let above = seat(&judge, jar, at(0.0, 0.0, ON + 0.005));
        judge.put("lid", above);
        assert!(!judge.success(), "half a centimetre too high");
        let right = seat(&judge, jar, at(0.0, 0.0, ON + 0.001));
        judge.put("lid", right).run(0.5);
        assert!(judge.success(), "{:?}", judge.parts());
        assert_eq!(judge.holding(true).parts(), ["lid on the jar"], "still held");
        judge.holding(false);
        // Its rim hangs on the neck: on, but askew.
        let askew = Pose::from_parts(Vec3::new(0.012, 0.0, ON + 0.009), about(Vec3::Y, 0.22));
        let askew = seat(&judge, jar, askew);
        judge.put("lid", askew);
        assert!(!judge.success(), "askew");
        let beside = seat(&judge, jar, at(0.085, 0.0, -0.040));
        judge.put("lid", beside).run(0.5);
        assert!(!judge.success(), "beside the jar");
    }
}
