//! Statistics of success rates.

mod wilson;

pub use wilson::Wilson;
