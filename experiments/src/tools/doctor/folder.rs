//! The folder for data and runs: can it be written, and how much fits.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

use super::check::Check;
use crate::cli::home;
use crate::cli::machine::gibibytes;

const PURPOSE: &str = "data and runs";
const REMEDY: &str = "set MIRROR_HOME to a folder that can be written";

/// A folder that may not exist yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Folder {
    /// Absolute path; absent when it cannot be worked out.
    pub path: Option<String>,
    /// Space left for this user, bytes; 0 when unknown.
    pub free_bytes: u64,
    /// Whether a file could be created there; where it does not exist, in the closest parent.
    pub writable: bool,
    /// Why not.
    pub problem: Option<String>,
}

impl Folder {
    /// The folder that `MIRROR_HOME` names, or its default.
    pub fn home() -> Self {
        match home::home() {
            Ok(path) => Self::examine(&path),
            Err(error) => {
                let problem = Some(format!("{error:#}"));
                Self { path: None, free_bytes: 0, writable: false, problem }
            }
        }
    }

    fn examine(path: &Path) -> Self {
        let result = closest(path).and_then(|existing| probe(existing).map(|()| free(existing)));
        let path = path.display().to_string();
        match result {
            Ok(free_bytes) => Self { path: Some(path), free_bytes, writable: true, problem: None },
            Err(error) => {
                let problem = Some(format!("{path} cannot be written: {error}"));
                Self { path: Some(path), free_bytes: 0, writable: false, problem }
            }
        }
    }

    /// The verdict: without this folder nothing can be stored.
    pub fn check(&self) -> Check {
        match (&self.path, &self.problem) {
            (Some(path), None) => {
                let free = gibibytes(self.free_bytes);
                Check::ok("home", PURPOSE, format!("{path}, writable, {free} free"))
            }
            (_, problem) => {
                let detail = format!("MIRROR_HOME: {}", problem.as_deref().unwrap_or("unknown"));
                Check::broken("home", PURPOSE, detail, REMEDY)
            }
        }
    }
}

/// The folder itself, or the parent in which it would be created.
fn closest(path: &Path) -> io::Result<&Path> {
    for candidate in path.ancestors() {
        match fs::metadata(candidate) {
            Ok(_) => return Ok(candidate),
            // A link to nowhere is not a parent: creating the folder would fail on it.
            Err(_) if fs::symlink_metadata(candidate).is_ok() => {
                return Err(io::Error::other("a link on the way leads nowhere"));
            }
            // `a/file/b`: the parent exists and is judged next.
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// Permission bits do not tell (root, read-only mounts, quotas), so it tries.
fn probe(folder: &Path) -> io::Result<()> {
    if !fs::metadata(folder)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let file = folder.join(format!(".mirror-doctor-{}", std::process::id()));
    let mut handle = OpenOptions::new().write(true).create_new(true).open(&file)?;
    let written = handle.write_all(b"probe").and_then(|()| handle.sync_all());
    fs::remove_file(&file)?;
    written
}

fn free(folder: &Path) -> u64 {
    rustix::fs::statvfs(folder).map_or(0, |fs| fs.f_bavail.saturating_mul(fs.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_below_a_file_is_refused_with_its_path() {
        let folder = Folder::examine(Path::new("/dev/null/x"));
        assert!(!folder.writable);
        assert!(folder.problem.unwrap().starts_with("/dev/null/x cannot be written: "));
    }

    #[test]
    fn a_missing_folder_is_judged_by_its_parent_and_nothing_stays() {
        let parent = std::env::temp_dir().join(format!("mirror-folder-{}", std::process::id()));
        fs::create_dir(&parent).unwrap();
        let folder = Folder::examine(&parent.join("a/b"));
        let left = fs::read_dir(&parent).unwrap().count();
        fs::remove_dir(&parent).unwrap();
        assert!(folder.writable && folder.free_bytes > 0, "{folder:?}");
        assert_eq!(left, 0);
    }
}
