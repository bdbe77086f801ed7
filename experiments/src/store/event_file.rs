//! TensorBoard's event files: records with checksums around `Event` messages.
//!
//! A record is the length of its content (8 bytes), the masked CRC-32C of these bytes, the content, and
//! its masked CRC-32C, all little-endian. The content is an `Event` of TensorFlow's `event.proto`, with
//! a `Summary` of `summary.proto` in it; of both, only what scalars need is written. The field
//! `wall_time` stays at 0, so that the same numbers always give the same bytes.

/// What the first record of a file says that it holds.
const VERSION: &str = "brain.Event:2";

/// Fields of `Event`.
mod event {
    pub(super) const STEP: u64 = 2;
    pub(super) const FILE_VERSION: u64 = 3;
    pub(super) const SUMMARY: u64 = 5;
}

/// Fields of `Summary` and of its `Value`.
mod summary {
    pub(super) const VALUE: u64 = 1;
    pub(super) const TAG: u64 = 1;
    pub(super) const SIMPLE_VALUE: u64 = 2;
}

/// The record that a file begins with.
pub fn header() -> Vec<u8> {
    record(&bytes(event::FILE_VERSION, VERSION.as_bytes()))
}

/// The record of some scalars of a step, by tag.
pub fn scalars<'a>(step: u64, values: impl IntoIterator<Item = (&'a str, f32)>) -> Vec<u8> {
    let mut content = Vec::new();
    // Numbers at their default are left out, as everyone who writes these messages does.
    if step > 0 {
        content.extend(varint(event::STEP << 3));
        content.extend(varint(step));
    }
    let values = values.into_iter().flat_map(|(tag, value)| {
        let mut one = bytes(summary::TAG, tag.as_bytes());
        one.extend(varint((summary::SIMPLE_VALUE << 3) | 5));
        one.extend(value.to_le_bytes());
        bytes(summary::VALUE, &one)
    });
    content.extend(bytes(event::SUMMARY, &values.collect::<Vec<_>>()));
    record(&content)
}

fn record(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u64).to_le_bytes();
    [&length[..], &masked_checksum(&length), content, &masked_checksum(content)].concat()
}

/// TensorFlow masks checksums, because those of data that holds checksums collide easily.
fn masked_checksum(content: &[u8]) -> [u8; 4] {
    let checksum = crc32c::crc32c(content).rotate_right(15).wrapping_add(0xa282_ead8);
    checksum.to_le_bytes()
}

/// A field of text, bytes or a message.
fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
    let mut all = varint((field << 3) | 2);
    all.extend(varint(content.len() as u64));
    all.extend(content);
    all
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn varint(mut number: u64) -> Vec<u8> {
    let mut all = Vec::new();
    while number >= 0x80 {
        all.push(number as u8 | 0x80);
        number >>= 7;
    }
    all.push(number as u8);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_as_many_bytes_as_they_need() {
        assert_eq!(varint(0), [0]);
        assert_eq!(varint(127), [127]);
        assert_eq!(varint(300), [0xac, 0x02]);
        assert_eq!(varint(u64::MAX).len(), 10);
    }

    /// The check value of CRC-32C, 0xe3069283, rotated by 15 bits and shifted by the constant.
    #[test]
    fn checksums_are_masked() {
        assert_eq!(crc32c::crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(u32::from_le_bytes(masked_checksum(b"123456789")), 0xc78a_b0e5);
    }
}
