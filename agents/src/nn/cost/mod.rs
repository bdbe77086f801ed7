//! Parameters, multiply-adds and matrix products of layers, by formula.

pub(crate) mod layers;
pub(crate) mod products;

pub use products::{Product, ProductList};
