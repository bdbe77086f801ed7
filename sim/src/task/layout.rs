//! Laying out a task: bodies, sensors, goals and waypoints, placed at random without overlap.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rapier3d::parry::query::distance;
use rapier3d::prelude::SharedShape;

use crate::scene::description::{Body, BodyId, Motion, Scene, Sensor, SensorId};
use crate::scene::frame::{
    ACTION_MAX, ACTION_MIN, Pose, TABLE_TOP, Vec3, WORKSPACE_CENTRE, WORKSPACE_HALF, at, yaw,
};
use crate::scene::palette::NamedColor;
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::goal::{Condition, Goal};
use crate::task::rules::Rules;
use crate::task::script::{Anchor, Grip, Waypoint};
use crate::world::collider::collider;

/// Draws per object before the whole layout is drawn again (default 100, RLBench).
pub const TRIES: u32 = 100;
/// Least gap between objects placed at random, m (default 5 mm).
pub const GAP: f32 = 0.005;

/// A rectangle in the task's frame in which objects are scattered, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Smallest x and y.
    pub min: [f32; 2],
    /// Largest x and y.
    pub max: [f32; 2],
}

impl Region {
    /// A rectangle from its edges.
    pub const fn new(x: [f32; 2], y: [f32; 2]) -> Self {
        Self { min: [x[0], y[0]], max: [x[1], y[1]] }
    }

    fn area(&self) -> f32 {
        (self.max[0] - self.min[0]) * (self.max[1] - self.min[1])
    }
}

/// The part of the world in which the tip stops, m; both ends are excluded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Smallest x, y, z.
    pub min: [f32; 3],
    /// Largest x, y, z.
    pub max: [f32; 3],
}

impl Bounds {
    /// The legal action box.
    pub const ACTIONS: Self = Self { min: ACTION_MIN, max: ACTION_MAX };

    /// Whether a point lies in it.
    pub fn contains(&self, point: Vec3) -> bool {
        let p = point.to_array();
        (0..3).all(|i| p[i] > self.min[i] && p[i] < self.max[i])
    }
}

/// An object found no place; the layout is drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacementError;

/// A task being laid out in its own frame: origin on the table, z up. Placing it turns and moves
/// everything together.
pub struct Layout<'r> {
    /// The episode's stream of randomness.
    pub rng: &'r mut ChaCha8Rng,
    /// Which rules the task follows.
    pub rules: Rules,
    pub(crate) scene: Scene,
    pub(crate) goals: Vec<Goal>,
    pub(crate) script: Vec<Waypoint>,
    pub(crate) bounds: Bounds,
    scattered: Vec<(Vec<BodyId>, Vec3)>,
    origin: Option<Region>,
    reserved: Vec<(SharedShape, Pose)>,
}

impl<'r> Layout<'r> {
    /// An empty layout.
    pub fn new(rng: &'r mut ChaCha8Rng, rules: Rules) -> Self {
        Self {
            rng,
            rules,
            scene: Scene::default(),
            goals: Vec::new(),
            script: Vec::new(),
            bounds: Bounds::ACTIONS,
            scattered: Vec::new(),
            origin: None,
            reserved: Vec::new(),
        }
    }

    /// Adds a body; its pose is in the task's frame.
    pub fn add(&mut self, body: Body) -> BodyId {
        self.scene.add(body)
    }

    /// Adds a sensor fixed in the task's frame.
    pub fn sensor(&mut self, name: impl Into<String>, shape: Shape, pose: Pose) -> SensorId {
        self.scene.sense(Sensor { name: name.into(), parent: None, pose, shape })
    }

    /// Adds a sensor that moves with a body; its pose is in the body's frame.
    pub fn sensor_on(
        &mut self,
        body: BodyId,
        name: impl Into<String>,
        shape: Shape,
        pose: Pose,
    ) -> SensorId {
        self.scene.sense(Sensor { name: name.into(), parent: Some(body), pose, shape })
    }

    /// Adds a named part of success.
    pub fn goal(&mut self, name: impl Into<String>, condition: Condition) {
        self.goals.push(Goal { name: name.into(), condition });
    }

    /// Adds the next waypoint of the expert.
    pub fn go(&mut self, waypoint: Waypoint) {
        self.script.push(waypoint);
    }

    /// Keeps the expert's stops inside a box of the world, m: the place of the task is drawn so that
    /// they fall into it, and a layout that leaves it all the same is drawn again.
    pub fn within(&mut self, x: [f32; 2], y: [f32; 2], z: [f32; 2]) {
        self.bounds = Bounds { min: [x[0], y[0], z[0]], max: [x[1], y[1], z[1]] };
    }

