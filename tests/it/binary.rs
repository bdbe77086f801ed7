//! The `mirror` binary that the other tests run.
//!
//! It lies beside the folder of this test executable. Cargo builds it whenever the whole workspace is
//! tested (see `experiments/tests/binary.rs`); after `cargo test -p tests` alone it may be stale.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn path() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().find(|folder| folder.join("mirror").is_file());
    folder
        .expect("no `mirror` beside the tests: run `cargo build --workspace` first")
        .join("mirror")
}

/// A command that sees none of the caller's settings.
pub(crate) fn mirror() -> Command {
    let mut command = Command::new(path());
    for variable in ["MIRROR_HOME", "MIRROR_LOG"] {
        command.env_remove(variable);
    }
    command
}

/// The plain form, for tests that hold the pipes themselves.
pub(crate) fn mirror_process() -> std::process::Command {
    std::process::Command::new(path())
}

/// A line past the test harness, which keeps what passing tests print to itself.
pub(crate) fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}
