//! Near misses of `put_money_in_safe`.

use sim::scene::frame::at;

use crate::judge::Judge;

/// Tops of the shelves, m.
const SHELVES: [f32; 3] = [0.015, 0.122, 0.230];

#[test]
fn the_named_shelf_counts_and_no_other_place() {
    for (variation, named) in SHELVES.into_iter().enumerate() {
        let mut judge = Judge::of("put_money_in_safe", variation, 5);
        let safe = judge.pose("safe");
        assert_eq!(judge.parts(), ["released"], "on the roof at reset");
        for (shelf, top) in SHELVES.into_iter().enumerate() {
            judge.put("money", safe * at(-0.05, 0.0, top + 0.001)).run(0.3);
            assert_eq!(judge.success(), shelf == variation, "shelf {shelf} for {variation}");
        }
        let inside = safe * at(-0.05, 0.0, named + 0.001);
        judge.put("money", inside).holding(true).run(0.05);
        assert_eq!(judge.parts(), ["money on the shelf"], "still held");
        judge.holding(false);
        let before = safe * at(-0.19, 0.0, named + 0.001);
        judge.put("money", before).run(sim::world::solver::TICK);
        assert!(!judge.success(), "in front of the shelf");
        judge.put("money", safe * at(0.0, 0.0, 0.351)).run(0.3);
        assert!(!judge.success(), "back on the roof");
    }
}
