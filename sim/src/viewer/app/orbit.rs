//! Where the window looks from: around a point, or through one of the scene's cameras.

use bevy::camera::{PerspectiveProjection, Projection};
use bevy::ecs::component::Component;
use bevy::ecs::message::MessageReader;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::input::ButtonInput;
use bevy::input::mouse::{MouseButton, MouseMotion, MouseScrollUnit, MouseWheel};
use bevy::math::{Quat, Vec2, Vec3};
use bevy::transform::components::Transform;

use super::scrub::Scrub;
use super::watched::Watched;
use crate::render::bevy::{transform, vector};
use crate::render::camera::Camera;
use crate::scene::frame::Pose;
use crate::viewer::playback::Session;

/// Marks the window's camera.
#[derive(Component)]
pub(super) struct ViewerCamera;

/// Turn per pixel of mouse, rad.
const TURN: f32 = 0.006;
/// Share of the distance that one notch of the wheel takes or gives.
const NOTCH: f32 = 0.12;
/// Pixels of a trackpad that count as one notch.
const PIXELS: f32 = 40.0;
/// Nearest and farthest distance, metres.
const REACH: [f32; 2] = [0.1, 6.0];
/// Largest height of the view above the horizon or below it, rad.
const STEEPEST: f32 = 1.55;
/// Vertical field of view, rad.
const ANGLE: f32 = 0.70;

/// A view round a point, or through a camera of the scene.
#[derive(Clone, Debug, PartialEq, Resource)]
pub(super) struct Orbit {
    /// The point looked at, metres.
    target: Vec3,
    /// Where the eye stands seen from there: angle from +x and above the horizon, rad.
    heading: f32,
    height: f32,
    /// How far away, metres.
    distance: f32,
    /// The camera looked through instead.
    through: Option<usize>,
}

impl Default for Orbit {
    /// From the side opposite the robot's right shoulder, all of the arm in view.
    fn default() -> Self {
        Self {
            target: Vec3::new(0.12, 0.0, 0.98),
            heading: -0.75,
            height: 0.42,
            distance: 1.95,
            through: None,
        }
    }
}

impl Orbit {
    pub(super) fn look_through(&mut self, camera: usize) {
        self.through = Some(camera);
    }

    /// The camera looked through, by its place in the scene's list.
    pub(super) fn camera(&self) -> Option<usize> {
        self.through
    }

    fn eye(&self) -> Transform {
        let (s, c) = libm::sincosf(self.heading);
        let (up, level) = libm::sincosf(self.height);
        let away = Vec3::new(level * c, level * s, up) * self.distance;
        Transform::from_translation(self.target + away).looking_at(self.target, Vec3::Z)
    }

    /// Leaves the camera looked through, but not its place.
    fn leave(&mut self, camera: &Camera) {
        self.through = None;
        let eye = vector(camera.pose.translation);
        let view = eye_of(camera).forward().as_vec3();
        self.target = eye + view * self.distance;
        self.heading = libm::atan2f(-view.y, -view.x);
        self.height = libm::asinf(-view.z).clamp(-STEEPEST, STEEPEST);
    }

    fn turn(&mut self, by: Vec2) {
        self.heading -= by.x * TURN;
        self.height = (self.height + by.y * TURN).clamp(-STEEPEST, STEEPEST);
    }

    /// Moves so that what is under the mouse stays there; `metres` for each pixel.
    fn pan(&mut self, by: Vec2, metres: f32) {
        let eye = self.eye();
        self.target += (eye.up() * by.y - eye.right() * by.x) * metres;
    }

    fn zoom(&mut self, notches: f32) {
        let [near, far] = REACH;
        self.distance = (self.distance * libm::expf(-notches * NOTCH)).clamp(near, far);
    }
}

/// A scene's camera as Bevy's: it looks along -z with y up.
fn eye_of(camera: &Camera) -> Transform {
    let turn = Pose::from_rotation(crate::scene::frame::Quat::from_xyzw(1.0, 0.0, 0.0, 0.0));
    transform(&(camera.pose * turn))
}

