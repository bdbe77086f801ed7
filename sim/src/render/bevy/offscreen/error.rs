//! Why nothing can be drawn.

use crate::render::bevy::scene::SceneTooLarge;

/// Why nothing can be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OffscreenError {
    /// There is neither a GPU nor a driver that does without.
    #[error(
        "no Vulkan adapter: install a driver (Debian, Ubuntu: libvulkan1 mesa-vulkan-drivers), or \
         use `--renderer raster`, which needs none"
    )]
    NoAdapter,
    /// None is called what the environment asks for.
    #[error("WGPU_ADAPTER_NAME={wanted}: no such Vulkan adapter; there are: {there}")]
    NoSuchAdapter {
        /// What was asked for.
        wanted: String,
        /// Names of the adapters.
        there: String,
    },
    /// The scene is too large.
    #[error(transparent)]
    SceneTooLarge(#[from] SceneTooLarge),
    /// The driver gave up.
    #[error("the graphics driver failed: {0}")]
    Lost(String),
    /// Shaders do not arrive.
    #[error("the pictures do not settle; this is a bug in the renderer")]
    Stuck,
}
