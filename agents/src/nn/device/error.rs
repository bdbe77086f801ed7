//! Why there is no device.

use thiserror::Error;

/// Why tensors cannot live on a graphics adapter. Every message fits one line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DeviceError {
    /// The program was built without it.
    #[error("this program was built without the feature `gpu`: cargo build --features gpu")]
    NotBuilt,
    /// Vulkan offers nothing, or there is no Vulkan.
    #[error(
        "Vulkan offers no graphics adapter: install the GPU vendor's driver and libvulkan1 (see `mirror doctor`)"
    )]
    NoAdapter,
    /// Vulkan offers nothing but drivers that run on the processor.
    #[error("only software adapters here ({0}), which crash on burn's kernels: use --device cpu")]
    SoftwareOnly(String),
    /// The driver refused.
    #[error("{adapter}: {reason}")]
    Refused {
        /// Name of the adapter.
        adapter: String,
        /// What the driver said.
        reason: String,
    },
}