    /// Pose of a body in the task's frame, as laid out so far.
    pub fn pose(&self, body: BodyId) -> Pose {
        self.scene.bodies[body.0].pose
    }

    /// Moves a group rigidly so that its first body comes to `pose`.
    pub fn place(&mut self, group: &[BodyId], pose: Pose) {
        let Some(&first) = group.first() else { return };
        let shift = pose * self.pose(first).inverse();
        for &body in group {
            let moved = shift * self.pose(body);
            self.scene.bodies[body.0].pose = moved;
        }
    }

    /// A uniform number in `-limit..=limit`.
    pub fn spread(&mut self, limit: f32) -> f32 {
        if limit > 0.0 { self.rng.random_range(-limit..=limit) } else { 0.0 }
    }

    /// A uniform index below `count`.
    pub fn pick(&mut self, count: usize) -> usize {
        self.rng.random_range(0..count)
    }

    /// `count` different entries of `colors`, none of them at an index in `taken`.
    pub fn colors(&mut self, colors: &[NamedColor], taken: &[usize], count: usize) -> Vec<Rgb> {
        let mut left: Vec<usize> = (0..colors.len()).filter(|i| !taken.contains(i)).collect();
        (0..count.min(left.len()))
            .map(|_| {
                let at = self.pick(left.len());
                colors[left.swap_remove(at)].rgb
            })
            .collect()
    }

    /// Puts a group at a random place in one of the regions (chosen by area), turned by up to `turn`
    /// rad, clear of everything laid out before it and with its first body at least `apart` metres
    /// from the first bodies of groups scattered before.
    ///
    /// # Errors
    /// [`PlacementError`] when [`TRIES`] draws found no place.
    pub fn scatter(
        &mut self,
        group: &[BodyId],
        regions: &[Region],
        turn: f32,
        apart: f32,
    ) -> Result<(), PlacementError> {
        let Some(&first) = group.first() else { return Ok(()) };
        let start = self.pose(first);
        let others: Vec<BodyId> =
            (0..self.scene.bodies.len()).map(BodyId).filter(|b| !group.contains(b)).collect();
        // Bodies laid out later do not exist yet, so all others count, except what is only a floor.
        let mut solid: Vec<(SharedShape, Pose)> = self.shapes(&others);
        solid.extend(self.reserved.iter().cloned());
        for _ in 0..TRIES {
            let spin = self.spread(turn);
            let region = self.region(regions);
            let x = self.rng.random_range(region.min[0]..=region.max[0]);
            let y = self.rng.random_range(region.min[1]..=region.max[1]);
            let here = Vec3::new(x, y, start.translation.z);
            self.place(group, Pose::from_parts(here, yaw(spin) * start.rotation));
            let near = |p: &Vec3| (*p - here).truncate().length() < apart;
            if self.scattered.iter().any(|(_, p)| near(p)) || !self.inside(group, &region) {
                continue;
            }
            let own = self.shapes(group);
            if !own.iter().any(|a| solid.iter().any(|b| closer(a, b, GAP))) {
                self.scattered.push((group.to_vec(), here));
                return Ok(());
            }
        }
        Err(PlacementError)
    }

    /// Keeps things scattered from now on out of a volume of the task's frame: room for the hand.
    pub fn reserve(&mut self, shape: Shape, pose: Pose) {
        let part = Part::new(shape, pose, [0.0; 3]);
        self.reserved.extend(collider(&part).ok());
    }

    /// Where the tip will be at each waypoint, things standing as laid out so far.
    fn tips(&self) -> Vec<Vec3> {
        let mut grips: Vec<(BodyId, Pose)> = Vec::new();
        let mut tips = Vec::new();
        for waypoint in &self.script {
            let frame = match waypoint.anchor {
                Anchor::Task => Pose::IDENTITY,
                Anchor::Body(body) => start_pose(&self.scene.bodies[body.0]),
            };
            let grip = waypoint.carry.and_then(|b| grips.iter().rev().find(|g| g.0 == b));
            let held = grip.map_or(Pose::IDENTITY, |g| g.1);
            tips.push((frame * waypoint.pose * held).translation);
            if let (Anchor::Body(body), Some(Grip::Close)) = (waypoint.anchor, waypoint.grip) {
                grips.push((body, waypoint.pose));
            }
        }
        tips
    }

    fn region(&mut self, regions: &[Region]) -> Region {
        let total: f32 = regions.iter().map(Region::area).sum();
        let mut left = self.rng.random_range(0.0..1.0) * total;
        for region in regions {
            left -= region.area();
            if left < 0.0 {
                return *region;
            }
        }
        regions[regions.len() - 1]
    }

