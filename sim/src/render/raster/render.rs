//! From posed bodies to images.

use super::clip::clip;
use super::fill::fill;
use super::frame::Frame;
use super::light::Surface;
use super::scene::{MeshInstance, Raster};
use super::view::{CLIP, MAX_SIDE, OUTSIDE, View};
use crate::render::camera::Camera;

impl Raster {
    /// Renders what `camera` sees of the bodies' current poses; `camera.pose` must be camera to
    /// world ([`Camera::resolved`]). The frame takes the camera's size, at most [`MAX_SIDE`].
    pub fn render(&self, camera: &Camera, frame: &mut Frame) {
        let (width, height) = (camera.width.min(MAX_SIDE), camera.height.min(MAX_SIDE));
        frame.clear(width, height, 1.0 / camera.far);
        let view = View::new(camera, width, height);
        for item in self.items.iter().filter(|item| item.placed && view.touches(item)) {
            self.draw(item, &view, frame);
        }
        frame.resolve(&self.surfaces, camera.far);
    }

    fn draw(&self, item: &MeshInstance, view: &View, frame: &mut Frame) {
        let mut vertices = core::mem::take(&mut frame.vertices);
        view.project(self.world.run(item.vertices.clone()), &mut vertices);
        for (index, face) in item.faces.clone().zip(&self.faces[item.faces.clone()]) {
            let surface = index as u32 + 1;
            let [a, b, c] = *face;
            let corners = [vertices[a as usize], vertices[b as usize], vertices[c as usize]];
            let [a, b, c] = [corners[0].code, corners[1].code, corners[2].code];
            if a & b & c & OUTSIDE != 0 {
                continue;
            }
            if (a | b | c) & CLIP == 0 {
                fill(frame, corners, surface);
            } else {
                let point = |i: u32| view.see(self.world.at(item.vertices.start + i as usize));
                clip(view, face.map(point), |corners| fill(frame, corners, surface));
            }
        }
        frame.vertices = vertices;
    }
}

impl Frame {
    /// Turns surface indices into colours and ids, and inverse depths into depths.
    fn resolve(&mut self, surfaces: &[Surface], far: f32) {
        for (depth, &seen) in self.depth.iter_mut().zip(&self.surface) {
            *depth = if seen == 0 { far } else { 1.0 / *depth };
        }
        let images = self.rgb.as_chunks_mut().0.iter_mut().zip(&mut self.id);
        for ((rgb, id), &seen) in images.zip(&self.surface) {
            let surface = surfaces[seen as usize];
            *rgb = surface.rgb;
            *id = surface.id;
        }
    }
}
