//! Near misses of `sweep_to_dustpan_of_size`.

use sim::scene::frame::at;

use crate::judge::Judge;

/// Drops the first `count` crumbs into a dustpan, `depth` behind its lip.
fn drop_into(judge: &mut Judge, pan: &str, count: usize, depth: f32) {
    for index in 0..count {
        let place = at(-0.04 + 0.02 * index as f32, depth, 0.009);
        let there = judge.pose(pan) * place;
        judge.put(&format!("dirt{index}"), there);
    }
    judge.run(0.5);
}

#[test]
fn all_crumbs_are_in_the_named_dustpan() {
    for (pan, other, variation) in [("tall", "short", 0), ("short", "tall", 1)] {
        let mut judge = Judge::of("sweep_to_dustpan_of_size", variation, 6);
        assert!(!judge.success(), "as it begins");
        drop_into(&mut judge, pan, 4, 0.06);
        assert!(!judge.success(), "four of five");
        drop_into(&mut judge, pan, 5, 0.06);
        assert!(judge.success(), "{:?}", judge.parts());
        drop_into(&mut judge, other, 1, 0.06);
        assert!(!judge.success(), "one in the other dustpan");
        drop_into(&mut judge, pan, 5, 0.06);
        let lip = judge.pose(pan) * at(0.0, 0.004, 0.007);
        judge.put("dirt2", lip).run(0.5);
        assert!(!judge.success(), "one on the lip");
        drop_into(&mut judge, other, 5, 0.06);
        assert!(!judge.success(), "the other dustpan");
    }
}
