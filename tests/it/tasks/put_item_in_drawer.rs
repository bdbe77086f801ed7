//! Near misses of `put_item_in_drawer`.

use sim::scene::frame::at;
use sim::world::solver::TICK;

use crate::judge::Judge;

const DRAWERS: [&str; 3] = ["drawer_bottom", "drawer_middle", "drawer_top"];

#[test]
fn the_item_must_lie_in_the_named_drawer() {
    for (variation, name) in DRAWERS.iter().enumerate() {
        let mut judge = Judge::of("put_item_in_drawer", variation, 2);
        assert!(!judge.run(0.5).success(), "on top of the cabinet");
        for other in DRAWERS {
            // Behind the plate, just above the drawer's floor.
            let inside = judge.pose(other) * at(0.15, 0.0, -0.02);
            assert_eq!(judge.put("item", inside).run(0.5).success(), other == *name, "{other}");
        }
        let on_rim = judge.pose(name) * at(0.15, 0.166, 0.061);
        assert!(!judge.put("item", on_rim).run(TICK).success(), "on the rim");
        let before = judge.pose(name) * at(-0.06, 0.0, 0.0);
        assert!(!judge.put("item", before).run(TICK).success(), "in front of the drawer");
        let above = judge.pose(name) * at(0.15, 0.0, 0.02);
        assert!(!judge.put("item", above).run(TICK).success(), "held over the drawer's floor");
    }
}
