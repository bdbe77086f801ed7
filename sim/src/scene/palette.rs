//! The colours that tasks name.

use crate::scene::shape::Rgb;

/// A colour with the word instructions use for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedColor {
    /// The word.
    pub name: &'static str,
    /// Red, green, blue in 0..=1.
    pub rgb: Rgb,
}

const fn named(name: &'static str, r: f32, g: f32, b: f32) -> NamedColor {
    NamedColor { name, rgb: [r, g, b] }
}

/// The benchmark's 20 colours; in a 20-colour task the index is the variation (RLBench).
pub const COLORS: [NamedColor; 20] = [
    named("red", 1.0, 0.0, 0.0),
    named("maroon", 0.5, 0.0, 0.0),
    named("lime", 0.0, 1.0, 0.0),
    named("green", 0.0, 0.5, 0.0),
    named("blue", 0.0, 0.0, 1.0),
    named("navy", 0.0, 0.0, 0.5),
    named("yellow", 1.0, 1.0, 0.0),
    named("cyan", 0.0, 1.0, 1.0),
    named("magenta", 1.0, 0.0, 1.0),
    named("silver", 0.75, 0.75, 0.75),
    named("gray", 0.5, 0.5, 0.5),
    named("orange", 1.0, 0.5, 0.0),
    named("olive", 0.5, 0.5, 0.0),
    named("purple", 0.5, 0.0, 0.5),
    named("teal", 0.0, 0.5, 0.5),
    named("azure", 0.0, 0.5, 1.0),
    named("violet", 0.5, 0.0, 1.0),
    named("rose", 1.0, 0.0, 0.5),
    named("black", 0.0, 0.0, 0.0),
    named("white", 1.0, 1.0, 1.0),
];

/// Brushed metal.
pub const METAL: Rgb = [0.55, 0.56, 0.58];
/// Dark metal.
pub const IRON: Rgb = [0.12, 0.12, 0.13];
/// Light wood.
pub const WOOD: Rgb = [0.62, 0.45, 0.26];
/// Dark wood.
pub const WALNUT: Rgb = [0.30, 0.18, 0.10];
/// White paint.
pub const WHITE: Rgb = [0.85, 0.85, 0.82];
