//! Where tensors live: the processor, or a graphics adapter through Vulkan.

mod adapter;
mod error;
mod open;
#[cfg(feature = "gpu")]
mod vulkan;

pub use adapter::{Adapter, Kind};
pub use error::DeviceError;
pub use open::{adapters, cpu, vulkan};
