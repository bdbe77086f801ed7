//! Episode logs as files.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, ensure};
use sim::episode::log::Log;

use crate::store::file;

/// Compression level (default 6).
const LEVEL: i32 = 6;
/// Largest log that is unpacked, bytes: damaged files must not fill the memory.
const LIMIT: u64 = 256 << 20;

/// A log as the content of its file.
pub fn pack_log(log: &Log) -> anyhow::Result<Vec<u8>> {
    zstd::bulk::compress(&log.to_bytes()?, LEVEL).context("cannot compress a log")
}

/// The log in a file's content.
pub fn unpack_log(packed: &[u8]) -> anyhow::Result<Log> {
    let mut bytes = Vec::new();
    let decoder = zstd::stream::read::Decoder::new(packed).context("not a compressed log")?;
    decoder.take(LIMIT + 1).read_to_end(&mut bytes).context("not a compressed log")?;
    ensure!(bytes.len() as u64 <= LIMIT, "larger than any episode's log");
    Ok(Log::from_bytes(&bytes)?)
}

/// Reads the log in a file.
pub fn load_log(path: &Path) -> anyhow::Result<Log> {
    unpack_log(&file::read(path)?).with_context(|| format!("{}", path.display()))
}
