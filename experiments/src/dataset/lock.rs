//! One process at work in a folder.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Held by the one process that works in a folder. The system drops it when the process ends, however
/// that happens, so a lock never outlives its owner.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock of a folder.
    pub fn take(path: &Path) -> anyhow::Result<Self> {
        let failed = || format!("cannot lock {}", path.display());
        loop {
            let mut options = OpenOptions::new();
            let options = options.read(true).write(true).create(true).truncate(false);
            let mut file = options.open(path).with_context(failed)?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Err(Errno::WOULDBLOCK) => bail!("{} {}", path.display(), owner(&mut file)),
                other => other.with_context(failed)?,
            }
            // Its last owner may have removed the file between opening and locking.
            let mine = file.metadata().with_context(failed)?.ino();
            if fs::metadata(path).is_ok_and(|there| there.ino() == mine) {
                file.set_len(0).with_context(failed)?;
                write!(file, "{}", std::process::id()).with_context(failed)?;
                return Ok(Self { path: path.to_owned(), _file: file });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still held: nobody else can have taken the file that is removed.
        fs::remove_file(&self.path).ok();
    }
}

fn owner(file: &mut File) -> String {
    let mut text = String::new();
    file.take(20).read_to_string(&mut text).ok();
    match text.parse::<u32>() {
        Ok(process) => format!("is held: process {process} is working in this folder"),
        Err(_) => "is held: another process is working in this folder".into(),
    }
}
