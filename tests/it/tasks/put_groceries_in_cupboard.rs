//! Near misses of `put_groceries_in_cupboard`.

use sim::scene::frame::at;

use crate::judge::Judge;

#[test]
fn the_named_thing_must_lie_on_the_lower_shelf() {
    let mut judge = Judge::of("put_groceries_in_cupboard", 3, 0);
    let cupboard = judge.pose("cupboard");
    let inside = cupboard * at(0.12, 0.0, 0.001);
    assert_eq!(judge.parts(), ["released"]);
    for other in ["tuna", "spam", "sugar"] {
        let home = judge.pose(other);
        judge.put(other, inside).run(0.2);
        assert!(!judge.success(), "the {other} was not asked for");
        judge.put(other, home);
    }
    judge.put("soup", cupboard * at(0.12, 0.0, 0.284)).run(0.2);
    assert!(!judge.success(), "upper shelf");
    judge.put("soup", cupboard * at(0.12, 0.0, 0.49)).run(0.2);
    assert!(!judge.success(), "on the roof");
    judge.put("soup", cupboard * at(-0.03, 0.0, 0.001)).run(sim::world::solver::TICK);
    assert!(!judge.success(), "in front of the shelf");
    judge.put("soup", inside).holding(true).run(0.2);
    assert_eq!(judge.parts(), ["in the cupboard"], "still held");
    assert!(judge.holding(false).success());
}
