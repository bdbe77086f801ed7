//! Near misses of `light_bulb_in`.

use sim::scene::frame::{Pose, Vec3, about, at};

use crate::judge::Judge;

/// Height of a bulb's origin above the lamp's when it stands in the socket.
const IN: f32 = 0.313;

#[test]
fn the_named_bulb_stands_in_the_socket_and_is_let_go() {
    for variation in [0, 5] {
        let mut judge = Judge::of("light_bulb_in", variation, 2);
        assert!(!judge.success(), "as it begins");
        let (bulb, other) =
            if variation % 2 == 0 { ("bulb0", "bulb1") } else { ("bulb1", "bulb0") };
        let lamp = judge.pose("lamp");
        let home = judge.pose(other);
        judge.put(other, lamp * at(0.0, 0.0, IN + 0.002)).run(0.5);
        assert!(!judge.success(), "the other bulb");
        judge.put(other, home).put(bulb, lamp * at(0.0, 0.0, IN + 0.012));
        assert!(!judge.success(), "half in");
        judge.run(0.5);
        assert!(judge.success(), "it drops in: {:?}", judge.parts());
        assert_eq!(judge.holding(true).parts(), ["bulb in the socket"], "still held");
        judge.holding(false);
        // Lying across the socket's rim.
        let across = Pose::from_parts(Vec3::new(0.03, 0.0, IN - 0.02), about(Vec3::Y, -1.5));
        judge.put(bulb, lamp * across);
        assert!(!judge.success(), "across the rim");
        judge.put(bulb, lamp * at(0.10, 0.0, 0.08)).run(0.5);
        assert!(!judge.success(), "on the table");
    }
}
