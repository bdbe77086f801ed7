//! Press coloured buttons one after the other.

use core::f32::consts::PI;

use crate::scene::frame::{Vec3, at};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::scene::palette::{COLORS, METAL, NamedColor};
use crate::scene::description::{Body, BodyId, Joint, JointKind};
use crate::task::script::{reach, tool};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::{Rules, Task};

/// Push Buttons.
pub(super) const TASK: Task = Task {
    name: "push_buttons",
    short: "Push Buttons",
    variations: 50,
    randomised: "Place and turn of each button, turn and place of the group, colours of the buttons \
                 that are not named.",
    success: &["pressed in order"],
    yaw: PI,
    instructions,
    build,
};

/// Travel that counts as pressed, m (PerAct's fork).
const PRESSED: f32 = 0.001;
/// Height of the button's base, and of the plunger's top above the table, m.
const BASE: f32 = 0.018;
const TOP: f32 = 0.030;
/// Height of the plunger, m: short enough to stay clear of the table when pressed.
const PLUNGER: f32 = 0.016;

/// The benchmark's private list: no red, no lime.
fn colors() -> Vec<NamedColor> {
    COLORS.into_iter().filter(|c| c.name != "red" && c.name != "lime").collect()
}

/// Indices of the colours to press, in order.
///
/// As published, the list runs through ordered triples and is cut at 50, so that nearly all
/// variations begin with maroon and only 19 sentences exist. Repaired, the first colour runs through
/// the list instead, and every sentence is distinct.
fn sequence(variation: usize, rules: Rules) -> Vec<usize> {
    let triple = variation / 3;
    let count = 1 + variation % 3;
    let all = match rules {
        Rules::Original if triple < 16 => [0, 1, 2 + triple],
        Rules::Original => [0, 2, 1],
        Rules::Fixed => [triple, (triple + 5) % 18, (triple + 11) % 18],
    };
    all[..count].to_vec()
}

fn instructions(variation: usize, rules: Rules) -> Vec<String> {
    let colors = colors();
    let names: Vec<&str> =
        sequence(variation, rules).into_iter().map(|i| colors[i].name).collect();
    let list = |last: &str| match &names[..] {
        [a] => (*a).to_string(),
        [a, b] => format!("{a}{last}{b}"),
        [a, b, c] => format!("{a}, then {b}{last}{c}"),
        _ => String::new(),
    };
    vec![
        format!("push the {} button", names.join(" button, then the ")),
        format!("press {}", list(" and finally ")),
        format!("hit the {} button", names.join(" one, after that the ")),
        format!("buttons in this order: {}", names.join(", ")),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    let colors = colors();
    let wanted = sequence(variation, s.rules);
    let mut shown: Vec<Rgb> = wanted.iter().map(|&i| colors[i].rgb).collect();
    shown.extend(s.colors(&colors, &wanted, 3 - wanted.len()));
    let region = Region::new([-0.2, 0.2], [-0.275, 0.275]);
    let mut presses = Vec::new();
    for (index, &color) in shown.iter().enumerate() {
        let [base, plunger] = button(s, index, color);
        s.scatter(&[base, plunger], &[region], PI, 0.1)?;
        if index < wanted.len() {
            presses.push(Condition::JointMoved { body: plunger, by: PRESSED });
            let above = reach(base, tool(0.0, 0.0, 0.096, 0.0)).turns(4);
            s.go(if index == 0 { above.close() } else { above });
            s.go(reach(base, tool(0.0, 0.0, 0.020, 0.0)).turns(4).blind());
        }
    }
    s.goal("pressed in order", Condition::InOrder(presses));
    Ok(Vec::new())
}

fn button(s: &mut Layout<'_>, index: usize, color: Rgb) -> [BodyId; 2] {
    let collar = Part::new(Shape::cylinder(0.026, 0.003), at(0.0, 0.0, BASE + 0.0015), METAL);
    let base = s.add(
        Body::fixed(format!("button{index}"), at(0.0, 0.0, 0.0))
            .with(Part::new(Shape::cuboid(0.08, 0.08, BASE), at(0.0, 0.0, 0.5 * BASE), color))
            .with(collar.ghost()),
    );
    // Preloaded against its upper stop, or its own weight would press it.
    let press = Joint {
        damping: 1.0,
        stiffness: 80.0,
        rest: 0.010,
        ..Joint::new(base, JointKind::Prismatic, Vec3::Z, [-0.012, 0.0], 0.05)
    };
    let top = Part::new(Shape::cylinder(0.018, PLUNGER), at(0.0, 0.0, -0.5 * PLUNGER), [0.8, 0.05, 0.05]);
    let plunger = Body::jointed(format!("plunger{index}"), at(0.0, 0.0, TOP), press).with(top);
    [base, s.add(plunger)]
}
