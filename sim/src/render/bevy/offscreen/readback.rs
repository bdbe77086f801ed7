//! Pictures on their way back from the adapter.

use std::sync::mpsc;

use bevy::app::{App, Plugin};
use bevy::core_pipeline::schedule::camera_driver;
use bevy::ecs::component::Component;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::render::RenderApp;
use bevy::render::camera::ExtractedCamera;
use bevy::render::extract_component::{ExtractComponent, ExtractComponentPlugin};
use bevy::render::render_resource::{
    Buffer, BufferDescriptor, BufferSlice, BufferUsages, MapMode, PollType, TexelCopyBufferInfo,
    TexelCopyBufferLayout, Texture,
};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderGraph, RenderGraphSystems};
use bevy::render::view::{ViewDepthTexture, ViewTarget};

/// Bytes per pixel, of colour and of depth alike.
const PIXEL: u32 = 4;

/// Which camera of a request an entity is.
#[derive(Clone, Component, Copy, Debug, ExtractComponent)]
pub(super) struct CameraSlot(pub(super) usize);

/// One buffer for the pictures of all cameras.
#[derive(Default, Resource)]
pub(super) struct Readback {
    buffer: Option<Buffer>,
    capacity: u64,
    regions: Vec<CopyRegion>,
}

/// Where one camera's picture lies in the buffer.
#[derive(Clone, Copy, Debug)]
struct CopyRegion {
    slot: usize,
    width: u32,
    height: u32,
    /// Rows in the buffer are padded to this many bytes.
    row: u32,
    /// Where the colours begin; the depths follow.
    offset: u64,
}

/// Copies what each camera saw into the buffer, after all have drawn.
pub(super) struct ReadbackPlugin;

impl Plugin for ReadbackPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(ExtractComponentPlugin::<CameraSlot>::default());
        let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
        render.init_resource::<Readback>().add_systems(
            RenderGraph,
            copy_views.in_set(RenderGraphSystems::Render).after(camera_driver),
        );
    }
}

type Drawn<'a> = (&'a CameraSlot, &'a ViewTarget, &'a ViewDepthTexture);

fn copy_views(
    views: Query<Drawn, With<ExtractedCamera>>,
    mut readback: ResMut<Readback>,
    device: Res<RenderDevice>,
    mut context: RenderContext,
) {
    let mut views: Vec<_> = views.iter().collect();
    views.sort_by_key(|(slot, ..)| slot.0);
    readback.regions.clear();
    let mut end = 0;
    for (slot, target, _) in &views {
        let size = target.main_texture().size();
        let row = RenderDevice::align_copy_bytes_per_row((PIXEL * size.width) as usize) as u32;
        let (slot, width, height, offset) = (slot.0, size.width, size.height, end);
        readback.regions.push(CopyRegion { slot, width, height, row, offset });
        end += 2 * u64::from(row) * u64::from(height);
    }
    if end > readback.capacity || readback.buffer.is_none() {
        readback.buffer = Some(device.create_buffer(&BufferDescriptor {
            label: Some("readback"),
            size: end.max(1 << 20),
            usage: BufferUsages::MAP_READ | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        }));
        readback.capacity = end.max(1 << 20);
    }
    let Some(buffer) = &readback.buffer else { return };
    let encoder = context.command_encoder();
    for (region, (_, target, depth)) in readback.regions.iter().zip(&views) {
        let mut copy = |texture: &Texture, offset: u64| {
            let layout = TexelCopyBufferLayout {
                offset,
                bytes_per_row: Some(region.row),
                rows_per_image: None,
            };
            let destination = TexelCopyBufferInfo { buffer, layout };
            encoder.copy_texture_to_buffer(texture.as_image_copy(), destination, texture.size());
        };
        copy(target.main_texture(), region.offset);
        copy(&depth.texture, region.offset + region.depths());
    }
}

impl CopyRegion {
    /// How far the depths lie behind the colours, bytes.
    fn depths(&self) -> u64 {
        u64::from(self.row) * u64::from(self.height)
    }
}

/// What one camera saw: rows of pixels without padding.
pub(super) struct CameraImage<'a> {
    bytes: &'a [u8],
    region: CopyRegion,
}

impl<'a> CameraImage<'a> {
    /// Width and height, pixels.
    pub(super) fn size(&self) -> [u32; 2] {
        [self.region.width, self.region.height]
    }

    /// Red, green, blue and alpha, each row with its depths as they lie in the depth buffer.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'a [[u8; 4]], &'a [[u8; 4]])> {
        let CopyRegion { width, height, row, .. } = self.region;
        let (colors, depths) = self.bytes.split_at((row * height) as usize);
        let cut = move |row: &'a [u8]| row[..(PIXEL * width) as usize].as_chunks().0;
        let rows = |bytes: &'a [u8]| bytes.chunks_exact(row as usize).map(cut);
        rows(colors).zip(rows(depths))
    }
}

impl Readback {
    /// Waits until everything is drawn.
    ///
    /// # Errors
    /// Says what the driver said when it fails.
    pub(super) fn wait(&self, device: &RenderDevice) -> Result<(), String> {
        let Some(slice) = self.used() else { return Ok(()) };
        let (sender, receiver) = mpsc::channel();
        device.map_buffer(&slice, MapMode::Read, move |result| {
            // The receiver is still there: this is called from the wait below.
            sender.send(result).ok();
        });
        device.poll(PollType::wait_indefinitely()).map_err(|error| error.to_string())?;
        let mapped = receiver.recv().map_err(|error| error.to_string())?;
        mapped.map_err(|error| error.to_string())
    }

    /// Shows each picture, in the order of the slots, and unmaps the buffer. Only after waiting.
    pub(super) fn for_each(&self, mut show: impl FnMut(usize, &CameraImage)) {
        let (Some(buffer), Some(slice)) = (&self.buffer, self.used()) else { return };
        let bytes = slice.get_mapped_range();
        for &region in &self.regions {
            let from = region.offset as usize;
            let bytes = &bytes[from..from + 2 * region.depths() as usize];
            show(region.slot, &CameraImage { bytes, region });
        }
        drop(bytes);
        buffer.unmap();
    }

    /// The part of the buffer that pictures were copied to.
    fn used(&self) -> Option<BufferSlice<'_>> {
        let (buffer, last) = (self.buffer.as_ref()?, self.regions.last()?);
        Some(buffer.slice(..last.offset + 2 * last.depths()))
    }
}
