//! Tensors that stand in a file, and the content of safetensors files.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use burn::tensor::DType;
use safetensors::{Dtype, SafeTensors};

/// Reads the bytes of one tensor: little-endian, row-major.
pub(super) type Reader = Box<dyn Fn() -> Result<Vec<u8>, String>>;

/// One tensor of a file.
pub(super) struct Stored {
    pub(super) shape: Vec<usize>,
    /// `None` where the numbers are no floating-point numbers.
    pub(super) kind: Option<DType>,
    pub(super) read: Reader,
}

/// Longest header of a safetensors file; the format's own limit.
const LONGEST_HEADER: u64 = 100_000_000;

/// Tensors of a file by name.
pub(super) type Tensors = BTreeMap<String, Stored>;

/// The header's length, then the brace that opens it.
pub(super) fn is_safetensors(head: &[u8]) -> bool {
    let Some((length, rest)) = head.split_first_chunk::<8>() else { return false };
    u64::from_le_bytes(*length) <= LONGEST_HEADER && rest.first() == Some(&b'{')
}

/// The tensors of a whole file, and the texts in its header.
pub(super) fn parse(bytes: Vec<u8>) -> Result<(Tensors, BTreeMap<String, String>), String> {
    let broken = |error| format!("not a whole safetensors file: {error}");
    let (header, metadata) = SafeTensors::read_metadata(&bytes).map_err(broken)?;
    let start = header + 8;
    let bytes = Arc::new(bytes);
    let stored = |(name, info): (String, &safetensors::tensor::TensorInfo)| {
        let (from, to) = info.data_offsets;
        let bytes = Arc::clone(&bytes);
        let read = move || match bytes.get(start + from..start + to) {
            Some(part) => Ok(part.to_vec()),
            None => Err("lies outside of the file".to_owned()),
        };
        let shape = info.shape.clone();
        (name, Stored { shape, kind: kind(info.dtype), read: Box::new(read) })
    };
    let texts: HashMap<String, String> = metadata.metadata().clone().unwrap_or_default();
    Ok((metadata.tensors().into_iter().map(stored).collect(), texts.into_iter().collect()))
}

fn kind(dtype: Dtype) -> Option<DType> {
    match dtype {
        Dtype::F64 => Some(DType::F64),
        Dtype::F32 => Some(DType::F32),
        Dtype::F16 => Some(DType::F16),
        Dtype::BF16 => Some(DType::BF16),
        _ => None,
    }
}
