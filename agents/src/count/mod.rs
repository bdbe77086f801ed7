//! Parameters and multiplications of every part, from formulas: no network is built for them.
//!
//! One multiply-add is two floating-point operations; training costs three forward passes. Norms,
//! activations and softmax are left out, as the published counts leave them out.

mod block;
mod doing;
mod mirror;
mod pair;
mod products;
mod seeing;

pub use doing::{Doing, doing, multiply_adds as doing_multiply_adds};
pub use mirror::{mirror, multiply_adds as mirror_multiply_adds, taps};
pub use pair::{Counts, counts, part};
pub use products::{Product, products};
pub use seeing::{Seeing, clip_multiply_adds, seeing, text, text_multiply_adds};
