//! Teaches a video encoder, a policy and their alignment sixteen synthetic pairs together, until every one is known by
//! heart or the steps run out: `cargo run --example joint -- [preset] [steps]` (tiny, 600).
#![expect(clippy::print_stdout, reason = "the figures are the result")]

mod lesson;

use std::process::ExitCode;

use agents::presets;
use lesson::{Lesson, Losses, Score};

const PAIRS: usize = 16;
/// Steps between judgements.
const ROUND: usize = 50;
/// Loss of whole clips that counts as known, nats.
const KNOWN: f32 = 0.05;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "tiny".into());
    let steps = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(600);
    let Some(preset) = presets::find(&name) else {
        println!("no preset `{name}`");
        return ExitCode::FAILURE;
    };
    let mut lesson = Lesson::new(preset, PAIRS);
    println!("step   L_AU    L_EE  L_align | whole clips: L_AU  positions  R@1");
    for step in 0..steps {
        let judged = lesson.step(step, steps).and_then(|losses| {
            let due = (step + 1) % ROUND == 0 || step + 1 == steps;
            due.then(|| lesson.judge().map(|score| (losses, score))).transpose()
        });
        match judged {
            Err(error) => {
                println!("{error}");
                return ExitCode::FAILURE;
            }
            Ok(None) => {}
            Ok(Some((losses, score))) => {
                let Losses { video_text, policy, align } = losses;
                let Score { video_text: whole, positions, recalled } = score;
                print!("{:4} {video_text:6.3} {policy:7.3} {align:8.3} | ", step + 1);
                println!("{whole:17.4} {positions:7} of {PAIRS} {recalled:4.1} of {PAIRS}");
                if whole < KNOWN && positions == PAIRS && recalled > PAIRS as f64 - 0.25 {
                    return ExitCode::SUCCESS;
                }
            }
        }
    }
    ExitCode::FAILURE
}
