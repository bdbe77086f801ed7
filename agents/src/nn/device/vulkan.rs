//! Adapters through wgpu, and burn's device on one of them.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::sync::OnceLock;

use burn::tensor::wgpu::WgpuBackend;
use burn::tensor::{Device, DeviceKind};
use burn_wgpu::wgpu::{Backends, DeviceType, Instance, InstanceDescriptor};

use super::adapter::{Adapter, Kind};
use super::error::DeviceError;

/// The adapters of Vulkan, in its order.
pub(super) fn adapters() -> Result<Vec<Adapter>, DeviceError> {
    let instance = Instance::new(InstanceDescriptor {
        backends: Backends::VULKAN,
        ..InstanceDescriptor::new_without_display_handle()
    });
    let found = at_once(instance.enumerate_adapters(Backends::VULKAN)).unwrap_or_default();
    let mut adapters: Vec<Adapter> = Vec::with_capacity(found.len());
    for adapter in found {
        let info = adapter.get_info();
        let reported = match info.device_type {
            DeviceType::DiscreteGpu => Kind::Discrete,
            DeviceType::IntegratedGpu => Kind::Integrated,
            DeviceType::VirtualGpu => Kind::Virtual,
            DeviceType::Other => Kind::Other,
            DeviceType::Cpu => Kind::Software,
        };
        let index = adapters.iter().filter(|one| one.reported == reported).count();
        let driver = format!("{} {}", info.driver, info.driver_info).trim().to_owned();
        adapters.push(Adapter { name: info.name, driver, reported, index });
    }
    Ok(adapters)
}

/// The best adapter as burn's device; only the first call opens one.
pub(super) fn open() -> Result<Device, DeviceError> {
    static OPENED: OnceLock<Result<Device, DeviceError>> = OnceLock::new();
    OPENED.get_or_init(first).clone()
}

fn first() -> Result<Device, DeviceError> {
    let adapter = Adapter::best(&adapters()?)?;
    // burn counts the adapters of each reported kind as `Adapter::index` does.
    let kind = match adapter.reported {
        Kind::Discrete => DeviceKind::DiscreteGpu(adapter.index),
        Kind::Integrated => DeviceKind::IntegratedGpu(adapter.index),
        Kind::Virtual => DeviceKind::VirtualGpu(adapter.index),
        Kind::Other | Kind::Software => return Err(refused(&adapter, "of no known kind")),
    };
    let options = Device::wgpu_options().device_kind(kind).graphics_api(WgpuBackend::Vulkan);
    options.init().map_err(|error| refused(&adapter, &error.to_string()))
}

fn refused(adapter: &Adapter, reason: &str) -> DeviceError {
    // Drivers explain over several lines.
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    DeviceError::Refused { adapter: adapter.name.clone(), reason }
}

/// What a future gives that is ready when first asked, as wgpu's are outside of browsers.
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
