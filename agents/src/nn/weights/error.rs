//! Why weights cannot be read.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// Why a weight file cannot be used.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// The file cannot be opened or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is damaged, or of another kind.
    #[error("{}: {reason}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file holds the weights of another model, or not all of them.
    #[error("{}: {mismatch}", path.display())]
    Mismatch {
        /// Which file.
        path: PathBuf,
        /// How the two differ.
        mismatch: Mismatch,
    },
}

/// How a file and a model differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mismatch {
    /// Tensors that the model has and the file does not.
    pub missing: Vec<String>,
    /// Tensors that the file has and the model does not.
    pub surplus: Vec<String>,
    /// Tensors of another shape: name, shape in the file, shape in the model.
    pub misshapen: Vec<(String, Vec<usize>, Vec<usize>)>,
}

impl Mismatch {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.surplus.is_empty() && self.misshapen.is_empty()
    }
}

/// How many names of each kind an error line gives.
const SHOWN: usize = 3;

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wrong = |(name, found, expected): &(String, Vec<usize>, Vec<usize>)| {
            format!("{name} {found:?} instead of {expected:?}")
        };
        let misshapen: Vec<String> = self.misshapen.iter().map(wrong).collect();
        let kinds =
            [("missing", &self.missing), ("surplus", &self.surplus), ("misshapen", &misshapen)];
        f.write_str("not the weights of this model")?;
        for (kind, names) in kinds.into_iter().filter(|(_, names)| !names.is_empty()) {
            write!(f, "; {} {kind}: {}", names.len(), names[..names.len().min(SHOWN)].join(", "))?;
            if names.len() > SHOWN {
                f.write_str(", …")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mismatch_fits_one_line() {
        let mismatch = Mismatch {
            missing: (0..5).map(|i| format!("block.{i}")).collect(),
            surplus: vec![],
            misshapen: vec![("proj".into(), vec![2, 3], vec![3, 2])],
        };
        assert_eq!(
            mismatch.to_string(),
            "not the weights of this model; 5 missing: block.0, block.1, block.2, …; \
             1 misshapen: proj [2, 3] instead of [3, 2]"
        );
    }
}
