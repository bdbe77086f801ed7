//! Graphics adapters, and which of them is taken.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::error::DeviceError;

/// What an adapter is, as far as its driver says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A card with memory of its own.
    Discrete,
    /// Shares memory with the processor.
    Integrated,
    /// A card lent to a virtual machine.
    Virtual,
    /// Something that can compute.
    Other,
    /// The processor, playing an adapter.
    Software,
}

/// A graphics adapter that Vulkan offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapter {
    /// What it calls itself.
    pub name: String,
    /// Its driver with its version.
    pub driver: String,
    /// What its driver says it is.
    pub reported: Kind,
    /// Its place among the adapters that are reported the same.
    pub index: usize,
}

/// Drivers that run on the processor, whatever they report.
const SOFTWARE: [&str; 4] = ["llvmpipe", "lavapipe", "swiftshader", "softpipe"];

impl Adapter {
    /// What it is: as reported, unless its name or its driver's gives software away.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let words = format!("{} {}", self.name, self.driver).to_lowercase();
        let software = SOFTWARE.iter().any(|driver| words.contains(driver));
        if software { Kind::Software } else { self.reported }
    }

    /// The one to take: the first of the best kind.
    ///
    /// # Errors
    /// When there is none, or only software.
    pub fn best(all: &[Self]) -> Result<Self, DeviceError> {
        // The first of equals is the smallest for `min_by_key`.
        match all.iter().min_by_key(|adapter| adapter.kind()) {
            None => Err(DeviceError::NoAdapter),
            Some(best) if best.kind() == Kind::Software => {
                let names: Vec<&str> = all.iter().map(|adapter| adapter.name.as_str()).collect();
                Err(DeviceError::SoftwareOnly(names.join(", ")))
            }
            Some(best) => Ok(best.clone()),
        }
    }
}

impl fmt::Display for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if !self.driver.is_empty() {
            write!(f, " ({})", self.driver)?;
        }
        if self.kind() == Kind::Software {
            write!(f, ", software: not used")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(name: &str, driver: &str, reported: Kind, index: usize) -> Adapter {
        Adapter { name: name.into(), driver: driver.into(), reported, index }
    }

    #[test]
    fn the_first_of_the_best_kind_is_taken() {
        let all = [
            adapter("llvmpipe (LLVM 15)", "llvmpipe", Kind::Software, 0),
            adapter("Small", "vendor 1", Kind::Integrated, 0),
            adapter("Large A", "vendor 2", Kind::Discrete, 0),
            adapter("Large B", "vendor 2", Kind::Discrete, 1),
        ];
        assert_eq!(Adapter::best(&all).unwrap(), all[2]);
        assert_eq!(Adapter::best(&all[..2]).unwrap(), all[1]);
    }

    #[test]
    fn software_is_refused_whatever_it_reports() {
        assert_eq!(Adapter::best(&[]), Err(DeviceError::NoAdapter));
        let all = [
            adapter("Virtio-GPU Venus (llvmpipe)", "venus", Kind::Virtual, 0),
            adapter("SwiftShader Device (Subzero)", "SwiftShader driver", Kind::Software, 0),
        ];
        let error = Adapter::best(&all).unwrap_err().to_string();
        assert!(error.starts_with("only software adapters here (Virtio-GPU Venus"), "{error}");
        assert!(!error.contains('\n'));
    }
}
