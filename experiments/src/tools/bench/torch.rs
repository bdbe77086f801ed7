//! The same networks in PyTorch, in a Python process of their own.

use std::io::Write as _;
use std::process::{Command, Stdio};

use agents::presets::{Extensions, Language, Preset, Tower};
use serde::Deserialize;
use serde_json::{Value, json};

const SCRIPT: &str = include_str!("peer/train.py");

/// What PyTorch takes.
#[derive(Deserialize)]
pub(super) struct Found {
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
pub(super) fn seconds(shape: &Preset, batch: usize, repeats: usize) -> Result<Found, String> {
    if shape.policy.extensions != Extensions::NONE {
        return Err("it has only the published parts of the policy".into());
    }
    let python = std::env::var_os("MIRROR_PYTHON").unwrap_or_else(|| "python3".into());
    let probe = Command::new(&python)
        .args(["-c", "import torch"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !probe.is_ok_and(|status| status.success()) {
        return Err("torch is not importable".into());
    }
    let mut child = Command::new(python)
        .args(["-B", "-c", SCRIPT])
        .env("OMP_NUM_THREADS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let work = json!({"preset": numbers(shape), "batch": batch, "repeats": repeats}).to_string();
    let written = child.stdin.take().map(|mut stdin| stdin.write_all(work.as_bytes()));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    match written {
        Some(Ok(())) if output.status.success() => serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("PyTorch answered nonsense: {error}")),
        _ => Err("PyTorch stopped without a word".into()),
    }
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
