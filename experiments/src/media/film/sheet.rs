//! Contact sheets: pictures side by side, each under a line of text.

use super::glyphs;
use super::picture::Picture;

const PAPER: [u8; 3] = [255, 255, 255];
const INK: [u8; 3] = [30, 30, 35];
/// Between pictures and around the sheet, pixels.
const GAP: u32 = 6;

/// A strip of pictures of one size with a caption above.
#[derive(Clone, Debug)]
pub struct CaptionedStrip {
    /// The text.
    pub caption: String,
    /// The pictures, left to right.
    pub pictures: Vec<Picture>,
}

/// Where things go on a sheet of equal strips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetLayout {
    /// Strips.
    pub strips: u32,
    /// Strips side by side.
    pub columns: u32,
    /// Pictures in a strip.
    pub pictures: u32,
    /// Width and height of a picture, pixels.
    pub picture: [u32; 2],
}

impl SheetLayout {
    /// Width and height of the sheet, pixels.
    pub fn size(&self) -> [u64; 2] {
        let [width, height] = self.strip().map(u64::from);
        let rows = u64::from(self.strips.div_ceil(self.columns.max(1)));
        let gap = u64::from(GAP);
        [u64::from(self.columns) * (width + gap) + gap, rows * (height + gap) + gap]
    }

    fn strip(&self) -> [u32; 2] {
        let [width, height] = self.picture;
        let caption = self.scale() * glyphs::HEIGHT + GAP;
        [(self.pictures * (width + 1)).saturating_sub(1), height + caption]
    }

    /// Pixels per dot of text: as large as leaves room for a long name, and never unreadable.
    fn scale(&self) -> u32 {
        (self.pictures * self.picture[0] / 200).clamp(1, 3)
    }
}

/// Puts strips together, row by row; `layout` says how many and how large.
pub fn contact_sheet(layout: &SheetLayout, strips: &[CaptionedStrip]) -> Picture {
    let [width, height] = layout.size().map(|length| u32::try_from(length).unwrap_or(u32::MAX));
    let mut sheet = Picture::plain(width, height, PAPER);
    let ([strip_width, strip_height], scale) = (layout.strip(), layout.scale());
    for (strip, index) in strips.iter().zip(0..) {
        let left = GAP + index % layout.columns * (strip_width + GAP);
        let top = GAP + index / layout.columns * (strip_height + GAP);
        // A caption too wide for its strip is cut, or it would run into the next one.
        let mut caption = strip.caption.clone();
        while glyphs::width(&caption) * scale > strip_width {
            caption.pop();
        }
        sheet.write(&caption, left, top, scale, INK);
        let below = top + scale * glyphs::HEIGHT + GAP / 2;
        for (picture, column) in strip.pictures.iter().zip(0..) {
            sheet.put(picture, left + column * (layout.picture[0] + 1), below);
        }
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_fill_the_grid_and_captions_stay_inside() {
        let layout = SheetLayout { strips: 3, columns: 2, pictures: 2, picture: [20, 10] };
        let strip = |color| CaptionedStrip {
            caption: "A VERY LONG NAME".into(),
            pictures: vec![Picture::plain(20, 10, color); 2],
        };
        let strips = [strip([200, 0, 0]), strip([0, 200, 0]), strip([0, 0, 200])];
        let sheet = contact_sheet(&layout, &strips);
        assert_eq!([u64::from(sheet.width), u64::from(sheet.height)], layout.size());
        for color in [[200, 0, 0], [0, 200, 0], [0, 0, 200]] {
            let count = sheet.rgb.chunks(3).filter(|pixel| **pixel == color).count();
            assert_eq!(count, 2 * 20 * 10);
        }
    }
}
