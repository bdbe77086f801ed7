//! Input from a file instead of a hand: what tests drive the viewer with.
//!
//! Keys and mouse become the same messages that a window sends, so that everything behind them is what a
//! person would use. One instruction for each line:
//!
//! ```text
//! key NAME            presses and releases a key of the list, Enter or Backspace
//! type TEXT           types text
//! drag BUTTON X Y DX DY   presses a mouse button at a place, moves by so much, and releases it
//! wheel NOTCHES       turns the wheel
//! frames N            lets frames pass
//! begun               waits for the episode that was asked for
//! complete            waits until the episode that is shown is known to its end
//! end                 waits until its last step is shown
//! picture FILE        saves the window
//! idle                waits until files are written
//! state FILE          writes what is shown as JSON
//! quit                closes the window
//! ```

use std::collections::VecDeque;
use std::path::PathBuf;
use std::str::FromStr;

use bevy::app::AppExit;
use bevy::asset::Assets;
use bevy::ecs::entity::Entity;
use bevy::ecs::message::MessageWriter;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::input::ButtonState;
use bevy::input::keyboard::{Key as Logical, KeyCode, KeyboardInput};
use bevy::input::mouse::{MouseButton, MouseButtonInput, MouseMotion, MouseScrollUnit, MouseWheel};
use bevy::input::touch::TouchPhase;
use bevy::math::Vec2;
use bevy::mesh::Mesh;
use bevy::render::renderer::RenderAdapterInfo;
use bevy::time::{Real, Time};
use bevy::window::{CursorMoved, PrimaryWindow};

use super::draw_calls::DrawCalls;
use super::export::CaptureQueue;
use super::keys::KEYS;
use super::watched::Watched;
use crate::render::bevy::SceneMaterial;
use crate::viewer::playback::{Session, Timeline};

/// Instructions that are still to be carried out.
#[derive(Clone, Debug, Default, Resource)]
pub struct Script {
    steps: VecDeque<Step>,
    /// Frames before the next one.
    pause: u32,
    /// Seconds of the frames since the last state was written.
    frames: Vec<f32>,
}

#[derive(Clone, Debug)]
enum Step {
    Key(KeyCode),
    Release(KeyCode),
    Type(String),
    Button(MouseButton, ButtonState),
    Point(Vec2),
    Move(Vec2),
    Wheel(f32),
    Frames(u32),
    Begun,
    Complete,
    End,
    Picture(PathBuf),
    Idle,
    State(PathBuf),
    Quit,
}

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut script = Self::default();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                let steps = parse(line).ok_or_else(|| {
                    format!("line {}: `{line}` is no instruction of a script", index + 1)
                })?;
                script.steps.extend(steps);
            }
        }
        Ok(script)
    }
}

fn parse(line: &str) -> Option<Vec<Step>> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    let steps = match (word, rest) {
        ("key", name) => {
            let code = code(name)?;
            vec![Step::Key(code), Step::Release(code)]
        }
        ("type", text) => vec![Step::Type(text.to_owned())],
        ("drag", rest) => {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let [button, numbers @ ..] = &words[..] else { return None };
            let numbers: Option<Vec<f32>> = numbers.iter().map(|n| n.parse().ok()).collect();
            let [x, y, dx, dy] = numbers?[..] else { return None };
            let button = match *button {
                "left" => MouseButton::Left,
                "right" => MouseButton::Right,
                "middle" => MouseButton::Middle,
                _ => return None,
            };
            vec![
                Step::Point(Vec2::new(x, y)),
                Step::Button(button, ButtonState::Pressed),
                Step::Move(Vec2::new(dx, dy)),
                Step::Point(Vec2::new(x + dx, y + dy)),
                Step::Button(button, ButtonState::Released),
            ]
        }
        ("wheel", notches) => vec![Step::Wheel(notches.parse().ok()?)],
        ("frames", count) => vec![Step::Frames(count.parse().ok()?)],
        ("begun", "") => vec![Step::Begun],
        ("complete", "") => vec![Step::Complete],
        ("end", "") => vec![Step::End],
        ("picture", file) if !file.is_empty() => vec![Step::Picture(file.into())],
        ("idle", "") => vec![Step::Idle],
        ("state", file) if !file.is_empty() => vec![Step::State(file.into())],
        ("quit", "") => vec![Step::Quit],
        _ => return None,
    };
    Some(steps)
}

fn code(name: &str) -> Option<KeyCode> {
    match name {
        "Enter" => Some(KeyCode::Enter),
        "Backspace" => Some(KeyCode::Backspace),
        "PageDown" => Some(KeyCode::PageDown),
        "PageUp" => Some(KeyCode::PageUp),
        _ => KEYS.iter().find(|key| key.name == name).map(|key| key.code),
    }
}

/// Messages as a window sends them.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct InputWriter<'w> {
    keys: MessageWriter<'w, KeyboardInput>,
    buttons: MessageWriter<'w, MouseButtonInput>,
    motion: MessageWriter<'w, MouseMotion>,
    cursor: MessageWriter<'w, CursorMoved>,
    wheel: MessageWriter<'w, MouseWheel>,
    exit: MessageWriter<'w, AppExit>,
}

