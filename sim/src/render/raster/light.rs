//! Light and colour: what a surface looks like from its normal.

use crate::scene::frame::Vec3;
use crate::scene::shape::Rgb;

/// Unit vector towards the one light, which is infinitely far away: above the table, a little in
/// front of the robot and to its left, so that the three visible sides of a box differ in every
/// published view.
pub const TO_LIGHT: Vec3 = Vec3::new(0.36, 0.48, 0.8);
/// Share of a surface's colour seen whatever way it faces.
pub const AMBIENT: f32 = 0.35;
/// Share that depends on the angle to the light: all of it facing the light, half of it edge-on,
/// none facing away (Lambert's cosine, wrapped so that unlit sides can be told apart).
pub const DIFFUSE: f32 = 0.65;
/// Linear colour where nothing is seen.
pub const SKY: Rgb = [0.45, 0.55, 0.68];

/// Steps of the table from linear to sRGB: steps of 0.8 of a byte where the curve is steepest.
const STEPS: usize = 4096;

/// What pixels show of a face.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Surface {
    /// sRGB colour.
    pub(super) rgb: [u8; 3],
    /// Id of the item.
    pub(super) id: u16,
}

/// Table from linear intensity in 0..=1 to an sRGB byte.
#[derive(Clone, Debug)]
pub(super) struct Gamma(Vec<u8>);

impl Gamma {
    /// The sRGB transfer curve (IEC 61966-2-1).
    pub(super) fn new() -> Self {
        let byte = |i: usize| {
            let linear = i as f32 / (STEPS - 1) as f32;
            let encoded = if linear <= 0.003_130_8 {
                12.92 * linear
            } else {
                1.055 * libm::powf(linear, 1.0 / 2.4) - 0.055
            };
            (255.0 * encoded + 0.5) as u8
        };
        Self((0..STEPS).map(byte).collect())
    }

    /// Encodes a linear colour.
    pub(super) fn encode(&self, color: Rgb) -> [u8; 3] {
        // The cast saturates and turns a NaN into zero.
        let byte = |x: f32| self.0[((x * (STEPS - 1) as f32 + 0.5) as usize).min(STEPS - 1)];
        [byte(color[0]), byte(color[1]), byte(color[2])]
    }
}

/// Linear brightness of a surface whose unit normal has this cosine to [`TO_LIGHT`].
pub(super) fn brightness(cosine: f32) -> f32 {
    AMBIENT + DIFFUSE * (0.5 + 0.5 * cosine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_has_the_known_fixed_points() {
        let gamma = Gamma::new();
        assert_eq!(gamma.encode([0.0, 1.0, 0.215_861]), [0, 255, 128]);
        assert_eq!(gamma.encode([-1.0, 7.0, f32::NAN]), [0, 255, 0]);
    }

    #[test]
    fn light_is_a_unit_vector_and_never_overexposes() {
        assert!((TO_LIGHT.length() - 1.0).abs() < 1e-6);
        assert!((brightness(1.0) - 1.0).abs() < 1e-6);
        assert!((brightness(-1.0) - AMBIENT).abs() < 1e-6);
    }
}
