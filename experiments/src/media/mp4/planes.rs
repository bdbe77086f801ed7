//! Brightness and colour planes, converted in integers so that every machine agrees.
//!
//! ITU-R BT.601, limited range, one colour sample per 2 x 2 pixels.

use openh264::formats::YUVSource;

/// One picture as the encoder takes it; width and height are even.
pub(super) struct Planes {
    width: usize,
    height: usize,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl Planes {
    /// Black planes of a size in pixels.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let (luma, chroma) = (width * height, width * height / 4);
        Self { width, height, y: vec![16; luma], u: vec![128; chroma], v: vec![128; chroma] }
    }

    /// Takes a picture of three bytes per pixel, rows from top to bottom.
    pub(super) fn fill(&mut self, rgb: &[u8]) {
        for (y, pixel) in self.y.iter_mut().zip(rgb.as_chunks::<3>().0) {
            let [r, g, b] = pixel.map(i32::from);
            *y = (((66 * r + 129 * g + 25 * b + 128) >> 8) + 16) as u8;
        }
        let half = self.width / 2;
        for row in 0..self.height / 2 {
            for column in 0..half {
                let sum = self.block(rgb, row, column);
                let [r, g, b] = sum;
                let u = (-38 * r - 74 * g + 112 * b + 512) >> 10;
                let v = (112 * r - 94 * g - 18 * b + 512) >> 10;
                self.u[row * half + column] = (u + 128) as u8;
                self.v[row * half + column] = (v + 128) as u8;
            }
        }
    }

    /// Sums of the colours of a 2 x 2 block.
    fn block(&self, rgb: &[u8], row: usize, column: usize) -> [i32; 3] {
        let top = 3 * (2 * row * self.width + 2 * column);
        let bottom = top + 3 * self.width;
        let at = |i: usize| i32::from(rgb[i]);
        core::array::from_fn(|c| {
            at(top + c) + at(top + 3 + c) + at(bottom + c) + at(bottom + 3 + c)
        })
    }
}

impl YUVSource for Planes {
    fn dimensions(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    fn strides(&self) -> (usize, usize, usize) {
        (self.width, self.width / 2, self.width / 2)
    }

    fn y(&self) -> &[u8] {
        &self.y
    }

    fn u(&self) -> &[u8] {
        &self.u
    }

    fn v(&self) -> &[u8] {
        &self.v
    }
}

/// The colours of decoded planes, three bytes per pixel.
pub(super) fn rgb(planes: &impl YUVSource) -> Vec<u8> {
    let ((width, height), strides) = (planes.dimensions(), planes.strides());
    let mut rgb = Vec::with_capacity(3 * width * height);
    for row in 0..height {
        let luma = &planes.y()[row * strides.0..][..width];
        let blue = &planes.u()[row / 2 * strides.1..][..width.div_ceil(2)];
        let red = &planes.v()[row / 2 * strides.2..][..width.div_ceil(2)];
        for (column, &y) in luma.iter().enumerate() {
            let y = 298 * (i32::from(y) - 16) + 128;
            let u = i32::from(blue[column / 2]) - 128;
            let v = i32::from(red[column / 2]) - 128;
            let colours = [y + 409 * v, y - 100 * u - 208 * v, y + 516 * u];
            rgb.extend(colours.map(|c| (c >> 8).clamp(0, 255) as u8));
        }
    }
    rgb
}
