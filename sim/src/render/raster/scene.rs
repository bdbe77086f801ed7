//! Bodies at their current poses, ready for any camera.

use core::ops::Range;

use super::light::{Gamma, SKY, Surface, TO_LIGHT, brightness};
use super::visual::Visual;
use crate::scene::frame::{Mat3, Pose, Vec3};
use crate::scene::shape::Rgb;

/// A scene prepared for drawing.
///
/// [`Raster::pose`] moves the bodies and shades their faces once; [`Raster::render`] then only
/// projects, so several cameras share that work, on one thread or on many.
#[derive(Clone, Debug)]
pub struct Raster {
    pub(super) items: Vec<MeshInstance>,
    /// Triangles; indices count from their item's first vertex.
    pub(super) faces: Vec<[u32; 3]>,
    /// Surface 0 is the sky; face `i` has surface `i + 1`.
    pub(super) surfaces: Vec<Surface>,
    pub(super) world: Points,
    body: Points,
    /// Unit normals of the faces, in their body's frame.
    normals: Vec<Vec3>,
    gamma: Gamma,
}

/// A run of vertices and faces that share a body, a colour and an id.
#[derive(Clone, Debug)]
pub(super) struct MeshInstance {
    pub(super) vertices: Range<usize>,
    pub(super) faces: Range<usize>,
    /// Centre of the bounding sphere in the world, metres.
    pub(super) centre: Vec3,
    /// Radius of the bounding sphere, metres.
    pub(super) radius: f32,
    /// Whether the item has a pose.
    pub(super) placed: bool,
    /// The pose that its vertices and colours are of.
    posed: Option<Pose>,
    body: usize,
    color: Rgb,
    body_centre: Vec3,
}

/// Points as three separate columns, so that loops over them run several lanes at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    pub(super) x: Vec<f32>,
    pub(super) y: Vec<f32>,
    pub(super) z: Vec<f32>,
}

impl Raster {
    /// Prepares a scene. Nothing is seen until the first call of [`Raster::pose`].
    pub fn new(visual: &Visual) -> Self {
        let gamma = Gamma::new();
        let mut raster = Self {
            items: Vec::new(),
            faces: Vec::new(),
            surfaces: vec![Surface { rgb: gamma.encode(SKY), id: 0 }],
            world: Points::default(),
            body: Points::default(),
            normals: Vec::new(),
            gamma,
        };
        for item in &visual.items {
            let first = (raster.body.x.len(), raster.faces.len());
            let vertices = item.mesh.vertices.iter().map(|&v| item.pose.transform_point(v));
            let (low, high) = vertices
                .clone()
                .fold((Vec3::MAX, Vec3::MIN), |(low, high), v| (low.min(v), high.max(v)));
            let centre = 0.5 * (low + high);
            let radius = vertices.clone().map(|v| v.distance(centre)).fold(0.0, f32::max);
            vertices.for_each(|v| raster.body.push(v));
            raster.faces.extend(&item.mesh.faces);
            raster.normals.extend(item.mesh.normals().map(|n| item.pose.rotation * n));
            raster.surfaces.resize(raster.faces.len() + 1, Surface { rgb: [0; 3], id: item.id });
            raster.items.push(MeshInstance {
                vertices: first.0..raster.body.x.len(),
                faces: first.1..raster.faces.len(),
                centre,
                radius,
                placed: false,
                posed: None,
                body: item.body,
                color: item.color,
                body_centre: centre,
            });
        }
        raster.world = raster.body.clone();
        raster
    }

    /// Number of triangles.
    pub fn triangles(&self) -> usize {
        self.faces.len()
    }

    /// Moves every body to its pose in the world, `poses[i]` being that of body `i`.
    ///
    /// A body without a pose, or with one that is not finite, is not seen.
    pub fn pose(&mut self, poses: &[Pose]) {
        for item in &mut self.items {
            let pose = poses.get(item.body).filter(|pose| pose.is_finite());
            item.placed = pose.is_some();
            let Some(pose) = pose else { continue };
            // Most of a scene stands still.
            if item.posed == Some(*pose) {
                continue;
            }
            item.posed = Some(*pose);
            item.centre = pose.transform_point(item.body_centre);
            self.body.moved(item.vertices.clone(), pose, &mut self.world);
            let light = pose.rotation.inverse() * TO_LIGHT;
            let surfaces = &mut self.surfaces[item.faces.start + 1..=item.faces.end];
            for (surface, normal) in surfaces.iter_mut().zip(&self.normals[item.faces.clone()]) {
                let level = brightness(normal.dot(light));
                surface.rgb = self.gamma.encode((Vec3::from(item.color) * level).to_array());
            }
        }
    }
}

impl Points {
    fn push(&mut self, point: Vec3) {
        self.x.push(point.x);
        self.y.push(point.y);
        self.z.push(point.z);
    }

    /// The columns of a run of points.
    pub(super) fn run(&self, range: Range<usize>) -> [&[f32]; 3] {
        [&self.x[range.clone()], &self.y[range.clone()], &self.z[range]]
    }

    /// Writes a run of these points, moved by `pose`, to the same places of `out`.
    fn moved(&self, range: Range<usize>, pose: &Pose, out: &mut Self) {
        let axes = Mat3::from_quat(pose.rotation).transpose();
        let [x, y, z] = self.run(range.clone());
        let columns = [&mut out.x, &mut out.y, &mut out.z];
        let offsets = pose.translation.to_array();
        for ((column, row), offset) in columns.into_iter().zip(axes.to_cols_array_2d()).zip(offsets)
        {
            for (((out, x), y), z) in column[range.clone()].iter_mut().zip(x).zip(y).zip(z) {
                *out = row[0] * x + row[1] * y + row[2] * z + offset;
            }
        }
    }
}
