//! Near misses of `open_drawer`.

use crate::judge::Judge;

#[test]
fn the_named_drawer_far_enough_counts() {
    for (variation, name) in ["drawer_bottom", "drawer_middle", "drawer_top"].iter().enumerate() {
        let mut judge = Judge::of("open_drawer", variation, 0);
        assert!(!judge.success(), "shut");
        assert!(!judge.joint(name, 0.149).success(), "not far enough");
        assert!(judge.joint(name, 0.151).success());
        judge.joint(name, 0.0);
        for other in ["drawer_bottom", "drawer_middle", "drawer_top"] {
            if other != *name {
                judge.joint(other, 0.24);
            }
        }
        assert!(!judge.success(), "the other two");
    }
}
