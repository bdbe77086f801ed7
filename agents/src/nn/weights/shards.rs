//! Weights for travelling: half the precision, in several files of a bounded size.

use burn::tensor::f16;
use safetensors::Dtype;

use super::save::Saved;

/// What a file's header takes for one tensor besides its name, bytes: generous.
const ENTRY: usize = 128;

/// The same weights as f16; the first that f16 cannot hold is the error.
///
/// # Errors
/// Names the tensor with a number beyond 65504, or one that is none.
pub fn halved(parameters: Vec<Saved>) -> Result<Vec<Saved>, String> {
    parameters.into_iter().map(half).collect()
}

fn half(saved: Saved) -> Result<Saved, String> {
    let mut bytes = Vec::with_capacity(saved.bytes.len() / 2);
    for four in saved.bytes.as_chunks::<4>().0 {
        let value = f16::from_f32(f32::from_le_bytes(*four));
        if !value.is_finite() {
            return Err(format!("{}: {} is no f16", saved.name, f32::from_le_bytes(*four)));
        }
        bytes.extend(value.to_le_bytes());
    }
    Ok(Saved { kind: Dtype::F16, bytes, ..saved })
}

/// Parts of which each fills a safetensors file of at most `limit` bytes, in order. A tensor that is
/// larger by itself makes a larger file of its own.
#[must_use]
pub fn split(parameters: Vec<Saved>, limit: usize) -> Vec<Vec<Saved>> {
    let mut parts: Vec<Vec<Saved>> = Vec::new();
    let mut room = 0;
    for saved in parameters {
        let size = saved.bytes.len() + saved.name.len() + ENTRY;
        match parts.last_mut() {
            Some(part) if size <= room => part.push(saved),
            _ => {
                room = limit;
                parts.push(vec![saved]);
            }
        }
        room = room.saturating_sub(size);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::weights::write;

    fn saved(name: &str, values: &[f32]) -> Saved {
        let bytes = values.iter().copied().flat_map(f32::to_le_bytes).collect();
        Saved { name: name.into(), shape: vec![values.len()], kind: Dtype::F32, bytes }
    }

    #[test]
    fn parts_keep_the_order_and_fit_their_files() {
        let all: Vec<Saved> =
            (0..40).map(|i| saved(&format!("tensor.{i}"), &vec![0.5; 100 * i])).collect();
        let limit = 20_000;
        let parts = split(all.clone(), limit);
        assert!(parts.len() > 3);
        for part in &parts {
            let mut file = Vec::new();
            write(part.clone(), &mut file).unwrap();
            assert!(file.len() <= limit, "{}", file.len());
        }
        assert_eq!(parts.concat(), all);
        let alone = split(vec![saved("a", &[0.0; 9]), saved("b", &[0.0; 9999])], 1000);
        assert_eq!(alone.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
    }

    #[test]
    fn what_f16_cannot_hold_is_named() {
        let half = halved(vec![saved("a", &[1.0, -0.333_333_34, 65504.0])]).unwrap();
        assert_eq!(half[0].bytes.len(), 6);
        let error = halved(vec![saved("a", &[1.0]), saved("b", &[7e4])]).unwrap_err();
        assert_eq!(error, "b: 70000 is no f16");
    }
}
