//! `mirror doctor`: what this machine can do, and what to do about the rest.
//!
//! Looks, and leaves nothing behind: the only file it creates is a probe that it removes again.

mod adapters;
mod check;
pub(crate) mod display;
mod folder;
mod program;
mod report;
mod vulkan;

pub use adapters::{Adapters, list};
pub use check::{Check, State};
pub use folder::Folder;
pub use report::{DoctorReport, run};
pub use vulkan::Vulkan;
