//! Scenes that need no simulator: coloured balls on a table under four RGB-D cameras. For benchmarks
//! and for tests of learning.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;

use crate::policy::observation::action::Action;
use crate::policy::observation::rotation::{self, Matrix};
use crate::policy::observation::sentence::Sentence;
use crate::policy::observation::state::HandPose;
use crate::policy::observation::view::View;
use crate::policy::preprocess::preprocessor::{Observation, Transition};
use crate::presets;
use crate::presets::Language;

/// Side of a picture, pixels.
const SIDE: usize = 128;
/// Focal length, pixels: 40 degrees across.
const FOCAL: f32 = 176.0;
/// Depth of pixels that see nothing, metres.
const FAR: f32 = 10.0;
/// Height of the table, metres.
const TABLE: f32 = 0.75;
/// Balls in a scene.
const BALLS: usize = 5;
/// Where the cameras stand; all look at the middle of the table.
const EYES: [[f32; 3]; 4] = [[1.4, 0.0, 1.6], [-0.2, 0.6, 1.9], [-0.2, -0.6, 1.9], [0.3, 0.1, 2.0]];
const TARGET: [f32; 3] = [0.25, 0.0, TABLE];
/// Quarter of a turn, radians, by which the hand's heading is ahead of the expert's answer.
const AHEAD: f32 = core::f32::consts::FRAC_PI_2;
/// Where the hand of a clip comes from.
const START: [f32; 3] = [0.25, 0.0, 1.2];

/// A scene with its pictures and the keyframe that an expert would go to: one of the balls.
#[derive(Clone, Debug)]
pub struct Scene {
    balls: Vec<Ball>,
    pictures: Vec<Picture>,
    sentence: Sentence,
    proprio: Vec<f32>,
    action: Action,
}

#[derive(Clone, Debug)]
struct Picture {
    rgb: Vec<u8>,
    depth: Vec<f32>,
    position: [f32; 3],
    quaternion: [f32; 4],
}

#[derive(Clone, Debug)]
struct Ball {
    centre: [f32; 3],
    radius: f32,
    colour: [u8; 3],
}

impl Scene {
    /// Draws a scene for a policy of `shape`: balls, sentence, gripper and rotation are random.
    #[must_use]
    pub fn draw(shape: &presets::Policy, rng: &mut ChaCha8Rng) -> Self {
        let balls: Vec<Ball> = (0..BALLS)
            .map(|_| {
                let radius = rng.random_range(0.02..0.05);
                let (x, y) = (rng.random_range(0.0..0.5), rng.random_range(-0.35..0.35));
                let colour = [(); 3].map(|()| rng.random_range(40..=255));
                Ball { centre: [x, y, TABLE + radius], radius, colour }
            })
            .collect();
        let sentence = match shape.language {
            Language::Trained { context, vocabulary, .. } => {
                let size = vocabulary as u32;
                Sentence::Words((0..context).map(|_| rng.random_range(0..size)).collect())
            }
            Language::Frozen { tower, context } => {
                let count = context * tower.width;
                Sentence::Features((0..count).map(|_| rng.random_range(-1.0..1.0)).collect())
            }
        };
        let turned = [rng.random_range(-180.0..180.0), 0.0, rng.random_range(-180.0..180.0)];
        let action = Action {
            position: balls[rng.random_range(0..BALLS)].centre,
            quaternion: rotation::from_euler(turned),
            open: rng.random(),
            ignore_collisions: rng.random(),
        };
        let pictures = EYES.map(|eye| Picture::take(eye, &balls, SIDE)).to_vec();
        let proprio = (0..shape.proprio()).map(|_| rng.random()).collect();
        Self { balls, pictures, sentence, proprio, action }
    }

    /// What somebody in front of the table sees of it: a dark ball comes down on the goal. Red, green and
    /// blue of every pixel, `[frames, side, side, 3]`.
    #[must_use]
    pub fn film(&self, frames: usize, side: usize) -> Vec<u8> {
        let goal = self.action.position;
        let film = (0..frames).flat_map(|frame| {
            let done = frame as f32 / (frames - 1).max(1) as f32;
            let centre =
                core::array::from_fn(|axis| START[axis] + done * (goal[axis] - START[axis]));
            let hand = Ball { centre, radius: 0.03, colour: [20; 3] };
            let balls: Vec<Ball> = self.balls.iter().cloned().chain([hand]).collect();
            Picture::take(EYES[0], &balls, side).rgb
        });
        film.collect()
    }

    /// What the policy gets.
    #[must_use]
    pub fn transition(&self) -> Transition<'_> {
        Transition {
            observation: Observation {
                views: self.pictures.iter().map(Picture::view).collect(),
                proprio: self.proprio.clone(),
                hand: HandPose {
                    position: START,
                    quaternion: rotation::product(
                        rotation::about(2, AHEAD),
                        self.action.quaternion,
                    ),
                },
                keyframe: None,
                sentence: self.sentence.clone(),
            },
            action: self.action,
        }
    }
}

