//! Checkpoints that `torch.save` wrote. Pickle is a foreign program; whatever goes wrong in reading
//! one ends here.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use burn::tensor::DType;
use burn_store::pytorch::{PytorchError, PytorchReader};
use burn_store::pytorch_reader;

use super::stored::{Stored, Tensors};

/// The key under which ViCLIP's checkpoints hold their tensors.
const KEY: &str = "model";

pub(super) fn open(path: &Path) -> Result<Tensors, String> {
    let opened = contained(|| match PytorchReader::with_top_level_key(path, KEY) {
        // A flat checkpoint, or one whose tensors happen to start with that word.
        Err(PytorchError::KeyNotFound(_)) => PytorchReader::new(path),
        other => other,
    });
    let reader = opened?.map_err(|error| format!("not a PyTorch checkpoint: {error}"))?;
    let tensors = reader.into_tensors().into_iter();
    Ok(tensors.map(|(name, tensor)| (name, stored(tensor))).collect())
}

fn stored(tensor: pytorch_reader::Tensor) -> Stored {
    let kind = match tensor.dtype() {
        pytorch_reader::DType::F64 => Some(DType::F64),
        pytorch_reader::DType::F32 => Some(DType::F32),
        pytorch_reader::DType::F16 => Some(DType::F16),
        pytorch_reader::DType::BF16 => Some(DType::BF16),
        _ => None,
    };
    let shape = tensor.shape().to_vec();
    let read = move || contained(|| tensor.read())?.map_err(|error| error.to_string());
    Stored { shape, kind, read: Box::new(read) }
}

/// Runs foreign parsing; a panic in it becomes an error, and prints nothing.
fn contained<T>(parse: impl FnOnce() -> T) -> Result<T, String> {
    // The hook belongs to the whole process: one at a time.
    static HOOK: Mutex<()> = Mutex::new(());
    let _one = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(AssertUnwindSafe(parse));
    panic::set_hook(hook);
    result.map_err(|_| "not a PyTorch checkpoint: its parser gave up".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_parsing_is_an_error() {
        let failed = contained(|| [1, 2][std::env::args().count() + 1]);
        assert_eq!(failed.unwrap_err(), "not a PyTorch checkpoint: its parser gave up");
        assert_eq!(contained(|| 3), Ok(3));
    }
}
