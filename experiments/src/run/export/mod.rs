//! `mirror export`: a trained run in a form that travels, half the size and in files of bounded size.
//!
//! ```text
//! config.json                         the run's settings
//! model-00001-of-00003.safetensors    its weights as f16
//! model.safetensors.index.json        which tensor lies in which file
//! manifest.json                       all of them with their checksums
//! ```

mod command;
#[cfg(test)]
mod tests;

pub use command::{ExportArguments, ExportReport, export, run};