impl Picture {
    fn view(&self) -> View<'_> {
        View {
            width: SIDE,
            height: SIDE,
            rgb: &self.rgb,
            depth: &self.depth,
            focal: [FOCAL; 2],
            centre: [0.5 * SIDE as f32; 2],
            position: self.position,
            quaternion: self.quaternion,
        }
    }

    fn take(eye: [f32; 3], balls: &[Ball], side: usize) -> Self {
        let quaternion = toward(eye, TARGET);
        let r = rotation::matrix(quaternion);
        let (mut rgb, mut depth) = (Vec::new(), Vec::new());
        let focal = FOCAL * side as f32 / SIDE as f32;
        for pixel in 0..side * side {
            let offset = |index: usize| (index as f32 + 0.5 - 0.5 * side as f32) / focal;
            let (x, y) = (offset(pixel % side), offset(pixel / side));
            let ray = core::array::from_fn(|axis| r[axis][0] * x + r[axis][1] * y + r[axis][2]);
            let (distance, colour) = hit(eye, ray, balls);
            rgb.extend(colour);
            depth.push(distance);
        }
        Self { rgb, depth, position: eye, quaternion }
    }
}

/// How far along a ray something is met, in lengths of the ray, and its colour.
fn hit(eye: [f32; 3], ray: [f32; 3], balls: &[Ball]) -> (f32, [u8; 3]) {
    let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let ground = (TABLE - eye[2]) / ray[2];
    let mut nearest = match ground {
        along if along > 0.0 && along < FAR => (along, [120, 110, 100]),
        _ => (FAR, [0, 0, 0]),
    };
    for ball in balls {
        let away: [f32; 3] = core::array::from_fn(|axis| eye[axis] - ball.centre[axis]);
        let (a, b) = (dot(ray, ray), dot(ray, away));
        let inside = b * b - a * (dot(away, away) - ball.radius * ball.radius);
        if inside >= 0.0 {
            let along = (-b - inside.sqrt()) / a;
            if along > 0.0 && along < nearest.0 {
                nearest = (along, ball.colour);
            }
        }
    }
    nearest
}

/// Orientation of a camera at `eye` looking at `target`: x right, y down, z along the view.
fn toward(eye: [f32; 3], target: [f32; 3]) -> [f32; 4] {
    let unit = |v: [f32; 3]| {
        let length = v.iter().map(|x| x * x).sum::<f32>().sqrt();
        v.map(|x| x / length)
    };
    let cross = |a: [f32; 3], b: [f32; 3]| {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    };
    let z = unit(core::array::from_fn(|axis| target[axis] - eye[axis]));
    let x = unit(cross(z, [0.0, 0.0, 1.0]));
    let y = cross(z, x);
    quaternion(core::array::from_fn(|row| [x[row], y[row], z[row]]))
}

/// Quaternion of a rotation matrix, by its largest component.
fn quaternion(r: Matrix) -> [f32; 4] {
    let d = [r[0][0], r[1][1], r[2][2]];
    let square = |signs: [f32; 3]| 1.0 + signs[0] * d[0] + signs[1] * d[1] + signs[2] * d[2];
    let squares = [
        square([1.0, -1.0, -1.0]),
        square([-1.0, 1.0, -1.0]),
        square([-1.0, -1.0, 1.0]),
        square([1.0, 1.0, 1.0]),
    ];
    let (xy, xz, yz) = (r[1][0] + r[0][1], r[2][0] + r[0][2], r[2][1] + r[1][2]);
    let (xw, yw, zw) = (r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]);
    let rows = [
        [squares[0], xy, xz, xw],
        [xy, squares[1], yz, yw],
        [xz, yz, squares[2], zw],
        [xw, yw, zw, squares[3]],
    ];
    let largest = (0..4).fold(0, |best, i| if squares[i] > squares[best] { i } else { best });
    rotation::normalised(rows[largest]).unwrap_or([0.0, 0.0, 0.0, 1.0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Cloud, Workspace};
    use crate::presets::TINY;
    use rand::SeedableRng;

    #[test]
    fn the_cameras_see_the_ball_that_the_action_goes_to() {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        for _ in 0..5 {
            let scene = Scene::draw(&TINY.policy, &mut rng);
            let transition = scene.transition();
            let space = Workspace::default();
            let cloud = Cloud::fuse(&transition.observation.views, &space).unwrap();
            let goal = transition.action.position;
            let near = cloud.positions.iter().filter(|&&point| {
                let world = space.to_world(point);
                let square: f32 = (0..3).map(|i| (world[i] - goal[i]).powi(2)).sum();
                square < 0.051 * 0.051 && world[2] > TABLE + 0.005
            });
            assert!(near.count() > 30);
            let on_table = |p: &&[f32; 3]| (space.to_world(**p)[2] - TABLE).abs() < 1e-4;
            assert!(cloud.positions.iter().filter(on_table).count() > 20_000);
        }
    }
}
