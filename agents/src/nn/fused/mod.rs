//! Functions that the networks spend their time in beside matrix products, each in one pass over memory
//! with a gradient written by hand.
//!
//! On the processor backend they run here; anywhere else the same function is put together from the
//! library's operations, and so is the reference that the tests compare with.

mod activation;
mod attention;
mod heat;
mod kernel;
mod linear;
mod matrix;
mod mixture;
mod neighbours;
mod norm;
#[cfg(test)]
mod tests;
mod vector;

pub(crate) use activation::{Gelu, QuickGelu, TanhGelu, activate, gated};
pub(crate) use attention::{attend, attend_packed};
pub(crate) use heat::heat;
pub(crate) use linear::linear;
pub(crate) use mixture::mixture;
pub(crate) use neighbours::{NEAR, products, surroundings};
pub(crate) use norm::layer_norm;
