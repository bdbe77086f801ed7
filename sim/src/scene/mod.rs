//! What stands where: frames, shapes, bodies, joints and sensors, as plain data.

pub mod arena;
pub mod description;
pub mod frame;
pub mod mesh;
pub mod palette;
pub mod shape;
