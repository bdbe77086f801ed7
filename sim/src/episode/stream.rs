//! The random stream of an episode.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// The random stream of one episode: keyed by task, variation and seed.
pub fn stream(task: &str, variation: usize, seed: u64) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new();
    hasher.update(task.as_bytes());
    hasher.update(&(variation as u64).to_le_bytes());
    hasher.update(&seed.to_le_bytes());
    ChaCha8Rng::from_seed(*hasher.finalize().as_bytes())
}
