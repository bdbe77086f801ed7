//! Parameters and multiplications of every part, from formulas: no network is built for them.
//!
//! One multiply-add is two floating-point operations; training costs three forward passes. Norms,
//! activations and softmax are left out, as the published counts leave them out.

mod alignment;
mod block;
mod extensions;
mod pair;
mod policy;
mod product;
mod products;
mod video;

pub use alignment::{alignment, multiply_adds as alignment_multiply_adds, taps};
pub use pair::{Counts, counts, part};
pub use policy::{PolicyParameters, multiply_adds as policy_multiply_adds, policy};
pub use product::Product;
pub use products::products;
pub use video::{VideoParameters, clip_multiply_adds, text, text_multiply_adds, video};
