//! Opening a device.

use burn::tensor::Device;

use super::adapter::Adapter;
use super::error::DeviceError;

/// The processor, without gradients.
#[must_use]
pub fn cpu() -> Device {
    Device::flex()
}

/// The best graphics adapter, ready for tensors, without gradients. Called again, it is the same one.
///
/// # Errors
/// When this build has no Vulkan, the machine has no graphics adapter but software ones, or the driver
/// refuses. No software adapter is ever tried: burn's SPIR-V crashes the process inside them.
pub fn vulkan() -> Result<Device, DeviceError> {
    #[cfg(feature = "gpu")]
    return super::vulkan::open();
    #[cfg(not(feature = "gpu"))]
    Err(DeviceError::NotBuilt)
}

/// Every adapter that Vulkan offers, software ones too, in Vulkan's order.
///
/// Drivers are loaded for it: a broken one can end the process.
///
/// # Errors
/// When this build has no Vulkan.
pub fn adapters() -> Result<Vec<Adapter>, DeviceError> {
    #[cfg(feature = "gpu")]
    return super::vulkan::adapters();
    #[cfg(not(feature = "gpu"))]
    Err(DeviceError::NotBuilt)
}