    /// Whether every solid of a group lies inside a region, seen from above.
    fn inside(&self, group: &[BodyId], region: &Region) -> bool {
        self.shapes(group).iter().all(|(shape, pose)| {
            let hull = shape.compute_aabb(pose);
            let (low, high) = (hull.mins, hull.maxs);
            low.x >= region.min[0]
                && low.y >= region.min[1]
                && high.x <= region.max[0]
                && high.y <= region.max[1]
        })
    }

    fn shapes(&self, bodies: &[BodyId]) -> Vec<(SharedShape, Pose)> {
        solids(&self.scene, bodies)
    }

    /// Narrows where the origin of the task's frame may come to lie, world xy in metres.
    pub fn centre_within(&mut self, region: Region) {
        self.origin = Some(region);
    }

    /// Turns and moves the whole task into the workspace: yaw up to `turn` rad either way, then
    /// anywhere the solids of the bodies in `footprint` stay inside the spawn plane (all bodies if
    /// empty).
    ///
    /// # Errors
    /// [`PlacementError`] when the drawn yaw leaves no room.
    pub(crate) fn settle(&mut self, turn: f32, footprint: &[BodyId]) -> Result<(), PlacementError> {
        let spin = yaw(self.spread(turn));
        let all: Vec<BodyId> = (0..self.scene.bodies.len()).map(BodyId).collect();
        let bodies = if footprint.is_empty() { &all[..] } else { footprint };
        let turned = Pose::from_rotation(spin);
        let (mut low, mut high) = (Vec3::MAX, Vec3::MIN);
        for (shape, pose) in solids(&self.scene, bodies) {
            let hull = shape.compute_aabb(&(turned * pose));
            low = low.min(hull.mins);
            high = high.max(hull.maxs);
        }
        let stops: Vec<Vec3> = if self.bounds == Bounds::ACTIONS {
            Vec::new()
        } else {
            self.tips().iter().map(|tip| spin * *tip).collect()
        };
        let mut place = [0.0; 2];
        for i in 0..2 {
            let mut from = WORKSPACE_CENTRE[i] - WORKSPACE_HALF[i] - low[i];
            let mut to = WORKSPACE_CENTRE[i] + WORKSPACE_HALF[i] - high[i];
            if let Some(region) = &self.origin {
                from = from.max(region.min[i]);
                to = to.min(region.max[i]);
            }
            for stop in &stops {
                from = from.max(self.bounds.min[i] - stop[i]);
                to = to.min(self.bounds.max[i] - stop[i]);
            }
            if from > to {
                return Err(PlacementError);
            }
            place[i] = self.rng.random_range(from..=to);
        }
        let root = at(place[0], place[1], TABLE_TOP) * turned;
        for body in &mut self.scene.bodies {
            body.pose = root * body.pose;
        }
        for sensor in self.scene.sensors.iter_mut().filter(|s| s.parent.is_none()) {
            sensor.pose = root * sensor.pose;
        }
        for waypoint in self.script.iter_mut().filter(|w| w.anchor == Anchor::Task) {
            waypoint.pose = root * waypoint.pose;
        }
        Ok(())
    }
}

/// Solid shapes of some bodies with their poses; jointed bodies at their start value. A body that
/// is only seen, such as paint on the table, takes its place like a solid one.
pub(crate) fn solids(scene: &Scene, bodies: &[BodyId]) -> Vec<(SharedShape, Pose)> {
    let mut found = Vec::new();
    for &id in bodies {
        let body = &scene.bodies[id.0];
        let pose = start_pose(body);
        let only_seen = !body.parts.iter().any(|p| p.solid);
        for part in body.parts.iter().filter(|p| p.solid || only_seen) {
            if let Ok((shape, local)) = collider(part) {
                found.push((shape, pose * local));
            }
        }
    }
    found
}

/// Where a body stands at reset: a jointed one moved to its start value.
pub(crate) fn start_pose(body: &Body) -> Pose {
    use crate::scene::description::JointKind;
    use crate::scene::frame::about;
    let Motion::Jointed(joint) = &body.motion else { return body.pose };
    let offset = match joint.kind {
        JointKind::Prismatic => Pose::from_translation(joint.axis * joint.value),
        JointKind::Revolute => Pose::from_rotation(about(joint.axis, joint.value)),
    };
    body.pose * offset
}

/// Whether two solids are closer than `gap`.
pub(crate) fn closer(a: &(SharedShape, Pose), b: &(SharedShape, Pose), gap: f32) -> bool {
    distance(&a.1, &*a.0, &b.1, &*b.0).is_ok_and(|d| d.distance < gap)
}
