//! Keys, and what they do: the one list that input, help and documents derive from.

use bevy::input::keyboard::KeyCode;

use super::layers::Layer;

/// Something a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Play or pause.
    Toggle,
    /// Pause some control steps from here.
    Step(i64),
    /// Pause at the keyframe after (or before) this moment.
    Keyframe(bool),
    /// Pause at the end (or at the start).
    End(bool),
    /// Play faster (or slower).
    Speed(bool),
    /// The next (or previous) episode.
    Episode(bool),
    /// The next (or previous) variation.
    Variation(bool),
    /// Open the picker.
    Pick,
    /// Show or hide a layer.
    Layer(Layer),
    /// Look through one of the scene's cameras.
    Camera(usize),
    /// Look from the usual place.
    Home,
    /// Save a picture of the window.
    Picture,
    /// Begin or end a clip of the window.
    Clip,
    /// Show or hide the list of keys.
    Help,
    /// Close what is open, or the window.
    Leave,
}

/// A key of the list.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Where it is on the keyboard.
    pub code: KeyCode,
    /// What is written on it.
    pub name: &'static str,
    /// What it asks for.
    pub command: Command,
    /// The same in words.
    pub help: &'static str,
}

const fn key(code: KeyCode, name: &'static str, command: Command, help: &'static str) -> Key {
    Key { code, name, command, help }
}

/// All keys, in the order help lists them.
pub const KEYS: &[Key] = &[
    key(KeyCode::Space, "Space", Command::Toggle, "play or pause"),
    key(KeyCode::ArrowLeft, "Left", Command::Step(-1), "one control step back"),
    key(KeyCode::ArrowRight, "Right", Command::Step(1), "one control step on"),
    key(KeyCode::ArrowUp, "Up", Command::Keyframe(false), "keyframe before"),
    key(KeyCode::ArrowDown, "Down", Command::Keyframe(true), "keyframe after"),
    key(KeyCode::Home, "Home", Command::End(false), "start of the episode"),
    key(KeyCode::End, "End", Command::End(true), "end of the episode"),
    key(KeyCode::Minus, "-", Command::Speed(false), "slower"),
    key(KeyCode::Equal, "=", Command::Speed(true), "faster"),
    key(KeyCode::KeyN, "N", Command::Episode(true), "next episode"),
    key(KeyCode::KeyB, "B", Command::Episode(false), "previous episode"),
    key(KeyCode::BracketRight, "]", Command::Variation(true), "next variation"),
    key(KeyCode::BracketLeft, "[", Command::Variation(false), "previous variation"),
    key(KeyCode::KeyT, "T", Command::Pick, "choose task and variation"),
    key(KeyCode::Digit0, "0", Command::Home, "look from the usual place"),
    key(KeyCode::Digit1, "1", Command::Camera(0), "left shoulder camera"),
    key(KeyCode::Digit2, "2", Command::Camera(1), "right shoulder camera"),
    key(KeyCode::Digit3, "3", Command::Camera(2), "overhead camera"),
    key(KeyCode::Digit4, "4", Command::Camera(3), "front camera"),
    key(KeyCode::Digit5, "5", Command::Camera(4), "wrist camera"),
    key(KeyCode::KeyI, "I", Command::Layer(Layer::Words), "instruction and success"),
    key(KeyCode::KeyV, "V", Command::Layer(Layer::Insets), "views of the policy"),
    key(KeyCode::KeyP, "P", Command::Layer(Layer::Path), "path and keyframes"),
    key(KeyCode::KeyM, "M", Command::Layer(Layer::Heat), "predicted heat maps"),
    key(KeyCode::KeyG, "G", Command::Layer(Layer::Held), "what is in the hand"),
    key(KeyCode::KeyC, "C", Command::Layer(Layer::Contacts), "contacts and forces"),
    key(KeyCode::KeyX, "X", Command::Layer(Layer::Shapes), "collision shapes"),
    key(KeyCode::KeyS, "S", Command::Picture, "save a picture"),
    key(KeyCode::KeyR, "R", Command::Clip, "record a clip, or end it"),
    key(KeyCode::KeyH, "H", Command::Help, "this list"),
    key(KeyCode::Escape, "Esc", Command::Leave, "close a list, or the window"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_there_once_and_every_layer_has_one() {
        for (index, key) in KEYS.iter().enumerate() {
            let others = &KEYS[index + 1..];
            assert!(others.iter().all(|other| other.code != key.code && other.name != key.name));
        }
        for layer in Layer::ALL {
            assert!(KEYS.iter().any(|key| key.command == Command::Layer(layer)), "{layer:?}");
        }
    }
}
