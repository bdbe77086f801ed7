//! Files that appear whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::cli::usage::UsageError;

/// The ending of a file's name, which says what to write; one of `known`, without the dot.
pub fn extension(flag: &str, path: &Path, known: &[&'static str]) -> anyhow::Result<&'static str> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let found = known.iter().find(|one| **one == ending);
    found.copied().ok_or_else(|| {
        let known: Vec<String> = known.iter().map(|one| format!(".{one}")).collect();
        let known = known.join(" or ");
        UsageError(format!("{flag} {}: the name must end in {known}", path.display())).into()
    })
}

/// Checks before long work that a file of that name could be created.
pub fn check(flag: &str, path: &Path) -> anyhow::Result<()> {
    let name = || format!("{flag} {}", path.display());
    anyhow::ensure!(!path.is_dir(), "{}: is a folder", name());
    let temporary = temporary(path);
    File::create(&temporary).and_then(|_| fs::remove_file(&temporary)).with_context(name)
}

/// Writes a file through a temporary one beside it, so that whoever opens `path` sees all of the new
/// content or what was there before. Replaces an existing file.
pub fn publish(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let temporary = temporary(path);
    let written = fill(&temporary, write).and_then(|()| Ok(fs::rename(&temporary, path)?));
    if written.is_err() {
        // The first error is the one to report.
        fs::remove_file(&temporary).ok();
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn fill(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // Not `create_new`: what a killed process of the same number left must not be in the way.
    let mut file = BufWriter::new(File::create(path)?);
    write(&mut file)?;
    Ok(file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?)
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mirror-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = folder("publish");
        let path = folder.join("a.csv");
        publish(&path, |file| Ok(file.write_all(b"old")?)).unwrap();
        let failed = publish(&path, |file| {
            file.write_all(b"new")?;
            anyhow::bail!("no more")
        });
        let line = format!("{:#}", failed.unwrap_err());
        let (content, files) = (fs::read(&path).unwrap(), fs::read_dir(&folder).unwrap().count());
        fs::remove_dir_all(&folder).unwrap();
        assert!(line.contains("a.csv") && line.ends_with("no more"), "{line}");
        assert_eq!((content, files), (b"old".to_vec(), 1));
    }

    #[test]
    fn names_are_judged_before_the_work() {
        assert_eq!(extension("--out", Path::new("a.PNG"), &["png", "gif"]).unwrap(), "png");
        let error = extension("--out", Path::new("a.mp5"), &["png", "gif"]).unwrap_err();
        assert_eq!(error.to_string(), "--out a.mp5: the name must end in .png or .gif");
        let error = check("--out", Path::new("/no/such/folder/a.png")).unwrap_err();
        assert!(format!("{error:#}").starts_with("--out /no/such/folder/a.png: "));
    }
}
