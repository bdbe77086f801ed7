//! What there is to draw: meshes fixed to bodies.

use crate::scene::description::Body;
use crate::scene::frame::Pose;
use crate::scene::mesh::Mesh;
use crate::scene::shape::{Part, Rgb};

/// A coloured mesh fixed to a body.
#[derive(Clone, Debug)]
pub struct DrawItem {
    /// What the id image shows where this item is seen; 0 means nothing.
    pub id: u16,
    /// Index into the poses given for each frame.
    pub body: usize,
    /// The triangles, in the item's own frame.
    pub mesh: Mesh,
    /// Linear colour.
    pub color: Rgb,
    /// MeshInstance to body.
    pub pose: Pose,
}

/// Everything to draw, made once per scene. Only poses change from frame to frame.
#[derive(Clone, Debug, Default)]
pub struct Visual {
    /// The items, in drawing order; where depths tie, the earlier item is seen.
    pub items: Vec<DrawItem>,
    bodies: usize,
}

impl Visual {
    /// The visible parts of `bodies`; body `i` has pose index `i` and id `i + 1`.
    pub fn from_bodies(bodies: &[Body]) -> Self {
        let mut visual = Self::default();
        visual.append(bodies);
        visual
    }

    /// Adds bodies after those already there, and returns the pose index of the first one.
    pub fn append(&mut self, bodies: &[Body]) -> usize {
        let first = self.bodies;
        for body in bodies {
            self.add_body(&body.parts);
        }
        first
    }

    /// Adds one body made of `parts` and returns its pose index; its id is one more.
    pub fn add_body(&mut self, parts: &[Part]) -> usize {
        let body = self.bodies;
        self.bodies += 1;
        let id = u16::try_from(self.bodies).unwrap_or(u16::MAX);
        self.items.extend(parts.iter().filter(|part| part.visible).map(|part| DrawItem {
            id,
            body,
            mesh: Mesh::of(&part.shape),
            color: part.color,
            pose: part.pose,
        }));
        body
    }

    /// Number of bodies: how many poses each frame needs.
    pub fn bodies(&self) -> usize {
        self.bodies
    }

    /// Number of triangles of all items.
    pub fn triangles(&self) -> usize {
        self.items.iter().map(|item| item.mesh.faces.len()).sum()
    }
}
