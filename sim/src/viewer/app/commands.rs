//! Turns keys into commands, and carries them out.

use bevy::app::AppExit;
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::system::ResMut;
use bevy::input::keyboard::KeyboardInput;

use super::export::CaptureQueue;
use super::help::Help;
use super::keys::{Command, KEYS};
use super::layers::Layers;
use super::orbit::Orbit;
use super::picker::PickerPanel;
use super::watched::Watched;

/// Commands given in this frame, whoever gave them.
#[derive(Default, Resource)]
pub(super) struct CommandQueue(pub(super) Vec<Command>);

/// Turns keys into commands; while the picker is open, they type.
pub(super) fn read_keys(
    mut messages: MessageReader<KeyboardInput>,
    mut panel: ResMut<PickerPanel>,
    mut watched: ResMut<Watched>,
    mut queue: ResMut<CommandQueue>,
) {
    for message in messages.read().filter(|message| message.state.is_pressed()) {
        if panel.open() {
            panel.press(message, &mut watched.0);
            continue;
        }
        let Some(key) = KEYS.iter().find(|key| key.code == message.key_code) else { continue };
        // Held down, only steps repeat.
        if !message.repeat || matches!(key.command, Command::Step(_)) {
            queue.0.push(key.command);
        }
        if key.command == Command::Pick {
            panel.show(watched.0.source().rules);
        }
    }
}

/// Carries the commands out.
pub(super) fn execute(
    mut queue: ResMut<CommandQueue>,
    mut watched: ResMut<Watched>,
    mut layers: ResMut<Layers>,
    mut orbit: ResMut<Orbit>,
    mut help: ResMut<Help>,
    mut captures: ResMut<CaptureQueue>,
    mut exit: MessageWriter<AppExit>,
) {
    let session = &mut watched.0;
    for command in queue.0.drain(..) {
        match command {
            Command::Toggle => session.toggle(),
            Command::Step(by) => session.skip(by),
            Command::Keyframe(forward) => session.jump(forward),
            Command::End(last) => session.scrub(if last { 1.0 } else { 0.0 }),
            Command::Speed(faster) => session.change_speed(faster),
            Command::Episode(forward) => session.turn(forward),
            Command::Variation(forward) => session.vary(forward),
            Command::Layer(layer) => layers.toggle(layer),
            Command::Camera(index) => orbit.look_through(index),
            Command::Home => *orbit = Orbit::default(),
            Command::Picture => captures.picture(),
            Command::Clip => captures.toggle_clip(),
            Command::Help => help.toggle(),
            Command::Leave if help.open() => help.toggle(),
            Command::Leave => {
                exit.write(AppExit::Success);
            }
            // The picker opened when the key was pressed, so that what is typed next goes to it.
            Command::Pick => {}
        }
    }
}
