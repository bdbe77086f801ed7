//! Files that appear whole or not at all, and survive a crash once they have appeared.
//!
//! There is one writer. The new content goes into a temporary file beside the target, `.NAME.part`, and
//! replaces the target when it is complete and on the disk. The temporary file is locked while it is
//! written. What a killed process leaves of it is overwritten by the next attempt.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::de::DeserializeOwned;

use super::lock;
use crate::cli::usage::UsageError;

/// Creates a folder and what is missing above it.
pub fn create_folder(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))
}

/// Reads a file.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads a JSON file. Whatever is wrong with it is one line with its path.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    serde_json::from_slice(&read(path)?).with_context(|| path.display().to_string())
}

/// Writes a file. When this returns, a power cut cannot undo it. An existing file is replaced.
pub fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_with(path, |file| Ok(file.write_all(bytes)?))
}

/// Writes a file as [`write`] does, with the content that `fill` puts into it.
///
/// # Errors
/// Those of `fill`, and those of the disk; the old file is still there then. Also when another process
/// is writing the same file and does not finish soon.
pub fn write_with(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let temporary = temporary(path);
    let written = (|| {
        let Some(file) = lock::open(&temporary, lock::soon())? else {
            bail!("another process is writing it");
        };
        let filled = complete(&file, fill).and_then(|()| Ok(fs::rename(&temporary, path)?));
        if filled.is_err() {
            // The first error is the one to report.
            fs::remove_file(&temporary).ok();
        }
        filled?;
        Ok(path.parent().map_or(Ok(()), |folder| File::open(named(folder))?.sync_all())?)
    })();
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn complete(
    file: &File,
    fill: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut buffer = BufWriter::new(file.try_clone()?);
    fill(&mut buffer)?;
    buffer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
}

/// The folder of a bare file name is the current one.
fn named(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Checks before long work that a file of that name can be written.
pub fn check_writable(flag: &str, path: &Path) -> anyhow::Result<()> {
    let name = || format!("{flag} {}", path.display());
    anyhow::ensure!(!path.is_dir(), "{}: is a folder", name());
    let temporary = temporary(path);
    let opened = lock::open(&temporary, lock::soon()).with_context(name)?;
    anyhow::ensure!(opened.is_some(), "{}: another process is writing it", name());
    fs::remove_file(&temporary).with_context(name)
}

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

/// Removes temporary files that killed processes left in a folder and the folders in it.
pub fn remove_temporary(folder: &Path) -> anyhow::Result<()> {
    let failed = || format!("cannot tidy {}", folder.display());
    for entry in fs::read_dir(folder).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy();
        if entry.file_type().with_context(failed)?.is_dir() {
            remove_temporary(&path)?;
        } else if name.starts_with('.') && name.ends_with(".part") {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// Removes a file; there may be none.
pub fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// The name of a temporary file or folder beside the one that it becomes.
pub(super) fn temporary(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    path.with_file_name(name)
}

/// Makes a folder with these files, which appears whole or not at all.
///
/// # Errors
/// Names the file that cannot be written; nothing is left behind then.
pub fn write_folder(folder: &Path, files: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    let hidden = temporary(folder);
    let written = (|| {
        create_folder(&hidden)?;
        files.iter().try_for_each(|(name, bytes)| write(&hidden.join(name), bytes))?;
        fs::rename(&hidden, folder).with_context(|| format!("cannot create {}", folder.display()))
    })();
    if written.is_err() {
        // The first error is the one to report.
        fs::remove_dir_all(&hidden).ok();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write(&path, b"old").unwrap();
        let failed = write_with(&path, |file| {
            file.write_all(b"new")?;
            anyhow::bail!("no more")
        });
        let line = format!("{:#}", failed.unwrap_err());
        assert!(line.contains("a.csv") && line.ends_with("no more"), "{line}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_process_left_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(temporary(&path), b"half of something longer").unwrap();
        write(&path, b"whole").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn many_writers_of_one_file_leave_the_content_of_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::thread::scope(|scope| {
            for writer in 0..8_u8 {
                let path = &path;
                scope.spawn(move || write(path, &vec![writer; 5000]).unwrap());
            }
        });
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.len() == 5000 && bytes.iter().all(|byte| *byte == bytes[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn names_are_judged_before_the_work() {
        assert_eq!(extension("--out", Path::new("a.PNG"), &["png", "gif"]).unwrap(), "png");
        let error = extension("--out", Path::new("a.mp5"), &["png", "gif"]).unwrap_err();
        assert_eq!(error.to_string(), "--out a.mp5: the name must end in .png or .gif");
        let error = check_writable("--out", Path::new("/no/such/folder/a.png")).unwrap_err();
        assert!(format!("{error:#}").starts_with("--out /no/such/folder/a.png: "));
    }
}
