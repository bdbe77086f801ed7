//! The same networks in PyTorch, in a Python process of their own.

use agents::presets::{Extensions, Language, Preset, Tower};
use serde::Deserialize;
use serde_json::{Value, json};

use super::python::Python;

const SCRIPT: &str = include_str!("python/pytorch.py");

/// What PyTorch takes.
#[derive(Deserialize)]
pub(super) struct StepTimes {
    /// The package with its version.
    pub(super) name: String,
    /// Processor seconds of a step, one for each repeat.
    pub(super) seconds: Vec<f64>,
}

/// Times steps of networks of the same shapes: forward, backward and AdamW, without data.
///
/// # Errors
/// In words, when Python or the package is missing or fails, and for policies with parts that the script
/// does not build.
pub(super) fn measure(shape: &Preset, batch: usize, repeats: usize) -> Result<StepTimes, String> {
    if shape.policy.extensions != Extensions::NONE {
        return Err("it has only the published parts of the policy".into());
    }
    let mut script = Python::with("torch")?.start(SCRIPT, &[("OMP_NUM_THREADS", "1")])?;
    let work = json!({"preset": numbers(shape), "batch": batch, "repeats": repeats});
    script.ask(&work.to_string())
}

fn numbers(shape: &Preset) -> Value {
    let tower = |tower: Tower| json!([tower.width, tower.depth, tower.heads]);
    let (video, policy) = (&shape.video, &shape.policy);
    let language = match policy.language {
        Language::Trained { tower: t, context, vocabulary } => {
            json!({"tower": tower(t), "context": context, "vocabulary": vocabulary})
        }
        Language::Frozen { tower: t, context } => {
            json!({"tower": tower(t), "context": context, "vocabulary": 0})
        }
    };
    json!({
        "video": {
            "tokens": video.trained_tokens(),
            "patch": 3 * video.patch * video.patch,
            "video": tower(video.video),
            "text": tower(video.text),
            "context": video.context,
            "vocabulary": video.vocabulary,
            "shared": video.shared,
        },
        "policy": {
            "grid": policy.grid(),
            "patch": policy.patch,
            "channels": policy.channels,
            "width": policy.width,
            "heads": policy.heads,
            "head": policy.head,
            "depth": policy.depth,
            "geglu": policy.geglu,
            "dropout": policy.dropout,
            "proprio": policy.proprio(),
            "language": language,
            "action": policy.action,
            "action_heads": policy.action_heads,
            "cross": policy.cross,
            "selfs": policy.selfs,
            "upsampler": policy.upsampler_width(),
            "extra_norm": policy.extra_norm(),
        },
        "latent": shape.alignment.latent,
    })
}
