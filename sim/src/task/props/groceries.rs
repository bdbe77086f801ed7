//! Nine things from a larder, standing on the table.

use crate::scene::description::Body;
use crate::scene::frame::{Pose, at};
use crate::scene::palette::METAL;
use crate::scene::shape::{Part, Rgb, Shape};

/// What is bought: a packet, a tin or a bottle.
enum Form {
    Packet,
    Tin,
    Bottle,
}

/// One of the groceries. Sizes are those of the real packages, 0.8 times as large, and the widest
/// tins narrower still so that fingers around them count as closed (own choice).
pub(crate) struct Grocery {
    /// What it is called.
    pub(crate) name: &'static str,
    form: Form,
    /// Width, thickness and height, m.
    pub(crate) size: [f32; 3],
    /// Height at which it is gripped across its thickness, m.
    pub(crate) grip: f32,
    mass: f32,
    color: Rgb,
    label: Rgb,
}

const CREAM: Rgb = [0.90, 0.86, 0.74];

/// The groceries, in the benchmark's order.
#[rustfmt::skip]
pub(crate) const ALL: [Grocery; 9] = [
    grocery("crackers", Form::Packet, [0.126, 0.048, 0.168], 0.140, 0.20, [0.75, 0.10, 0.08], [0.95, 0.80, 0.20]),
    grocery("chocolate jello", Form::Packet, [0.088, 0.028, 0.071], 0.045, 0.10, [0.25, 0.12, 0.06], CREAM),
    grocery("strawberry jello", Form::Packet, [0.068, 0.024, 0.058], 0.032, 0.10, [0.90, 0.25, 0.35], CREAM),
    grocery("soup", Form::Tin, [0.054, 0.054, 0.082], 0.055, 0.20, [0.80, 0.06, 0.06], CREAM),
    grocery("tuna", Form::Tin, [0.064, 0.064, 0.028], 0.020, 0.15, [0.10, 0.35, 0.65], CREAM),
    grocery("spam", Form::Packet, [0.078, 0.042, 0.066], 0.040, 0.20, [0.08, 0.16, 0.50], [0.95, 0.80, 0.15]),
    grocery("coffee", Form::Tin, [0.064, 0.064, 0.110], 0.085, 0.25, [0.12, 0.20, 0.45], [0.55, 0.33, 0.16]),
    grocery("mustard", Form::Bottle, [0.074, 0.046, 0.150], 0.105, 0.25, [0.95, 0.78, 0.05], [0.75, 0.12, 0.08]),
    grocery("sugar", Form::Packet, [0.072, 0.032, 0.140], 0.112, 0.25, [0.95, 0.93, 0.85], [0.95, 0.75, 0.10]),
];

const fn grocery(
    name: &'static str,
    form: Form,
    size: [f32; 3],
    grip: f32,
    mass: f32,
    color: Rgb,
    label: Rgb,
) -> Grocery {
    Grocery { name, form, size, grip, mass, color, label }
}

impl Grocery {
    /// The thing upright; the origin is the middle of its underside, x its width.
    pub(crate) fn body(&self) -> Body {
        let [wide, thick, high] = self.size;
        let middle = at(0.0, 0.0, 0.5 * high);
        let body = Body::free(self.name, Pose::IDENTITY, self.mass).graspable();
        match self.form {
            Form::Packet => {
                let label = Shape::cuboid(0.8 * wide, thick + 0.001, 0.4 * high);
                let top = Shape::cuboid(0.8 * wide, 0.6 * thick, 0.001);
                body.with(Part::new(Shape::cuboid(wide, thick, high), middle, self.color))
                    .with(Part::new(label, middle, self.label).ghost())
                    .with(Part::new(top, at(0.0, 0.0, high), self.label).ghost())
            }
            Form::Tin => {
                let radius = 0.5 * wide;
                let label = Shape::cylinder(radius + 0.0005, 0.4 * high);
                let end = |z: f32| {
                    Part::new(Shape::cylinder(radius - 0.003, 0.002), at(0.0, 0.0, z), METAL)
                        .ghost()
                };
                body.with(Part::new(Shape::cylinder(radius, high), middle, self.color))
                    .with(Part::new(label, middle, self.label).ghost())
                    .with(end(high))
            }
            Form::Bottle => {
                let belly = 0.78 * high;
                let neck = high - belly;
                let label = Shape::cuboid(0.7 * wide, thick + 0.001, 0.35 * belly);
                let foot = at(0.0, 0.0, 0.5 * belly);
                body.with(Part::new(Shape::cuboid(wide, thick, belly), foot, self.color))
                    .with(Part::new(label, foot, self.label).ghost())
                    .with(Part::new(
                        Shape::cylinder(0.012, neck),
                        at(0.0, 0.0, belly + 0.5 * neck),
                        self.label,
                    ))
            }
        }
    }
}
