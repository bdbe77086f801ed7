//! Studies: which cells there are, and what became of them.

pub mod plan;
