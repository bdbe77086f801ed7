use super::*;

/// Variations of the 18 tasks.
const VARIATIONS: [usize; 18] = [3, 4, 2, 2, 2, 3, 20, 20, 60, 20, 3, 3, 9, 5, 50, 20, 20, 3];

/// Four episodes of each variation of each task.
fn episodes() -> Vec<Episode> {
    let mut all = Vec::new();
    let mut instruction = 0;
    for (task, variations) in VARIATIONS.into_iter().enumerate() {
        for _ in 0..variations {
            all.extend((0..4).map(|i| Episode { task, instruction, keyframes: 2 + i }));
            instruction += 1;
        }
    }
    all
}

fn sampler(pairing: Pairing, outer: Outer) -> Sampler {
    Sampler::new(episodes(), pairing, outer).unwrap()
}

#[test]
fn tasks_and_instructions_are_drawn_evenly() {
    for outer in [Outer::Instruction, Outer::Episode] {
        let sampler = sampler(Pairing::Instruction, outer);
        let labels = sampler.labels(&sampler.batch(1, 0, 18_000));
        let mut tasks = [0.0; 18];
        let mut instructions = vec![0.0; VARIATIONS.iter().sum()];
        for label in &labels.seen {
            tasks[label.task] += 1.0;
            instructions[label.instruction] += 1.0;
        }
        let chi: f64 = tasks.iter().map(|n| (n - 1000.0_f64).powi(2) / 1000.0).sum();
        // 17 degrees of freedom: the 99.9 % quantile.
        assert!(chi < 40.8, "{chi}");
        let expected = VARIATIONS.iter().flat_map(|&v| vec![1000.0 / v as f64; v]);
        let chi: f64 = instructions.iter().zip(expected).map(|(n, e)| (n - e).powi(2) / e).sum();
        // 248 degrees of freedom less the 17 above: about 231 + 3.1 sqrt(2 * 231) at 99.9 %.
        assert!(chi < 231.0 + 67.0 + 40.8, "{chi}");
    }
}

#[test]
fn two_draws_share_labels_as_often_as_the_specification_says() {
    let sampler = sampler(Pairing::Instruction, Outer::Instruction);
    let labels = sampler.labels(&sampler.batch(2, 0, 1000)).seen;
    let pairs =
        || labels.iter().enumerate().flat_map(|(i, a)| labels[..i].iter().map(move |b| (a, b)));
    let share = |same: fn(&Label, &Label) -> bool| {
        pairs().filter(|(a, b)| same(a, b)).count() as f64 / pairs().count() as f64
    };
    let instruction = share(|a, b| a.instruction == b.instruction);
    let task = share(|a, b| a.task == b.task);
    assert!((instruction - 0.01239).abs() < 0.0015, "{instruction}");
    assert!((task - 1.0 / 18.0).abs() < 0.003, "{task}");
}

#[test]
fn pairs_share_what_they_are_paired_by() {
    let episode = sampler(Pairing::Episode, Outer::Instruction).batch(1, 7, 500);
    assert!(episode.iter().all(|pair| pair.clip == pair.transition));
    let by_instruction = sampler(Pairing::Instruction, Outer::Episode);
    let labels = by_instruction.labels(&by_instruction.batch(1, 7, 500));
    for (seen, done) in labels.seen.iter().zip(&labels.done) {
        assert!(seen.instruction == done.instruction && seen.episode != done.episode);
    }
    let by_task = sampler(Pairing::Task, Outer::Instruction);
    let labels = by_task.labels(&by_task.batch(1, 7, 500));
    let pairs = || labels.seen.iter().zip(&labels.done);
    assert!(pairs().all(|(seen, done)| seen.task == done.task));
    assert!(pairs().any(|(seen, done)| seen.instruction != done.instruction));
    let keyframes = episodes();
    assert!(episode.iter().all(|pair| pair.keyframe < keyframes[pair.transition].keyframes));
    let last = |pair: &&Pair| pair.keyframe + 1 == keyframes[pair.transition].keyframes;
    assert!(episode.iter().filter(last).count() > 50);
}

#[test]
fn the_other_episode_is_any_other() {
    let three = [Episode { task: 0, instruction: 0, keyframes: 1 }; 3];
    let sampler = Sampler::new(three.into(), Pairing::Instruction, Outer::Instruction).unwrap();
    let mut counts = [[0; 3]; 3];
    for pair in sampler.batch(4, 0, 6000) {
        counts[pair.clip][pair.transition] += 1;
    }
    for (clip, row) in counts.iter().enumerate() {
        for (transition, &count) in row.iter().enumerate() {
            // Binomial(6000, 1/6): standard deviation 29.
            let fair = if clip == transition { count == 0 } else { (880..1120).contains(&count) };
            assert!(fair, "{counts:?}");
        }
    }
    let one = Sampler::new(three[..1].into(), Pairing::Instruction, Outer::Instruction);
    assert_eq!(one.unwrap().batch(4, 0, 1)[0].transition, 0);
}

#[test]
fn the_same_seed_and_step_give_the_same_pairs() {
    let sampler = sampler(Pairing::Instruction, Outer::Instruction);
    assert_eq!(sampler.batch(1, 2, 64), sampler.batch(1, 2, 64));
    assert_eq!(sampler.batch(1, 2, 64)[..8], sampler.batch(1, 2, 8));
    assert_ne!(sampler.batch(1, 2, 64), sampler.batch(1, 3, 64));
    assert_ne!(sampler.batch(1, 2, 64), sampler.batch(2, 2, 64));
}

#[test]
fn lists_that_cannot_be_sampled_are_refused() {
    let refuse = |episodes: &[Episode]| {
        Sampler::new(episodes.into(), Pairing::Episode, Outer::Episode).unwrap_err()
    };
    let good = Episode { task: 0, instruction: 0, keyframes: 1 };
    assert_eq!(refuse(&[]), PairingError::Empty);
    assert_eq!(refuse(&[good, Episode { keyframes: 0, ..good }]), PairingError::NoKeyframes(1));
    assert_eq!(refuse(&[good, Episode { task: 1, ..good }]), PairingError::Crossed(1));
}
