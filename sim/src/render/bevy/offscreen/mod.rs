//! Drawing without a window: an app pumped by hand on a thread of its own.

mod adapter;
mod costs;
mod eye;
mod pump;
mod studio;
#[cfg(test)]
mod tests;
mod tray;

pub use adapter::{Adapter, adapters};
pub use costs::Costs;
pub use studio::{Set, Studio, StudioError};
