//! What draws the pictures.

/// A renderer that is ready to draw.
#[derive(Clone, Default)]
pub enum Renderer {
    /// The rasteriser: the same bytes everywhere, without a driver.
    #[default]
    Raster,
    /// Bevy, with shadows, on a graphics adapter.
    #[cfg(feature = "bevy")]
    Bevy(crate::render::bevy::OffscreenRenderer),
}

impl Renderer {
    /// The graphics adapter it draws on, for pictures depend on it; none where they do not.
    pub fn adapter(&self) -> Option<String> {
        match self {
            Self::Raster => None,
            #[cfg(feature = "bevy")]
            Self::Bevy(renderer) => Some(renderer.adapter().to_string()),
        }
    }
}

/// Why a renderer does not draw: more in a scene than it can show, or a driver that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(String);

#[cfg(feature = "bevy")]
impl From<crate::render::bevy::SceneTooLarge> for RenderError {
    fn from(reason: crate::render::bevy::SceneTooLarge) -> Self {
        Self(reason.to_string())
    }
}

#[cfg(feature = "bevy")]
impl From<crate::render::bevy::OffscreenError> for RenderError {
    fn from(reason: crate::render::bevy::OffscreenError) -> Self {
        Self(reason.to_string())
    }
}
