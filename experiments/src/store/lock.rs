//! One process at work in a folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, bail};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// How long a lock that is held is asked for again: a process that was killed holds its locks until the
/// system has cleared it away, which takes a busy machine a moment.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// Held by the one process that works in a folder. The system drops it when the process ends, however
/// that happens, so a lock never outlives its owner.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock of a folder.
    ///
    /// # Errors
    /// When another process works there, and goes on doing so for a moment longer.
    pub fn take(path: &Path) -> anyhow::Result<Self> {
        match Self::wait(path, soon())? {
            Some(lock) => Ok(lock),
            None => bail!("{} {}", path.display(), owner(path)),
        }
    }

    /// Takes the lock once nobody else holds it; `None` when that was not before `deadline`.
    pub fn wait(path: &Path, deadline: Option<Instant>) -> anyhow::Result<Option<Self>> {
        let failed = || format!("cannot lock {}", path.display());
        let Some(mut file) = open(path, deadline).with_context(failed)? else { return Ok(None) };
        write!(file, "{}", std::process::id()).with_context(failed)?;
        Ok(Some(Self { path: path.to_owned(), _file: file }))
    }
}

/// Who works in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process; none in the moment before it has written down its number.
    pub process: Option<u32>,
    /// Since when.
    pub since: SystemTime,
}

/// Who holds a lock; `None` where nobody does. Whoever takes the lock meanwhile is not disturbed: they ask
/// again for a moment, and this lets go at once.
///
/// # Errors
/// When the lock cannot be read.
pub fn holder(path: &Path) -> anyhow::Result<Option<Holder>> {
    let failed = || path.display().to_string();
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.with_context(failed)?,
    };
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Err(Errno::WOULDBLOCK) => {}
        other => return other.map(|()| None).with_context(failed),
    }
    let since = file.metadata().and_then(|found| found.modified()).with_context(failed)?;
    Ok(Some(Holder { process: process(path), since }))
}

/// When a lock is given up that should be free in a moment.
pub(super) fn soon() -> Option<Instant> {
    Some(Instant::now() + PATIENCE)
}

/// Opens a file for this process alone, empty; `None` when others had it open until `deadline`.
pub(super) fn open(path: &Path, deadline: Option<Instant>) -> io::Result<Option<File>> {
    loop {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => {
                if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                    return Ok(None);
                }
                std::thread::sleep(PAUSE);
                continue;
            }
            other => other?,
        }
        // Its last owner may have removed or renamed the file between opening and locking.
        let mine = file.metadata()?.ino();
        if fs::metadata(path).is_ok_and(|there| there.ino() == mine) {
            file.set_len(0)?;
            return Ok(Some(file));
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still held: nobody else can have taken the file that is removed.
        fs::remove_file(&self.path).ok();
    }
}

fn owner(path: &Path) -> String {
    match process(path) {
        Some(process) => format!("is held: process {process} is working in this folder"),
        None => "is held: another process is working in this folder".into(),
    }
}

/// The number that the owner of a lock has written into it.
fn process(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_waited_for_until_it_is_free_or_time_is_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = Lock::take(&path).unwrap();
        let soon = Instant::now() + 3 * PAUSE;
        assert!(Lock::wait(&path, Some(soon)).unwrap().is_none());
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || Lock::wait(&path, None).unwrap().is_some()
        });
        std::thread::sleep(PAUSE);
        let process = holder(&path).unwrap().unwrap().process;
        assert_eq!(process, Some(std::process::id()));
        drop(held);
        assert!(waiting.join().unwrap());
        assert!(!path.exists(), "the last owner takes it away");
        assert_eq!(holder(&path).unwrap(), None);
        // Of a process that was killed.
        fs::write(&path, "123").unwrap();
        assert_eq!(holder(&path).unwrap(), None);
    }
}
