//! Video encoders: from clips and sentences to one space.

pub mod viclip;
