//! What a policy thinks: where it looks for its next waypoint.

use crate::robot::action::Action;
use crate::scene::frame::Vec3;

/// What a policy decided at one step, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyDecision {
    /// Control step at which it was decided.
    pub step: usize,
    /// The action chosen.
    pub action: Action,
    /// Heat maps of the whole scene: seen from above, from the front, from the side.
    pub coarse: Vec<HeatMap>,
    /// Heat maps of the part that was looked at closely, in the same order.
    pub fine: Vec<HeatMap>,
}

/// Probabilities of the waypoint over one orthographic view, laid out in the world.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// What the view is called.
    pub name: String,
    /// Pixels along each edge.
    pub side: usize,
    /// Probabilities, row by row from the top: `side * side` numbers.
    pub values: Vec<f32>,
    /// Where the top left corner of the image lies, world, metres.
    pub corner: Vec3,
    /// From the left edge of the image to its right edge, metres.
    pub across: Vec3,
    /// From the top edge of the image to its bottom edge, metres.
    pub down: Vec3,
}

impl HeatMap {
    /// How warm a point of the world is in this view: 0 for nothing, 1 for the warmest pixel.
    pub fn at(&self, point: Vec3) -> f32 {
        let offset = point - self.corner;
        let share = |edge: Vec3| offset.dot(edge) / edge.length_squared();
        let index =
            |share: f32| (0.0..1.0).contains(&share).then_some((share * self.side as f32) as usize);
        let (Some(column), Some(row)) = (index(share(self.across)), index(share(self.down))) else {
            return 0.0;
        };
        let value = self.values.get(row * self.side + column).copied().unwrap_or(0.0);
        let most = self.most();
        if most > 0.0 { value / most } else { 0.0 }
    }

    /// The largest probability.
    pub fn most(&self) -> f32 {
        self.values.iter().copied().fold(0.0, f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heat_lies_where_the_image_lies() {
        let mut values = vec![0.0; 16];
        // Row 1, column 2.
        values[6] = 0.5;
        values[0] = 0.25;
        // Seen from above: columns along +x, rows along -y.
        let map = HeatMap {
            name: "top".into(),
            side: 4,
            values,
            corner: Vec3::new(1.0, 2.0, 0.0),
            across: Vec3::new(4.0, 0.0, 0.0),
            down: Vec3::new(0.0, -4.0, 0.0),
        };
        assert_eq!(map.at(Vec3::new(3.5, 0.5, 7.0)), 1.0);
        assert_eq!(map.at(Vec3::new(1.5, 1.5, -7.0)), 0.5);
        assert_eq!(map.at(Vec3::new(4.5, 1.5, 0.0)), 0.0);
        assert_eq!(map.at(Vec3::new(0.5, 1.5, 0.0)), 0.0);
        assert_eq!(map.at(Vec3::NAN), 0.0);
    }
}
