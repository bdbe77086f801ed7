//! What draws the pictures.

/// A renderer that is ready to draw.
#[derive(Clone, Default)]
pub enum Renderer {
    /// The rasteriser: the same bytes everywhere, without a driver.
    #[default]
    Raster,
    /// Bevy, with shadows, on a graphics adapter.
    #[cfg(feature = "bevy")]
    Bevy(crate::render::bevy::Studio),
}

impl Renderer {
    /// The graphics adapter it draws on, for pictures depend on it; none where they do not.
    pub fn adapter(&self) -> Option<String> {
        match self {
            Self::Raster => None,
            #[cfg(feature = "bevy")]
            Self::Bevy(studio) => Some(studio.adapter().to_string()),
        }
    }
}

/// Why a renderer does not draw: more in a scene than it can show, or a driver that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotDraw(String);

#[cfg(feature = "bevy")]
impl From<crate::render::bevy::Crowded> for CannotDraw {
    fn from(reason: crate::render::bevy::Crowded) -> Self {
        Self(reason.to_string())
    }
}

#[cfg(feature = "bevy")]
impl From<crate::render::bevy::StudioError> for CannotDraw {
    fn from(reason: crate::render::bevy::StudioError) -> Self {
        Self(reason.to_string())
    }
}
