//! The families of video encoders: one line each.

use burn::module::Module;
use burn::tensor::Tensor;

use super::family::{Features, UnmaskedPatches, VideoFamily};
use super::frames::FrameMean;
use super::viclip::ViClip;
use crate::nn::cost::ProductList;
use crate::nn::weights::{Init, Noise};
use crate::presets;

/// Makes the enum of towers and the list of families from one line for each.
macro_rules! families {
    ($($(#[$doc:meta])* $family:ident,)+) => {
        /// A video tower of any family.
        #[derive(Module, Debug)]
        pub enum VideoTower {
            $($(#[$doc])* $family($family),)+
        }

        /// All families, the default first.
        pub const FAMILIES: &[Family] = &[$(Family::of::<$family>()),+];

        impl VideoTower {
            /// A tower of the family and shape of a preset, with first weights from `init`.
            ///
            /// # Panics
            /// When the shape names a family that does not exist.
            #[must_use]
            pub fn new(init: &Init, shape: &presets::Video) -> Self {
                match shape.encoder {
                    $($family::NAME => Self::$family($family::new(init, shape)),)+
                    other => panic!("no family of video encoders is called {other}"),
                }
            }

            /// What the tower makes of patches; see [`VideoFamily::forward`].
            ///
            /// # Panics
            /// When the number of patches does not fit the tower.
            #[must_use]
            pub fn forward(
                &self,
                patches: Tensor<3>,
                unmasked: Option<&[Vec<u32>]>,
                noise: Option<&Noise>,
            ) -> Features {
                match self {
                    $(Self::$family(tower) => tower.forward(patches, unmasked, noise),)+
                }
            }
        }
    };
}

families! {
    /// Attention over all patches of all frames at once (ViCLIP).
    ViClip,
    /// Frame by frame, then the mean over time (CLIP4Clip's simplest form).
    FrameMean,
}

/// What is known of a family without a network of it.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its name in settings.
    pub name: &'static str,
    /// For every clip of a batch, the patches that training reads; `None` where it reads all.
    pub unmasked_patches: fn(&presets::Video, usize, &Noise) -> UnmaskedPatches,
    /// Parameters of a tower of a shape, by formula.
    pub parameters: fn(&presets::Video) -> usize,
    /// Multiply-adds of a forward pass for one clip in training, by formula.
    pub multiply_adds: fn(&presets::Video) -> usize,
    /// Adds the matrix products of a forward pass for a batch.
    pub products: fn(&presets::Video, usize, &mut ProductList),
}

impl Family {
    const fn of<F: VideoFamily>() -> Self {
        Self {
            name: F::NAME,
            unmasked_patches: F::unmasked_patches,
            parameters: F::parameters,
            multiply_adds: F::multiply_adds,
            products: F::products,
        }
    }
}

/// For every clip of a batch, the patches that training reads; `None` where it reads all.
///
/// # Panics
/// When the shape names a family that does not exist.
#[must_use]
pub fn unmasked_patches(shape: &presets::Video, batch: usize, noise: &Noise) -> UnmaskedPatches {
    (family(shape).unmasked_patches)(shape, batch, noise)
}

/// The family of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}

/// The family of a shape.
///
/// # Panics
/// When the shape names a family that does not exist.
#[must_use]
pub fn family(shape: &presets::Video) -> &'static Family {
    match find(shape.encoder) {
        Some(family) => family,
        None => panic!("no family of video encoders is called {}", shape.encoder),
    }
}
