//! The alignment losses. A new one is a file with a [`Loss`], declared here and listed in [`ALL`].

mod hierarchical;
mod infonce;
mod list;
mod loss;
mod siglip;
mod supcon;
#[cfg(test)]
mod tests;

pub use list::{ALL, find};
pub use loss::{Case, Loss};
