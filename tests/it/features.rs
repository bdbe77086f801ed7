//! The default build and the Bevy build share every crate that both use.

use std::collections::BTreeSet;
use std::process::Command;

use crate::binary::root;

/// `name version [features]` of every crate that goes into the workspace over these edges with these flags.
fn crates(edges: &str, flags: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let run = Command::new(cargo)
        .args(["tree", "--locked", "--offline", "--workspace", "--prefix", "none"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--format", "{p} [{f}]"])
        .args(["--edges", edges])
        .args(flags)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let lines = String::from_utf8(run.stdout).unwrap();
    let names = lines.lines().map(|line| line.trim_end_matches(" (*)"));
    // Our own crates stand with their folder; their features differ on purpose.
    names.filter(|line| !line.contains("(/")).map(str::to_owned).collect()
}

#[test]
fn the_bevy_build_compiles_no_shared_crate_again() {
    // What the program is made of, and that with all that is only run while compiling it.
    for edges in ["normal,no-proc-macro", "normal,build,dev"] {
        let default = crates(edges, &[]);
        let bevy = crates(edges, &["--features", "viewer"]);
        assert!(default.iter().any(|name| name.starts_with("burn-flex ")));
        assert!(bevy.iter().any(|name| name.starts_with("bevy ")));
        // A crate named here goes into `[dependencies]` of tests/Cargo.toml with the features that the
        // Bevy build gives it.
        let twice: Vec<_> = default.difference(&bevy).collect();
        assert!(twice.is_empty(), "compiled twice: {twice:#?}");
    }
}
