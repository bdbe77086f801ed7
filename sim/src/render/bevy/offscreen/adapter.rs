//! Which graphics adapter draws.

use bevy::tasks::block_on;
use wgpu::{AdapterInfo, Backends, DeviceType, Instance, InstanceDescriptor, InstanceFlags};

use super::error::OffscreenError;

/// Environment variable that chooses an adapter by a part of its name, as Bevy reads it.
const VARIABLE: &str = "WGPU_ADAPTER_NAME";

/// A graphics adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// Its name, as the driver tells it.
    pub name: String,
    /// The driver and its version.
    pub driver: String,
    /// Whether the processor does the drawing.
    pub software: bool,
}

impl Adapter {
    fn of(info: &AdapterInfo) -> Self {
        let driver = [info.driver.trim(), info.driver_info.trim()];
        let driver: Vec<&str> = driver.into_iter().filter(|part| !part.is_empty()).collect();
        let software = info.device_type == DeviceType::Cpu;
        Self { name: info.name.clone(), driver: driver.join(" "), software }
    }
}

impl core::fmt::Display for Adapter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}", self.name)?;
        if !self.driver.is_empty() {
            write!(f, ", {}", self.driver)?;
        }
        Ok(())
    }
}

/// The Vulkan adapters of this machine, those that are real before those that are software.
///
/// Asking loads the drivers: what a broken one does to the process is its own affair.
pub fn adapters() -> Vec<Adapter> {
    // Vulkan alone: OpenGL would look for a display, and complain.
    let instance = Instance::new(InstanceDescriptor {
        backends: Backends::VULKAN,
        flags: InstanceFlags::empty(),
        ..InstanceDescriptor::new_without_display_handle()
    });
    let found = block_on(instance.enumerate_adapters(Backends::VULKAN));
    let mut adapters: Vec<Adapter> = found.iter().map(|one| Adapter::of(&one.get_info())).collect();
    adapters.sort_by_key(|adapter| adapter.software);
    adapters
}

/// The adapter to draw with: the one that [`VARIABLE`] names, else a real one, else a software one.
pub(super) fn choose() -> Result<Adapter, OffscreenError> {
    let wanted = std::env::var(VARIABLE).ok().filter(|name| !name.trim().is_empty());
    among(adapters(), wanted)
}

fn among(adapters: Vec<Adapter>, wanted: Option<String>) -> Result<Adapter, OffscreenError> {
    let Some(wanted) = wanted else {
        return adapters.into_iter().next().ok_or(OffscreenError::NoAdapter);
    };
    let names: Vec<String> = adapters.iter().map(|adapter| adapter.name.clone()).collect();
    let part = wanted.to_lowercase();
    let found = adapters.into_iter().find(|adapter| adapter.name.to_lowercase().contains(&part));
    found.ok_or_else(|| match names.is_empty() {
        true => OffscreenError::NoAdapter,
        false => OffscreenError::NoSuchAdapter { wanted, there: names.join(", ") },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_is_chosen_by_part_of_its_name() {
        let adapter = |name: &str| Adapter {
            name: name.into(),
            driver: String::new(),
            software: name.contains("pipe"),
        };
        let both = || vec![adapter("Bristol GPU"), adapter("llvmpipe (LLVM 15)")];
        assert_eq!(among(both(), None), Ok(adapter("Bristol GPU")));
        assert_eq!(among(both(), Some("LLVM".into())), Ok(adapter("llvmpipe (LLVM 15)")));
        assert_eq!(among(vec![], Some("LLVM".into())), Err(OffscreenError::NoAdapter));
        assert_eq!(among(vec![], None), Err(OffscreenError::NoAdapter));
        let error = among(both(), Some("voodoo".into())).unwrap_err().to_string();
        assert!(error.contains("voodoo") && error.contains("Bristol GPU, llvmpipe"), "{error}");
    }
}
