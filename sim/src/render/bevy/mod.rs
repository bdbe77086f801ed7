//! Bevy: the reference pictures, with shadows and soft light.
//!
//! [`SceneEntities`] turns the same visual description that the rasteriser draws into entities, for a window
//! or for the offscreen renderer alike. [`OffscreenRenderer`] draws without a window or a display.

mod convert;
mod light;
mod material;
mod offscreen;
mod scene;
mod unit_mesh;

pub use convert::{transform, vector};
pub use light::{LIGHT_POSITION, spot_light};
pub use material::SceneMaterial;
pub use offscreen::{
    Adapter, OffscreenError, OffscreenRenderer, OffscreenScene, RenderTimings, adapters,
};
pub use scene::{SceneEntities, ScenePlugin, SceneTooLarge};
