//! Weight files: safetensors, or what `torch.save` writes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use burn::tensor::TensorData;

use super::error::WeightsError;
use super::pickle;
use super::stored::{Tensors, is_safetensors, parse};

/// Tensors of a file by name; each is read when it is asked for.
pub struct File {
    path: PathBuf,
    tensors: Tensors,
    /// Texts in the header.
    texts: BTreeMap<String, String>,
}

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
        let content = if is_safetensors(&head) {
            parse(fs::read(path).map_err(io)?)
        } else {
            pickle::open(path).map(|tensors| (tensors, BTreeMap::new()))
        };
        let (tensors, texts) = content.map_err(|reason| damaged(path, reason))?;
        Ok(Self { path: path.into(), tensors, texts })
    }

    /// The content of a safetensors file that stands inside the file `path`.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, WeightsError> {
        let (tensors, texts) = parse(bytes).map_err(|reason| damaged(path, reason))?;
        Ok(Self { path: path.into(), tensors, texts })
    }

    /// Several files as one, called `path` in errors.
    ///
    /// # Errors
    ///
    /// When two of them hold a tensor of the same name, or different texts under one key.
    pub fn joined(path: &Path, parts: Vec<Self>) -> Result<Self, WeightsError> {
        let (mut tensors, mut texts) = (BTreeMap::new(), BTreeMap::new());
        for part in parts {
            for (key, text) in part.texts {
                if texts.get(&key).is_some_and(|other| *other != text) {
                    return Err(damaged(path, format!("{key}: its files say different things")));
                }
                texts.insert(key, text);
            }
            for (name, stored) in part.tensors {
                if tensors.contains_key(&name) {
                    return Err(damaged(path, format!("{name}: stands in two files")));
                }
                tensors.insert(name, stored);
            }
        }
        Ok(Self { path: path.into(), tensors, texts })
    }

    /// Where it came from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text that stands in the header under this key; PyTorch's checkpoints have none.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
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
