//! Weight files: safetensors, or what `torch.save` writes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::tensor::{DType, TensorData};
use safetensors::{Dtype, SafeTensors};

use super::error::WeightsError;
use super::pickle;

/// Tensors of a file by name; each is read when it is asked for.
pub struct File {
    path: PathBuf,
    tensors: BTreeMap<String, Stored>,
}

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

impl File {
    /// Opens a safetensors file or a PyTorch checkpoint, told apart by content. Of a checkpoint that
    /// holds a dictionary under the key `model`, the tensors in that.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is neither.
    pub fn open(path: &Path) -> Result<Self, WeightsError> {
        let io = |source| WeightsError::Io { path: path.into(), source };
        let mut head = Vec::new();
        fs::File::open(path).and_then(|file| file.take(9).read_to_end(&mut head)).map_err(io)?;
        let tensors = if is_safetensors(&head) {
            parse(fs::read(path).map_err(io)?)
        } else {
            pickle::open(path)
        };
        let tensors = tensors.map_err(|reason| damaged(path, reason))?;
        Ok(Self { path: path.into(), tensors })
    }

    /// The content of a safetensors file that stands inside the file `path`.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, WeightsError> {
        let tensors = parse(bytes).map_err(|reason| damaged(path, reason))?;
        Ok(Self { path: path.into(), tensors })
    }

    /// Several files as one, called `path` in errors.
    ///
    /// # Errors
    ///
    /// When two of them hold a tensor of the same name.
    pub fn joined(path: &Path, parts: Vec<Self>) -> Result<Self, WeightsError> {
        let mut tensors = BTreeMap::new();
        for part in parts {
            for (name, stored) in part.tensors {
                if tensors.contains_key(&name) {
                    return Err(damaged(path, format!("{name}: stands in two files")));
                }
                tensors.insert(name, stored);
            }
        }
        Ok(Self { path: path.into(), tensors })
    }

    /// Where it came from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Names and shapes, by name.
    pub fn shapes(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.tensors.iter().map(|(name, stored)| (name.as_str(), stored.shape.as_slice()))
    }

    /// Shape of one tensor.
    #[must_use]
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|stored| stored.shape.as_slice())
    }

    /// The numbers of one tensor as f32, whatever precision the file keeps.
    ///
    /// # Errors
    ///
    /// When there is no such tensor of floating-point numbers, or its bytes are damaged.
    pub fn read(&self, name: &str) -> Result<Vec<f32>, WeightsError> {
        let damaged = |reason| damaged(&self.path, format!("{name}: {reason}"));
        let stored = self.tensors.get(name).ok_or_else(|| damaged("is not there".into()))?;
        let kind = stored.kind.ok_or_else(|| damaged("holds no floating-point numbers".into()))?;
        let bytes = (stored.read)().map_err(damaged)?;
        let count: usize = stored.shape.iter().product();
        let data = TensorData::try_from_bytes_vec(bytes, [count], kind);
        let data = data.map_err(|error| damaged(error.to_string()))?;
        data.convert::<f32>().try_into_vec().map_err(|error| damaged(error.to_string()))
    }
}

fn damaged(path: &Path, reason: String) -> WeightsError {
    // Parsers explain over several lines.
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    WeightsError::Damaged { path: path.into(), reason }
}

/// The header's length, then the brace that opens it.
fn is_safetensors(head: &[u8]) -> bool {
    let Some((length, rest)) = head.split_first_chunk::<8>() else { return false };
    u64::from_le_bytes(*length) <= LONGEST_HEADER && rest.first() == Some(&b'{')
}

fn parse(bytes: Vec<u8>) -> Result<BTreeMap<String, Stored>, String> {
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
    Ok(metadata.tensors().into_iter().map(stored).collect())
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
