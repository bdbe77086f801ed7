//! Statistics of success rates, and of the differences between them.

mod averages;
mod bootstrap;
mod cmh;
mod holm;
mod mcnemar;
mod normal;
mod power;
mod shrinkage;
mod spearman;
mod wilson;

pub use averages::{interquartile_mean, mean, median};
pub use bootstrap::{Bootstrap, DRAWS, Difference, Resample, bootstrap};
pub use cmh::{CochranMantelHaenszel, Stratum};
pub use holm::holm;
pub use mcnemar::McNemar;
pub use power::{Design, minimum_detectable_effect};
pub use shrinkage::BetaBinomial;
pub use spearman::{Spearman, partial_spearman};
pub use wilson::Wilson;
