//! The error of a wrong command line or configuration (exit code 2).

use std::fmt;

/// The user asked for something that does not exist or cannot be combined.
#[derive(Debug)]
pub struct UsageError(pub String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}
