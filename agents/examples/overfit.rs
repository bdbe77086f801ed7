//! Teaches a policy sixteen synthetic transitions, until every position and rotation is hit or the steps
//! run out, and says how long every part of a step takes:
//! `cargo run --release -p agents --example overfit -- [preset] [steps]` (tiny, 600).
#![expect(clippy::print_stdout, reason = "the figures are the result")]

use std::time::{Duration, Instant};

use agents::nn::training::clip_global_norm;
use agents::nn::weights;
use agents::nn::weights::{Init, Noise};
use agents::policy::arp::{Arp, LOSSES, Tap};
use agents::policy::synthetic::Scene;
use agents::policy::{Augmentation, Observation, Preprocessor, Transition, Workspace, geodesic};
use agents::presets;
use burn::module::Module as _;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::Device;

const SAMPLES: usize = 16;
const WARM_UP: usize = 20;
const RATE: f64 = 1e-3;
/// Nothing is varied but the centre of the fine stage: at its first guess the coarse stage is off by up
/// to half a voxel, and a fine stage that never saw that would not correct it.
const VARIED: Augmentation = Augmentation { centre: 0.1, ..Augmentation::NONE };
/// Distance within which a position counts as hit, metres.
const HIT: f32 = 0.01;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "tiny".into());
    let steps = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(600);
    let Some(preset) = presets::find(&name) else {
        println!("no preset `{name}`");
        return;
    };
    let shape = &preset.policy;
    let device = Device::flex().autodiff();
    let mut rng = weights::stream(1, 0, 0, "synthetic");
    let scenes: Vec<_> = (0..SAMPLES).map(|_| Scene::draw(shape, &mut rng)).collect();
    let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
    let preprocessor = Preprocessor::new(shape, Workspace::default());
    let mut policy = Arp::new(&Init::new(7, &device), shape);
    println!("{name}: {} parameters", policy.num_params());
    let mut optimiser = AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(0.01).init();

    let mut done = steps;
    let mut spent = [Duration::ZERO; 4];
    let start = Instant::now();
    for step in 0..steps {
        let marks = [(); 4].map(|()| Duration::ZERO);
        let mut clock = Clock { last: Instant::now(), marks, next: 0 };
        let noise = Noise::new(1, step as u64);
        let batch = match preprocessor.batch(&transitions, &VARIED, 1.0, &noise) {
            Ok(batch) => batch.into_inputs(shape, &device),
            Err(error) => {
                println!("{error}");
                return;
            }
        };
        clock.mark();
        let trained = policy.train_step(batch, Tap::E3, None);
        let total = trained.losses.total();
        let value: f32 = total.clone().into_scalar();
        clock.mark();
        let gradients = GradientsParams::from_grads(total.backward(), &policy);
        clock.mark();
        let (gradients, norm) = clip_global_norm(&policy, gradients, 1.0);
        policy = optimiser.step(rate(step, steps), policy, gradients);
        clock.mark();
        for (sum, part) in spent.iter_mut().zip(clock.marks) {
            *sum += part;
        }
        if step % 50 == 0 || step + 1 == steps {
            let each: Vec<f32> = trained.losses.divergences().into_data().iter::<f32>().collect();
            let text: Vec<_> =
                LOSSES.iter().zip(each).map(|(n, v)| format!("{n} {v:.2}")).collect();
            println!("step {step}: {value:.3}, norm {norm:.2}; {}", text.join(", "));
        }
        if step % 50 == 49 || step + 1 == steps {
            let hits = hits(&preprocessor, &policy.valid(), &transitions);
            let elapsed = start.elapsed();
            println!("  hits {} of {SAMPLES}, rotations {}, {elapsed:.0?}", hits[0], hits[1]);
            if hits == [SAMPLES; 2] {
                done = step + 1;
                break;
            }
        }
    }
    let each = |part: Duration| 1e3 * part.as_secs_f64() / done as f64;
    let [data, forward, backward, update] = spent.map(each);
    println!(
        "ms per step: data {data:.1}, forward {forward:.1}, backward {backward:.1}, update {update:.1}"
    );
}

/// Warm-up, then half a cosine.
fn rate(step: usize, steps: usize) -> f64 {
    let warm = ((step + 1) as f64 / WARM_UP as f64).min(1.0);
    let done = step as f64 / steps as f64;
    RATE * warm * (0.51 + 0.49 * (std::f64::consts::PI * done).cos())
}

/// How many positions are within a centimetre, and how many rotations within 10 degrees.
fn hits(preprocessor: &Preprocessor, policy: &Arp, transitions: &[Transition]) -> [usize; 2] {
    let observations: Vec<Observation> =
        transitions.iter().map(|transition| transition.observation.clone()).collect();
    let Ok(decisions) = preprocessor.decide(policy, &observations, Tap::E3) else { return [0; 2] };
    let mut hits = [0; 2];
    for (decision, transition) in decisions.iter().zip(transitions) {
        let (found, wanted) = (decision.action, transition.action);
        let square: f32 =
            (0..3).map(|axis| (found.position[axis] - wanted.position[axis]).powi(2)).sum();
        hits[0] += usize::from(square.sqrt() < HIT);
        let angle = geodesic(found.quaternion, wanted.quaternion);
        hits[1] += usize::from(angle < 10_f32.to_radians());
    }
    hits
}

/// Times the parts of a step one after the other.
struct Clock {
    last: Instant,
    marks: [Duration; 4],
    next: usize,
}

impl Clock {
    fn mark(&mut self) {
        self.marks[self.next] = self.last.elapsed();
        self.next += 1;
        self.last = Instant::now();
    }
}