/// What `state` writes down.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Diagnostics<'w> {
    draws: Res<'w, DrawCalls>,
    meshes: Res<'w, Assets<Mesh>>,
    materials: Res<'w, Assets<SceneMaterial>>,
    adapter: Res<'w, RenderAdapterInfo>,
    time: Res<'w, Time<Real>>,
}

/// Carries out the next instruction, one for each frame.
pub(super) fn act(
    mut script: ResMut<Script>,
    watched: Res<Watched>,
    mut captures: ResMut<CaptureQueue>,
    windows: Query<Entity, With<PrimaryWindow>>,
    diagnostics: Diagnostics,
    mut input: InputWriter,
) {
    script.frames.push(diagnostics.time.delta_secs());
    if script.pause > 0 {
        script.pause -= 1;
        return;
    }
    let Some(window) = windows.iter().next() else { return };
    let session = &watched.0;
    let timeline = session.timeline();
    let complete = timeline.is_some_and(Timeline::complete);
    let wait = match script.steps.front() {
        None => true,
        Some(Step::Begun) => session.loading(),
        Some(Step::Complete) => !complete,
        Some(Step::End) => !complete || session.player().playing(),
        Some(Step::Idle) => !captures.idle(),
        Some(_) => false,
    };
    if wait && session.failure().is_none() {
        return;
    }
    let Some(step) = script.steps.pop_front() else { return };
    match step {
        Step::Key(code) => {
            input.keys.write(press(window, code, ButtonState::Pressed, None));
        }
        Step::Release(code) => {
            input.keys.write(press(window, code, ButtonState::Released, None));
        }
        Step::Type(text) => {
            // What a keyboard sends for letters; which key it was does not matter to text.
            for letter in text.chars() {
                let code =
                    KeyCode::Unidentified(bevy::input::keyboard::NativeKeyCode::Unidentified);
                input.keys.write(press(window, code, ButtonState::Pressed, Some(letter)));
            }
        }
        Step::Button(button, state) => {
            input.buttons.write(MouseButtonInput { button, state, window });
        }
        Step::Point(position) => {
            input.cursor.write(CursorMoved { window, position, delta: None });
        }
        Step::Move(delta) => {
            input.motion.write(MouseMotion { delta });
        }
        Step::Wheel(y) => {
            let (unit, phase) = (MouseScrollUnit::Line, TouchPhase::Moved);
            input.wheel.write(MouseWheel { unit, x: 0.0, y, window, phase });
        }
        Step::Frames(count) => script.pause = count,
        Step::Begun | Step::Complete | Step::End | Step::Idle => {}
        Step::Picture(path) => captures.picture_at(path),
        Step::State(path) => {
            let text = state(session, &diagnostics, &std::mem::take(&mut script.frames));
            // A script is for tests: what it cannot write down ends it.
            if std::fs::write(&path, text).is_err() {
                input.exit.write(AppExit::error());
            }
        }
        Step::Quit => {
            input.exit.write(AppExit::Success);
        }
    }
}

fn press(
    window: Entity,
    key_code: KeyCode,
    state: ButtonState,
    letter: Option<char>,
) -> KeyboardInput {
    let text = letter.map(|letter| letter.to_string().into());
    let logical_key = Logical::Unidentified(bevy::input::keyboard::NativeKey::Unidentified);
    KeyboardInput { key_code, logical_key, state, text, repeat: false, window }
}

fn state(session: &Session, diagnostics: &Diagnostics, frames: &[f32]) -> String {
    let player = session.player();
    let timeline = session.timeline();
    let file = timeline.map(Timeline::file);
    let ending = timeline.and_then(Timeline::ending);
    let mut frames = frames.to_vec();
    frames.sort_by(f32::total_cmp);
    serde_json::json!({
        "task": file.map(|file| &file.task),
        "variation": file.map(|file| file.variation),
        "seed": file.map(|file| file.seed),
        "actor": timeline.map(Timeline::actor),
        "step": player.step(),
        "last": timeline.and_then(Timeline::last),
        "playing": player.playing(),
        "speed": player.speed(),
        "keyframes": timeline.map(Timeline::keyframes),
        "outcome": ending.map(|ending| ending.outcome.name()),
        "hash": ending.map(|ending| ending.hash.to_string()),
        "failure": session.failure(),
        "list": session.playlist().count(),
        "draws": diagnostics.draws.count(),
        "meshes": diagnostics.meshes.len(),
        "materials": diagnostics.materials.len(),
        "adapter": diagnostics.adapter.name,
        "frame_ms": frames.get(frames.len() / 2).map(|seconds| 1000.0 * seconds),
        "frames": frames.len(),
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_read_or_named() {
        let text = "# a comment\n\nkey Space\ntype close jar\ndrag left 1 2 -3 4.5\nwheel -2\nquit";
        let script: Script = text.parse().unwrap();
        assert_eq!(script.steps.len(), 2 + 1 + 5 + 1 + 1);
        for wrong in ["key Nothing", "drag left 1 2 3", "frames many", "picture", "dance", "quit 1"]
        {
            let error = format!("quit\n{wrong}").parse::<Script>().unwrap_err();
            assert!(error.starts_with("line 2: `"), "{error}");
        }
    }
}