/// The camera looked through, where it is now.
fn resolved(session: &Session, index: usize) -> Option<Camera> {
    let timeline = session.timeline()?;
    let tip = timeline.tip(session.player().place())?;
    Some(timeline.file().cameras.get(index)?.resolved(tip))
}

/// Turns, moves and zooms the view with the mouse, and puts the window's camera there.
#[expect(clippy::too_many_arguments, reason = "what a mouse does comes from many sources")]
pub(super) fn look(
    mut orbit: ResMut<Orbit>,
    watched: Res<Watched>,
    scrub: Res<Scrub>,
    buttons: Res<ButtonInput<MouseButton>>,
    mut motion: MessageReader<MouseMotion>,
    mut wheel: MessageReader<MouseWheel>,
    mut cameras: Query<(&mut Transform, &mut Projection), With<ViewerCamera>>,
    windows: Query<&bevy::window::Window>,
) {
    let dragged: Vec2 = motion.read().map(|message| message.delta).sum();
    let notches: f32 = wheel.read().map(notches).sum();
    let turning = buttons.pressed(MouseButton::Left) && !scrub.dragging();
    let panning = buttons.pressed(MouseButton::Right) || buttons.pressed(MouseButton::Middle);
    let moved = (turning || panning) && dragged != Vec2::ZERO || notches != 0.0;
    if let Some(camera) = orbit.through.and_then(|index| resolved(&watched.0, index))
        && moved
    {
        orbit.leave(&camera);
    }
    if panning && dragged != Vec2::ZERO {
        let height = windows.iter().next().map_or(720.0, bevy::window::Window::height);
        let metres = 2.0 * orbit.distance * libm::tanf(0.5 * ANGLE) / height.max(1.0);
        orbit.pan(dragged, metres);
    } else if turning && dragged != Vec2::ZERO {
        orbit.turn(dragged);
    }
    if notches != 0.0 {
        orbit.zoom(notches);
    }
    let camera = orbit.through.and_then(|index| resolved(&watched.0, index));
    let (place, fov) = match &camera {
        Some(camera) => {
            let fov = 2.0 * libm::atanf(0.5 * camera.height as f32 / camera.focal);
            (eye_of(camera), fov)
        }
        None => (orbit.eye(), ANGLE),
    };
    for (mut eye, mut projection) in &mut cameras {
        *eye = place;
        if let Projection::Perspective(PerspectiveProjection { fov: angle, .. }) = &mut *projection
        {
            *angle = fov;
        }
    }
}

fn notches(message: &MouseWheel) -> f32 {
    match message.unit {
        MouseScrollUnit::Line => message.y,
        MouseScrollUnit::Pixel => message.y / PIXELS,
    }
}

/// Turns what lies in the xy plane towards an eye.
pub(super) fn facing(eye: &Transform) -> Quat {
    eye.rotation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::camera::rlbench_cameras;

    #[test]
    fn leaving_a_camera_keeps_its_view() {
        for camera in &rlbench_cameras()[..4] {
            let mut orbit = Orbit::default();
            orbit.look_through(0);
            orbit.leave(camera);
            let (eye, expected) = (orbit.eye(), eye_of(camera));
            assert!(eye.translation.distance(expected.translation) < 1e-3, "{}", camera.name);
            assert!(eye.rotation.dot(expected.rotation).abs() > 0.9999, "{}", camera.name);
        }
    }

    #[test]
    fn zoom_and_height_have_ends() {
        let mut orbit = Orbit::default();
        orbit.zoom(1000.0);
        assert_eq!(orbit.distance, REACH[0]);
        orbit.zoom(-1000.0);
        assert_eq!(orbit.distance, REACH[1]);
        orbit.turn(Vec2::new(0.0, 1e6));
        assert!(orbit.eye().rotation.is_finite());
    }

    #[test]
    fn what_is_panned_follows_the_mouse() {
        let mut orbit = Orbit::default();
        let (before, eye) = (orbit.target, orbit.eye());
        orbit.pan(Vec2::new(10.0, 0.0), 0.01);
        let moved = orbit.target - before;
        assert!((moved.dot(eye.right().as_vec3()) + 0.1).abs() < 1e-5);
    }
}
