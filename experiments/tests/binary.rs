//! Cargo builds a package's binary for that package's own integration tests only. This one makes
//! `cargo test --workspace` build a fresh `mirror` for the package `tests`, which runs it in `it/cli.rs`.

use std::process::Command;

#[test]
fn the_binary_starts_and_names_its_build() {
    let output = Command::new(env!("CARGO_BIN_EXE_mirror")).arg("--version").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let start = concat!("mirror ", env!("CARGO_PKG_VERSION"), " (commit ");
    assert!(output.status.success() && text.starts_with(start), "{text}");
}
