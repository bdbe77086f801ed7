//! Pictures in, an mp4 file's bytes out.

use anyhow::{Context as _, ensure};
use muxide::api::{Muxer, MuxerBuilder, VideoCodec};
use openh264::OpenH264API;
use openh264::encoder::{
    Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Profile, QpRange,
    RateControlMode, UsageType, VuiConfig,
};

use super::planes::Planes;

/// Frames per second: one per control step of 0.05 s.
pub const FRAME_RATE: u32 = 20;
/// Frames from one that stands alone to the next (default 20: any frame is at most 1 s of decoding away).
pub const GROUP: u32 = 20;
/// Quantiser of every frame (default 22: about 0.3 kB a frame at 128 px).
pub const QUANTISER: u8 = 22;
/// Smallest and largest side, pixels; sides are even.
pub const SIDES: (u32, u32) = (16, 2160);

/// Whether videos can have this side length, pixels.
pub fn is_side(pixels: u32) -> bool {
    (SIDES.0..=SIDES.1).contains(&pixels) && pixels.is_multiple_of(2)
}

/// Films pictures of one size.
pub struct Writer {
    encoder: Encoder,
    muxer: Muxer<Vec<u8>>,
    planes: Planes,
    size: usize,
    count: u32,
    packet: Vec<u8>,
}

impl Writer {
    /// An empty film of pictures of this size in pixels.
    pub fn new(width: u32, height: u32) -> anyhow::Result<Self> {
        let (least, most) = SIDES;
        ensure!(
            is_side(width) && is_side(height),
            "a video of {width} x {height} pixels: sides must be even, {least} to {most}"
        );
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), settings())
            .context("cannot start the H.264 encoder")?;
        let rate = f64::from(FRAME_RATE);
        let muxer = MuxerBuilder::new(Vec::new())
            .video(VideoCodec::H264, width, height, rate)
            .with_fast_start(true)
            .build()
            .context("cannot start the mp4 writer")?;
        let (width, height) = (width as usize, height as usize);
        let planes = Planes::new(width, height);
        Ok(Self { encoder, muxer, planes, size: 3 * width * height, count: 0, packet: Vec::new() })
    }

    /// Adds the next picture: three bytes per pixel, rows from top to bottom.
    pub fn add(&mut self, rgb: &[u8]) -> anyhow::Result<()> {
        ensure!(rgb.len() == self.size, "a picture of {} bytes, not {}", rgb.len(), self.size);
        self.planes.fill(rgb);
        let encoded = self.encoder.encode(&self.planes).context("cannot encode a frame")?;
        self.packet.clear();
        encoded.write_vec(&mut self.packet);
        let alone = matches!(encoded.frame_type(), FrameType::IDR);
        let time = f64::from(self.count) / f64::from(FRAME_RATE);
        self.muxer.write_video(time, &self.packet, alone).context("cannot store a frame")?;
        self.count += 1;
        Ok(())
    }

    /// The finished file.
    pub fn finish(mut self) -> anyhow::Result<Vec<u8>> {
        ensure!(self.count > 0, "a video without a picture");
        self.muxer.finish_in_place().context("cannot finish the video")?;
        Ok(self.muxer.into_writer())
    }
}

/// Whatever follows the content or the machine is off: bit rate, skipping, threads.
fn settings() -> EncoderConfig {
    EncoderConfig::new()
        .usage_type(UsageType::CameraVideoRealTime)
        .rate_control_mode(RateControlMode::Off)
        .qp(QpRange::new(QUANTISER, QUANTISER))
        .skip_frames(false)
        .adaptive_quantization(false)
        .background_detection(false)
        .scene_change_detect(false)
        .intra_frame_period(IntraFramePeriod::from_num_frames(GROUP))
        .max_frame_rate(FrameRate::from_hz(FRAME_RATE as f32))
        .num_threads(1)
        .profile(Profile::Baseline)
        .vui(VuiConfig::bt601())
}
