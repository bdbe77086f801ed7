//! What can be laid over the scene, each on its own.

use bevy::ecs::resource::Resource;

/// Something to show or not to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Instruction, scene and parts of success.
    Words,
    /// The views that a policy gets.
    Insets,
    /// The way of the tip, and the keyframes on it.
    Path,
    /// Where a policy looks for its next waypoint.
    Heat,
    /// What is in the hand.
    Held,
    /// Contact points and forces.
    Contacts,
    /// What physics touches.
    Shapes,
}

impl Layer {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Words,
        Self::Insets,
        Self::Path,
        Self::Heat,
        Self::Held,
        Self::Contacts,
        Self::Shapes,
    ];

    /// Its name in scripts and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Insets => "insets",
            Self::Path => "path",
            Self::Heat => "heat",
            Self::Held => "held",
            Self::Contacts => "contacts",
            Self::Shapes => "shapes",
        }
    }
}

/// Which layers are on.
#[derive(Clone, Debug, Resource)]
pub(super) struct Layers([bool; Layer::ALL.len()]);

impl Default for Layers {
    /// Everything but what hides the scene: contacts and shapes.
    fn default() -> Self {
        Self(Layer::ALL.map(|layer| !matches!(layer, Layer::Contacts | Layer::Shapes)))
    }
}

impl Layers {
    pub(super) fn on(&self, layer: Layer) -> bool {
        self.0[layer as usize]
    }

    pub(super) fn toggle(&mut self, layer: Layer) {
        self.0[layer as usize] ^= true;
    }
}
