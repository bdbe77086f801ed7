//! An SVG document, element by element.

use std::fmt::Write as _;

/// Colour of titles and labels.
pub(super) const INK: &str = "#1f2328";
/// Colour of ticks and remarks.
pub(super) const SOFT: &str = "#656d76";
/// Colour of grid lines.
pub(super) const GRID: &str = "#e5e8eb";
/// Colour of axes and zero lines.
pub(super) const AXIS: &str = "#9aa2ab";

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The document so far; lengths are pixels from the top left corner.
#[derive(Debug)]
pub(super) struct Svg {
    body: String,
    width: f64,
    height: f64,
}

impl Svg {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { body: String::new(), width, height }
    }

    fn push(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    pub(super) fn line(&mut self, [x, y]: [f64; 2], [u, v]: [f64; 2], colour: &str, width: f64) {
        let [x, y, u, v, width] = [x, y, u, v, width].map(number);
        self.push(&format!(
            r#"<line x1="{x}" y1="{y}" x2="{u}" y2="{v}" stroke="{colour}" stroke-width="{width}"/>"#
        ));
    }

    pub(super) fn dashed(&mut self, [x, y]: [f64; 2], [u, v]: [f64; 2], colour: &str) {
        let [x, y, u, v] = [x, y, u, v].map(number);
        self.push(&format!(
            r#"<line x1="{x}" y1="{y}" x2="{u}" y2="{v}" stroke="{colour}" stroke-dasharray="4 3"/>"#
        ));
    }

    pub(super) fn rectangle(&mut self, [x, y]: [f64; 2], [w, h]: [f64; 2], colour: &str) {
        let [x, y, w, h] = [x, y, w, h].map(number);
        self.push(&format!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{colour}"/>"#));
    }

    /// A filled dot with a white rim, so that dots on one another stay apart.
    pub(super) fn dot(&mut self, [x, y]: [f64; 2], radius: f64, colour: &str) {
        let [x, y, radius] = [x, y, radius].map(number);
        self.push(&format!(
            r##"<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}" stroke="#ffffff"/>"##
        ));
    }

    /// A hollow diamond.
    pub(super) fn diamond(&mut self, [x, y]: [f64; 2], radius: f64, colour: &str) {
        let corners = [[x, y - radius], [x + radius, y], [x, y + radius], [x - radius, y]];
        let points = points(corners);
        self.push(&format!(
            r##"<polygon points="{points}" fill="#ffffff" stroke="{colour}" stroke-width="1.5"/>"##
        ));
    }

    pub(super) fn curve(&mut self, along: impl IntoIterator<Item = [f64; 2]>, colour: &str) {
        let points = points(along);
        self.push(&format!(
            r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-linejoin="round"/>"#
        ));
    }

    pub(super) fn area(
        &mut self,
        around: impl IntoIterator<Item = [f64; 2]>,
        colour: &str,
        opacity: f64,
    ) {
        let (points, opacity) = (points(around), number(opacity));
        self.push(&format!(
            r#"<polygon points="{points}" fill="{colour}" fill-opacity="{opacity}"/>"#
        ));
    }

    pub(super) fn text(
        &mut self,
        at: [f64; 2],
        anchor: Anchor,
        size: f64,
        colour: &str,
        text: &str,
    ) {
        self.words(at, anchor, size, colour, text, "");
    }

    pub(super) fn bold(
        &mut self,
        at: [f64; 2],
        anchor: Anchor,
        size: f64,
        colour: &str,
        text: &str,
    ) {
        self.words(at, anchor, size, colour, text, r#" font-weight="600""#);
    }

    /// Text that reads upwards, for the title of a vertical axis.
    pub(super) fn upwards(&mut self, [x, y]: [f64; 2], size: f64, colour: &str, text: &str) {
        let turn = format!(r#" transform="rotate(-90 {} {})""#, number(x), number(y));
        self.words([x, y], Anchor::Middle, size, colour, text, &turn);
    }

    fn words(
        &mut self,
        [x, y]: [f64; 2],
        anchor: Anchor,
        size: f64,
        colour: &str,
        text: &str,
        more: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let ([x, y, size], text) = ([x, y, size].map(number), escaped(text));
        self.push(&format!(
            r#"<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{more}>{text}</text>"#
        ));
    }

    /// The whole document; `title` is what a screen reader says.
    pub(super) fn finish(self, title: &str) -> String {
        let [w, h] = [self.width, self.height].map(number);
        let mut document = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            document,
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" font-family="Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif">"#
        );
        let _ = writeln!(document, "<title>{}</title>", escaped(title));
        let _ = writeln!(document, r##"<rect width="{w}" height="{h}" fill="#ffffff"/>"##);
        document + &self.body + "</svg>\n"
    }
}

/// About how wide a text is; fonts differ, so leave some room.
pub(super) fn width(text: &str, size: f64) -> f64 {
    0.56 * size * text.chars().count() as f64
}

fn points(along: impl IntoIterator<Item = [f64; 2]>) -> String {
    let points: Vec<String> =
        along.into_iter().map(|[x, y]| format!("{},{}", number(x), number(y))).collect();
    points.join(" ")
}

/// Two decimals at most: a hundredth of a pixel is not seen.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn escaped(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [1.0, 2.5, -0.001, 1.0 / 3.0, 100.0].map(number),
            ["1", "2.5", "0", "0.33", "100"]
        );
    }

    #[test]
    fn names_cannot_break_the_document() {
        let mut svg = Svg::new(10.0, 10.0);
        svg.text([0.0, 0.0], Anchor::Start, 10.0, INK, "<a & \"b\">\n");
        let document = svg.finish("</title>");
        assert!(document.contains("&lt;a &amp; &quot;b&quot;&gt; </text>"), "{document}");
        assert!(document.contains("<title>&lt;/title&gt;</title>"), "{document}");
    }
}
