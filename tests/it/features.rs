//! The default build and the Bevy build share every crate that both use.

use std::collections::BTreeSet;
use std::process::Command;

use crate::binary::root;

/// `name version [features]` of every crate that goes into the workspace with these flags.
fn crates(flags: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let run = Command::new(cargo)
        .args([
            "tree",
            "--locked",
            "--offline",
            "--workspace",
            "--prefix",
            "none",
            "--edges",
            "normal,build,dev",
        ])
        .args(["--target", "x86_64-unknown-linux-gnu", "--format", "{p} [{f}]"])
        .args(flags)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let lines = String::from_utf8(run.stdout).unwrap();
    let mut names = BTreeSet::new();
    for line in lines.lines().map(|line| line.trim_end_matches(" (*)")) {
        // Our own crates stand with their folder; their features differ on purpose.
        if !line.contains("(/") {
            names.insert(line.to_owned());
        }
    }
    names
}

#[test]
fn the_bevy_build_compiles_no_shared_crate_again() {
    let default = crates(&[]);
    let bevy = crates(&["--features", "viewer"]);
    assert!(
        default.iter().any(|name| name.starts_with("burn-flex ")) && bevy.len() > default.len()
    );
    // A crate named here goes into `[dependencies]` of tests/Cargo.toml with the features the Bevy build gives it.
    let twice: Vec<_> = default.difference(&bevy).collect();
    assert!(twice.is_empty(), "compiled twice: {twice:#?}");
}
