//! A checksum inside a Parquet file, where other readers do not look.
//!
//! The Parquet reader asks for as much memory as a damaged file says, and the program ends there:
//! nothing catches that. So a table is judged before it is read. The checksum stands between the pages
//! and the footer; the footer is found from the end of a file, and pages by their place from its start,
//! so the file stays an ordinary Parquet file.

/// Before the checksum, so that a table without one is told from a damaged one.
const MARK: &[u8; 8] = b"mirror/1";
/// Length of mark and checksum.
const LENGTH: usize = MARK.len() + blake3::OUT_LEN;
/// What a Parquet file begins and ends with.
const MAGIC: &[u8; 4] = b"PAR1";

/// Puts the checksum of a Parquet file into it; none where it is not a Parquet file.
pub(super) fn embed_checksum(bytes: &[u8]) -> Option<Vec<u8>> {
    let (pages, footer) = bytes.split_at(footer(bytes)?);
    let checksum = blake3::hash(bytes);
    Some([pages, MARK, checksum.as_bytes(), footer].concat())
}

/// Whether every byte is as [`embed_checksum`] left it.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let whole = || {
        let (front, footer) = bytes.split_at(footer(bytes)?);
        let (pages, embedded) = front.split_at(front.len().checked_sub(LENGTH)?);
        let (mark, checksum) = embedded.split_at(MARK.len());
        let mut hasher = blake3::Hasher::new();
        hasher.update(pages).update(footer);
        Some(mark == MARK && checksum == hasher.finalize().as_bytes())
    };
    whole().unwrap_or(false)
}

/// Where the footer begins: its length stands before the magic at the end.
fn footer(bytes: &[u8]) -> Option<usize> {
    let rest = bytes.strip_suffix(MAGIC)?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let start = rest.len().checked_sub(u32::from_le_bytes(*length) as usize)?;
    (start >= MAGIC.len() && bytes.starts_with(MAGIC)).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts() {
        let sealed = embed_checksum(b"PAR1pagesfoot\x04\x00\x00\x00PAR1").unwrap();
        assert!(is_whole(&sealed));
        for index in 0..sealed.len() {
            let mut bytes = sealed.clone();
            bytes[index] ^= 1;
            assert!(!is_whole(&bytes) && !is_whole(&sealed[..index]), "byte {index}");
        }
    }

    #[test]
    fn what_is_no_parquet_file_has_no_checksum() {
        assert!(!is_whole(b"PAR1pagesfoot\x04\x00\x00\x00PAR1"));
        for bytes in
            [&b""[..], b"PAR1", b"PAR1\xff\xff\xff\xffPAR1", b"PARxfoot\x04\x00\x00\x00PAR1"]
        {
            assert_eq!(embed_checksum(bytes), None);
        }
    }
}
