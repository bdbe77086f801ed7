//! Records what the binary was built from, so that every printed figure can name it.

use std::env;
use std::path::Path;
use std::process::Command;

/// What decides the binary's behaviour; anything else may be edited without marking a build.
const SOURCES: [&str; 5] = ["sim", "agents", "experiments", "Cargo.toml", "Cargo.lock"];

fn main() {
    let root = Path::new("..");
    for source in SOURCES.iter().map(|s| root.join(s)).filter(|s| s.exists()) {
        println!("cargo:rerun-if-changed={}", source.display());
    }
    // Written by every commit, checkout and reset, also in a linked worktree.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo:rerun-if-changed={log}");
    }

    println!("cargo:rustc-env=MIRROR_COMMIT={}", commit(root));
    println!("cargo:rustc-env=MIRROR_RUSTC={}", rustc());
    println!("cargo:rustc-env=MIRROR_PROFILE={}", profile());
    println!("cargo:rustc-env=MIRROR_OPT_LEVEL={}", variable("OPT_LEVEL"));
    println!("cargo:rustc-env=MIRROR_TARGET={}", variable("TARGET"));
    println!("cargo:rustc-env=MIRROR_FEATURES={}", features());
}

/// Twelve digits, with `-dirty` when the sources differ from the commit.
fn commit(root: &Path) -> String {
    let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else { return "unknown".into() };
    let mut status = vec!["-C".to_owned(), root.display().to_string()];
    status.extend(["status", "--porcelain", "--"].map(str::to_owned));
    status.extend(SOURCES.map(str::to_owned));
    let status: Vec<&str> = status.iter().map(String::as_str).collect();
    match git(&status) {
        Some(changes) if changes.is_empty() => commit,
        _ => format!("{commit}-dirty"),
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    output("git", arguments)
}

fn rustc() -> String {
    let version = output(&variable("RUSTC"), &["--version"]).unwrap_or_default();
    version.strip_prefix("rustc ").unwrap_or("unknown").to_owned()
}

/// Cargo tells a build script `debug` or `release` only; the folder name tells custom profiles apart.
fn profile() -> String {
    let out = variable("OUT_DIR");
    let folder = Path::new(&out).ancestors().nth(3).and_then(Path::file_name);
    match folder.and_then(|f| f.to_str()) {
        Some("debug") => "dev".into(),
        Some(folder) => folder.into(),
        None => variable("PROFILE"),
    }
}

fn features() -> String {
    let mut features: Vec<String> = env::vars()
        .filter_map(|(key, _)| key.strip_prefix("CARGO_FEATURE_").map(str::to_lowercase))
        .filter(|feature| feature != "default")
        .collect();
    features.sort();
    features.join(",")
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| "unknown".into())
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
