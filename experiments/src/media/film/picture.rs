//! A colour picture that others are put together in.

use std::fs::File;
use std::io::BufWriter;

use anyhow::Context as _;
use sim::render::raster::Frame;

use super::glyphs;

/// sRGB, three bytes per pixel, rows from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// The pixels.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// A picture of one colour.
    pub fn plain(width: u32, height: u32, color: [u8; 3]) -> Self {
        let rgb = color.repeat(width as usize * height as usize);
        Self { width, height, rgb }
    }

    /// The colours of a rendered view.
    pub fn of(frame: Frame) -> Self {
        Self { width: frame.width, height: frame.height, rgb: frame.rgb }
    }

    /// A picture of one pixel for each square of `factor` x `factor`, their mean; what is left over at
    /// the edges is left off.
    #[must_use]
    pub fn shrunk(self, factor: u32) -> Self {
        if factor <= 1 {
            return self;
        }
        let (width, height) = (self.width / factor, self.height / factor);
        let mut rgb = Vec::with_capacity(3 * (width * height) as usize);
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            for channel in 0..3 {
                let square = (0..factor * factor).map(|i| {
                    let (row, column) = (y * factor + i / factor, x * factor + i % factor);
                    u32::from(self.rgb[3 * (row * self.width + column) as usize + channel])
                });
                let count = factor * factor;
                rgb.push(((square.sum::<u32>() + count / 2) / count) as u8);
            }
        }
        Self { width, height, rgb }
    }

    /// Copies another picture in, its top left corner at `x`, `y`; what would stick out is left off.
    pub fn put(&mut self, other: &Self, x: u32, y: u32) {
        let width = other.width.min(self.width.saturating_sub(x)) as usize;
        let height = other.height.min(self.height.saturating_sub(y));
        for row in 0..height {
            let from = 3 * (row * other.width) as usize;
            let to = 3 * ((y + row) * self.width + x) as usize;
            self.rgb[to..to + 3 * width].copy_from_slice(&other.rgb[from..from + 3 * width]);
        }
    }

    /// Draws a straight line between two points (column and row, pixels), `width` pixels wide; what would
    /// stick out is left off.
    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], width: u32, color: [u8; 3]) {
        let run = [to[0] - from[0], to[1] - from[1]];
        let steps = run[0].abs().max(run[1].abs()).ceil();
        // A line many pictures long comes from a point beside the camera: there is nothing to show.
        let near = steps.is_finite() && steps <= 16.0 * self.width.max(self.height) as f32;
        if !near {
            return;
        }
        let dot = Self::plain(width, width, color);
        let half = 0.5 * width as f32;
        for step in 0..=steps as u32 {
            let share = step as f32 / steps.max(1.0);
            let [x, y] = [0, 1].map(|axis| from[axis] + share * run[axis] - half);
            if x >= 0.0 && y >= 0.0 {
                self.put(&dot, x as u32, y as u32);
            }
        }
    }

    /// Writes a line of text, its top left corner at `x`, `y`, each dot `scale` pixels wide.
    pub fn write(&mut self, text: &str, x: u32, y: u32, scale: u32, color: [u8; 3]) {
        let dot = Self::plain(scale, scale, color);
        for (place, c) in text.chars().enumerate() {
            let left = x + place as u32 * glyphs::ADVANCE * scale;
            for (row, dots) in glyphs::glyph(c).into_iter().enumerate() {
                for column in (0..5).filter(|column| dots >> (4 - column) & 1 == 1) {
                    self.put(&dot, left + column * scale, y + row as u32 * scale);
                }
            }
        }
    }
}

/// Writes a picture as PNG.
pub fn write_png(picture: &Picture, file: &mut BufWriter<File>) -> anyhow::Result<()> {
    let mut encoder = png::Encoder::new(file, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let mut writer = encoder.write_header().context("PNG")?;
    writer.write_image_data(&picture.rgb).context("PNG")?;
    writer.finish().context("PNG")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sticks_out_is_left_off() {
        let mut picture = Picture::plain(4, 3, [0; 3]);
        picture.put(&Picture::plain(3, 3, [9; 3]), 2, 2);
        let lit = picture.rgb.chunks(3).filter(|pixel| **pixel == [9; 3]).count();
        assert_eq!(lit, 2);
        picture.put(&Picture::plain(3, 3, [7; 3]), 9, 9);
        assert!(!picture.rgb.contains(&7));
    }

    #[test]
    fn lines_join_their_ends_and_stay_inside() {
        let mut picture = Picture::plain(9, 5, [0; 3]);
        picture.line([0.5, 2.5], [8.5, 2.5], 1, [9; 3]);
        assert!(picture.rgb[3 * 2 * 9..3 * 3 * 9].iter().all(|byte| *byte == 9));
        assert_eq!(picture.rgb.iter().filter(|byte| **byte == 9).count(), 3 * 9);
        let before = picture.clone();
        picture.line([-3.0, -3.0], [-1.0, -9.0], 2, [7; 3]);
        picture.line([f32::NAN, 0.0], [1.0, 1.0], 1, [7; 3]);
        picture.line([0.0, 0.0], [1e9, 1e9], 1, [7; 3]);
        assert_eq!(picture, before);
        picture.line([4.0, -2.0], [4.0, 40.0], 1, [7; 3]);
        assert_eq!(picture.rgb.chunks(3).filter(|pixel| **pixel == [7; 3]).count(), 5);
    }

    #[test]
    fn shrinking_takes_the_mean_of_squares() {
        let mut picture = Picture::plain(5, 4, [10, 20, 30]);
        picture.put(&Picture::plain(1, 1, [30, 20, 31]), 2, 2);
        let small = picture.clone().shrunk(2);
        assert_eq!((small.width, small.height, small.rgb.len()), (2, 2, 12));
        assert_eq!((&small.rgb[..3], &small.rgb[9..]), (&[10, 20, 30][..], &[15, 20, 30][..]));
        assert_eq!(picture.clone().shrunk(1), picture);
    }

    #[test]
    fn text_is_drawn_dot_by_dot() {
        let mut picture = Picture::plain(20, 20, [0; 3]);
        picture.write("-", 1, 1, 2, [255; 3]);
        // Five dots, each two by two pixels, in the fourth row of dots.
        assert_eq!(picture.rgb.iter().filter(|byte| **byte == 255).count(), 5 * 4 * 3);
        assert_eq!(picture.rgb[3 * (7 * 20 + 1)], 255);
    }
}
