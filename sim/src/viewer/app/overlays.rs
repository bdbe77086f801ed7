//! Lines drawn into the scene: the way of the tip, what is held, contacts, collision shapes, heat.

use bevy::color::{Alpha as _, Color};
use bevy::ecs::query::With;
use bevy::ecs::system::{Local, Query, Res};
use bevy::gizmos::gizmos::Gizmos;
use bevy::math::{Isometry3d, Quat, Vec2, Vec3};
use bevy::transform::components::Transform;

use super::layers::{Layer, Layers};
use super::orbit::{ViewerCamera, facing};
use super::theme::{BLUE, BRIGHT, DIM, GREEN, RED, YELLOW, heat};
use super::watched::{Watched, shown_step};
use crate::render::bevy::vector;
use crate::robot::links::{LINKS, parts};
use crate::scene::description::Scene;
use crate::scene::frame::Pose;
use crate::scene::mesh::Mesh;
use crate::scene::shape::Part;
use crate::viewer::playback::{HeatMap, Session, StepState, Timeline};
use crate::world::Contact;

/// Cosine of the angle from which on the edge between two faces is drawn: 30 degrees.
const CREASE: f32 = 0.866;
/// Height of letters in the scene, metres.
const LETTERS: f32 = 0.022;
/// Length of a force of 1 N, metres.
const FORCE: f32 = 0.01;
/// Longest force that is drawn, metres.
const LONGEST: f32 = 0.15;
/// Forces below this are resting contacts of nothing, N: they get no number.
const NOTABLE: f32 = 0.05;
/// Warmth from which on a pixel of a heat map is drawn.
const WARM: f32 = 0.08;
/// Most pixels of a heat map that are drawn, the warmest.
const PIXELS: usize = 256;

/// The edges of one part that physics touches.
struct Wire {
    body: usize,
    hidden: bool,
    /// Ends of the edges in the body's frame.
    edges: Vec<[crate::scene::frame::Vec3; 2]>,
}

/// The edges of everything in a scene, anew for each episode.
#[derive(Default)]
pub(super) struct Wires(Option<(u64, Vec<Wire>)>);

impl Wires {
    fn of(&mut self, episode: u64, scene: &Scene) -> &[Wire] {
        if self.0.as_ref().is_none_or(|(known, _)| *known != episode) {
            let bodies = scene.bodies.iter().map(|body| body.parts.clone());
            let all = bodies.chain((0..LINKS).map(parts)).enumerate();
            let wires = all.flat_map(|(body, parts)| {
                parts.into_iter().filter(|part| part.solid).map(move |part| wire(body, &part))
            });
            self.0 = Some((episode, wires.collect()));
        }
        self.0.as_ref().map_or(&[], |(_, wires)| wires)
    }
}

fn wire(body: usize, part: &Part) -> Wire {
    let mesh = Mesh::of(&part.shape);
    let normals: Vec<_> = mesh.normals().collect();
    let mut sides = std::collections::BTreeMap::<[u32; 2], Vec<usize>>::new();
    for (index, &[a, b, c]) in mesh.faces.iter().enumerate() {
        for [from, to] in [[a, b], [b, c], [c, a]] {
            sides.entry([from.min(to), from.max(to)]).or_default().push(index);
        }
    }
    let sharp = |faces: &[usize]| match *faces {
        [one, two] => normals[one].dot(normals[two]) < CREASE,
        _ => true,
    };
    let place = |corner: u32| part.pose.transform_point(mesh.vertices[corner as usize]);
    // What is round all over has none; then all of them show it.
    let round = !sides.values().any(|faces| sharp(faces));
    let edges = sides.into_iter().filter(|(_, faces)| round || sharp(faces));
    let edges = edges.map(|([from, to], _)| [place(from), place(to)]).collect();
    Wire { body, hidden: !part.visible, edges }
}

pub(super) fn draw(
    watched: Res<Watched>,
    layers: Res<Layers>,
    cameras: Query<&Transform, With<ViewerCamera>>,
    mut wires: Local<Wires>,
    mut gizmos: Gizmos,
) {
    let session = &watched.0;
    let Some((episode, step, timeline)) = shown_step(session) else { return };
    let Some(state) = timeline.state(step) else { return };
    let turn = cameras.iter().next().map_or(Quat::IDENTITY, facing);
    if layers.on(Layer::Path) {
        path(&mut gizmos, session, timeline, turn);
    }
    if layers.on(Layer::Heat)
        && let Some(decision) = timeline.decision(step)
    {
        decision.coarse.iter().for_each(|map| warm(&mut gizmos, map));
        let place = vector(decision.action.position);
        gizmos.sphere(Isometry3d::from_translation(place), 0.018, RED);
        label(&mut gizmos, place + Vec3::Z * 0.05, turn, "next", RED);
    }
    let poses = timeline.poses(session.player().place());
    if layers.on(Layer::Shapes) || layers.on(Layer::Held) {
        let held = |body: usize| state.held.iter().any(|id| id.0 == body);
        for wire in wires.of(episode, &timeline.file().scene) {
            let color = match (layers.on(Layer::Shapes), layers.on(Layer::Held) && held(wire.body))
            {
                (_, true) => YELLOW,
                (true, false) if wire.hidden => RED,
                (true, false) => GREEN.with_alpha(0.7),
                (false, false) => continue,
            };
            if let Some(pose) = poses.get(wire.body) {
                outline(&mut gizmos, wire, pose, color);
            }
        }
    }
    if layers.on(Layer::Held) {
        names_of_held(&mut gizmos, timeline, state, &poses, turn);
    }
    if layers.on(Layer::Contacts) {
        for (index, one) in state.contacts.iter().enumerate() {
            contact(&mut gizmos, one, index, turn);
        }
    }
}

