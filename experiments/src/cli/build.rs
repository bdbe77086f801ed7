//! What this binary was built from; recorded by the build script.

use serde::Serialize;

/// Version, commit and profile in one line, for `--version`.
pub const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (commit ",
    env!("MIRROR_COMMIT"),
    ", ",
    env!("MIRROR_PROFILE"),
    ")"
);

/// The origin of a binary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Build {
    /// Version of the package.
    pub version: &'static str,
    /// Commit, with `-dirty` where sources differed from it; `unknown` outside a checkout.
    pub commit: &'static str,
    /// Compiler version.
    pub rustc: &'static str,
    /// Cargo profile: `dev`, `dist` ...
    pub profile: &'static str,
    /// Optimisation level of our own crates.
    pub opt_level: &'static str,
    /// Target triple.
    pub target: &'static str,
    /// Compiled features, sorted.
    pub features: Vec<&'static str>,
}

impl Build {
    /// The running binary's.
    pub fn current() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            commit: env!("MIRROR_COMMIT"),
            rustc: env!("MIRROR_RUSTC"),
            profile: env!("MIRROR_PROFILE"),
            opt_level: env!("MIRROR_OPT_LEVEL"),
            target: env!("MIRROR_TARGET"),
            features: env!("MIRROR_FEATURES").split(',').filter(|f| !f.is_empty()).collect(),
        }
    }

    /// Whether an optional feature is compiled in.
    pub fn has(&self, feature: &str) -> bool {
        self.features.contains(&feature)
    }
}
