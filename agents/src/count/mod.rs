//! Parameters and multiplications of every part, from formulas: no network is built for them.
//!
//! One multiply-add is two floating-point operations; training costs three forward passes. Norms,
//! activations and softmax are left out, as the published counts leave them out.

mod alignment;
mod pair;
mod products;

pub use crate::nn::cost::Product;
pub use alignment::{alignment, multiply_adds as alignment_multiply_adds, taps};
pub use pair::{Counts, counts, part};
pub use products::products;