fn label(gizmos: &mut Gizmos, place: Vec3, turn: Quat, text: &str, color: Color) {
    gizmos.text(Isometry3d::new(place, turn), text, LETTERS, Vec2::ZERO, color);
}

fn outline(gizmos: &mut Gizmos, wire: &Wire, pose: &Pose, color: Color) {
    for edge in &wire.edges {
        let [from, to] = edge.map(|end| vector(pose.transform_point(end)));
        gizmos.line(from, to, color);
    }
}

/// The way of the tip, bright as far as it has come, and the keyframes with their numbers.
fn path(gizmos: &mut Gizmos, session: &Session, timeline: &Timeline, turn: Quat) {
    let places = timeline.states().iter().map(|state| vector(state.snapshot.tip().translation));
    let places: Vec<Vec3> = places.collect();
    let here = session.player().step().min(places.len().saturating_sub(1));
    gizmos.linestrip(places[..=here].iter().copied(), BLUE);
    gizmos.linestrip(places[here..].iter().copied(), DIM);
    for (number, &step) in timeline.keyframes().iter().enumerate() {
        let Some(state) = timeline.state(step) else { continue };
        let tip = state.snapshot.tip();
        let place = vector(tip.translation);
        let passed = step <= here;
        let color = if passed { YELLOW } else { YELLOW.with_alpha(0.45) };
        let axis = |axis: crate::scene::frame::Vec3| vector(tip.rotation * axis);
        for axis in [axis(crate::scene::frame::Vec3::X), axis(crate::scene::frame::Vec3::Y)] {
            gizmos.line(place - axis * 0.015, place + axis * 0.015, color);
        }
        // The way that the tool points.
        gizmos.line(place, place - axis(crate::scene::frame::Vec3::Z) * 0.03, color);
        let above = place + turn * Vec3::new(0.022, 0.012, 0.0);
        label(gizmos, above, turn, &(number + 1).to_string(), color);
    }
}

fn names_of_held(
    gizmos: &mut Gizmos,
    timeline: &Timeline,
    state: &StepState,
    poses: &[Pose],
    turn: Quat,
) {
    for held in &state.held {
        let body = timeline.file().scene.bodies.get(held.0);
        let (Some(body), Some(pose)) = (body, poses.get(held.0)) else { continue };
        let place = vector(pose.translation) + turn * Vec3::new(0.0, 0.06, 0.0);
        label(gizmos, place, turn, &format!("holds {}", body.name), YELLOW);
    }
}

/// A cross where two things touch, a line as long as the force, and the force in numbers.
fn contact(gizmos: &mut Gizmos, contact: &Contact, index: usize, turn: Quat) {
    let place = vector(contact.point);
    gizmos.cross(Isometry3d::new(place, turn), 0.006, RED);
    let length = (contact.force * FORCE).min(LONGEST);
    gizmos.line(place, place + Vec3::Z * length, RED);
    if contact.force >= NOTABLE {
        let text = format!("{:.1} N", contact.force);
        // Contacts of one grip lie close together: their numbers stand at different heights.
        let above = length + 0.015 + 1.3 * LETTERS * (index % 4) as f32;
        label(gizmos, place + Vec3::Z * above, turn, &text, BRIGHT);
    }
}

/// The warm pixels of a heat map, where the image lies.
fn warm(gizmos: &mut Gizmos, map: &HeatMap) {
    let most = map.most();
    let mut pixels: Vec<(usize, f32)> = map
        .values
        .iter()
        .map(|value| value / most.max(f32::MIN_POSITIVE))
        .enumerate()
        .filter(|(_, warmth)| *warmth > WARM)
        .collect();
    pixels.sort_by(|a, b| b.1.total_cmp(&a.1));
    let side = map.side as f32;
    let (across, down) = (vector(map.across) / side, vector(map.down) / side);
    for (index, warmth) in pixels.into_iter().take(PIXELS) {
        let (row, column) = (index / map.side.max(1), index % map.side.max(1));
        let corner = vector(map.corner) + across * column as f32 + down * row as f32;
        let [red, green, blue] = heat(0.3 + 0.7 * warmth);
        let color = Color::srgb_u8(red, green, blue);
        gizmos.line(corner, corner + across + down, color);
        gizmos.line(corner + across, corner + down, color);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::shape::Shape;

    #[test]
    fn boxes_have_twelve_edges_and_cylinders_two_rims() {
        let edges = |shape| wire(0, &Part::new(shape, Pose::IDENTITY, [0.0; 3])).edges.len();
        assert_eq!(edges(Shape::cuboid(0.1, 0.2, 0.3)), 12);
        let cylinder = Shape::cylinder(0.05, 0.1);
        let sides = Mesh::of(&cylinder).faces.len() / 4;
        assert_eq!(edges(cylinder), 2 * sides);
        assert!(edges(Shape::sphere(0.05)) > 12, "round things show all of their edges");
    }
}
