//! How well what was seen and what was done lie together in the shared space, task by task.

use agents::alignment::{Alignment, Label, Labels, Level, hits};
use agents::nn::contrast::cosines;
use burn::tensor::{Device, Tensor, TensorData};

/// A clip or a keyframe: what is known of it, and what the tower holds of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LabelledFeature {
    /// Episode, instruction and task.
    pub label: Label,
    /// The tap, as wide as the map expects.
    pub tap: Vec<f32>,
}

/// How well a task's clips and keyframes find each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AlignmentScore {
    /// Number of the task.
    pub(super) task: usize,
    /// Recall@1 among the clips and keyframes of all tasks, both directions averaged; a hit has the same
    /// instruction, ties are misses.
    pub(super) recall: f64,
    /// Mean cosine between clips and keyframes of one episode, less that between those of different
    /// instructions; 0 where nothing is different.
    pub(super) closeness: f64,
}

/// The scores of every task that has clips and keyframes, in the tables' order.
///
/// The level is that of instructions in every arm, so that arms can be compared: at the level of tasks
/// nothing could be told about a single one.
pub(super) fn alignment_scores(
    alignment: &Alignment,
    seen: &[LabelledFeature],
    done: &[LabelledFeature],
    device: &Device,
) -> Vec<AlignmentScore> {
    if seen.is_empty() || done.is_empty() {
        return Vec::new();
    }
    let rows = alignment.map_seen(stacked(seen, device));
    let similarity = cosines(rows, alignment.map_done(stacked(done, device)));
    of(&similarity, &labels(seen), &labels(done))
}

fn of(similarity: &Tensor<2>, seen: &[Label], done: &[Label]) -> Vec<AlignmentScore> {
    let all = Labels { seen: seen.to_vec(), done: done.to_vec(), level: Level::Instruction };
    let [by_clip, by_keyframe] = hits(similarity, &all.together(Level::Instruction));
    let cosine: Vec<f32> = similarity.clone().into_data().iter::<f32>().collect();
    let mut tasks: Vec<usize> = seen.iter().map(|label| label.task).collect();
    tasks.sort_unstable();
    tasks.dedup();
    let share = |labels: &[Label], hit: &[bool], task: usize| {
        let own = labels.iter().zip(hit).filter(|(label, _)| label.task == task);
        mean(own.map(|(_, hit)| f64::from(u8::from(*hit))))
    };
    let reading = |task: usize| {
        let cosines = |wanted: &dyn Fn(&Label, &Label) -> bool| {
            let rows = seen.iter().zip(cosine.chunks_exact(done.len()));
            let rows = rows.filter(|(clip, _)| clip.task == task);
            mean(rows.flat_map(|(clip, row)| {
                let columns = done.iter().zip(row);
                columns.filter(|(keyframe, _)| wanted(clip, keyframe)).map(|(_, x)| f64::from(*x))
            }))
        };
        let own = cosines(&|clip, keyframe| clip.episode == keyframe.episode)?;
        let other = cosines(&|clip, keyframe| clip.instruction != keyframe.instruction);
        let recall = f64::midpoint(share(seen, &by_clip, task)?, share(done, &by_keyframe, task)?);
        Some(AlignmentScore { task, recall, closeness: own - other.unwrap_or(own) })
    };
    tasks.into_iter().filter_map(reading).collect()
}

fn labels(tapped: &[LabelledFeature]) -> Vec<Label> {
    tapped.iter().map(|one| one.label).collect()
}

fn stacked(tapped: &[LabelledFeature], device: &Device) -> Tensor<2> {
    let width = tapped.first().map_or(0, |one| one.tap.len());
    let values: Vec<f32> = tapped.iter().flat_map(|one| one.tap.iter().copied()).collect();
    Tensor::from_data(TensorData::new(values, [tapped.len(), width]), device)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two tasks: the first with two instructions whose keyframes are confused, the second all right.
    #[test]
    fn a_task_is_read_among_all_tasks() {
        let label = |episode, instruction, task| Label { episode, instruction, task };
        let seen = [label(0, 0, 0), label(1, 1, 0), label(2, 5, 3)];
        let done = [label(0, 0, 0), label(1, 1, 0), label(2, 5, 3), label(2, 5, 3)];
        #[rustfmt::skip]
        let similarity = [
            0.9, 0.2, 0.1, 0.0,
            0.8, 0.5, 0.1, 0.0,
            0.0, 0.1, 0.7, 0.3_f32,
        ];
        let data = TensorData::new(similarity.to_vec(), [3, 4]);
        let found = of(&Tensor::from_data(data, &Device::flex()), &seen, &done);
        assert_eq!(found.iter().map(|one| one.task).collect::<Vec<_>>(), [0, 3]);
        // Clips: the first hits, the second finds the first's keyframe. Keyframes: both hit.
        assert_eq!((found[0].recall, found[1].recall), (0.75, 1.0));
        // Own: 0.9 and 0.5; other instructions: 0.2, 0.1, 0.0, 0.8, 0.1, 0.0.
        assert!((found[0].closeness - (0.7 - 0.2)).abs() < 1e-6, "{found:?}");
        assert!((found[1].closeness - (0.5 - 0.05)).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn one_instruction_alone_has_nothing_to_be_told_from() {
        let seen = [Label { episode: 0, instruction: 0, task: 2 }];
        let data = TensorData::new(vec![0.25_f32], [1, 1]);
        let found = of(&Tensor::from_data(data, &Device::flex()), &seen, &seen);
        assert_eq!(found, [AlignmentScore { task: 2, recall: 1.0, closeness: 0.0 }]);
    }
}
