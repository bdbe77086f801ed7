//! How well two maps bring together what belongs together, on episodes they never saw.

use core::cmp::Ordering;

use agents::alignment::{Alignment, Label, Level, recall};
use agents::nn::contrast::{Marks, cosines, unit};
use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;

use super::fit::Set;
use crate::statistics::median;

/// Draws of the null distribution.
const DRAWS: usize = 1000;

/// A measured number with its name, as in the table.
pub(super) type Metric = (&'static str, f64);

/// What is measured on a set; the first is the headline.
///
/// Every rate is the mean of both directions, ties are misses. `index`: the partner is the same episode
/// among all; `label`: it has the same instruction; `task`: the same task; `class`: the candidates are
/// the mean of each instruction's other side.
pub(super) fn score(maps: &Alignment, set: &Set, device: &Device) -> Vec<Metric> {
    let (seen, done, labels) = set.tensors(device);
    let (seen, done) = (maps.map_seen(seen), maps.map_done(done));
    let close = cosines(seen.clone(), done.clone());
    let both = [host(&close), host(&close.clone().transpose())];
    let instruction = |place: usize| set.labels[place].instruction;
    let ranked = |right: &dyn Fn(usize, usize) -> bool| -> Vec<usize> {
        both.iter().flat_map(|values| ranks(values, set.labels.len(), right)).collect()
    };
    let by_index = ranked(&|row, column| row == column);
    let by_label = ranked(&|row, column| instruction(row) == instruction(column));
    let places: Vec<f64> = by_index.iter().map(|&rank| rank as f64).collect();
    vec![
        ("r1_label", recall(&close, &labels.together(Level::Instruction))),
        ("r5_label", within(&by_label, 5)),
        ("r1_index", recall(&close, &labels.diagonal())),
        ("r5_index", within(&by_index, 5)),
        ("median_rank", median(&places)),
        ("r1_task", recall(&close, &labels.together(Level::Task))),
        ("r1_class", by_class(&seen, &done, &set.labels, device)),
    ]
}

/// What blind guessing would score on a set.
pub(super) fn chance(labels: &[Label]) -> Vec<Metric> {
    let count = labels.len() as f64;
    let share = |key: fn(&Label) -> usize| {
        let pairs = labels.iter().flat_map(|a| labels.iter().map(move |b| (a, b)));
        pairs.filter(|(a, b)| key(a) == key(b)).count() as f64 / (count * count)
    };
    vec![
        ("chance_label", share(|label| label.instruction)),
        ("chance_index", 1.0 / count),
        ("chance_task", share(|label| label.task)),
        ("chance_class", 1.0 / classes(labels).len() as f64),
    ]
}

/// What `r1_label` stays below in 95 of 100 random assignments of the instructions to one side.
pub(super) fn null(maps: &Alignment, set: &Set, rng: &mut ChaCha8Rng, device: &Device) -> Metric {
    let (seen, done, _) = set.tensors(device);
    let close = cosines(maps.map_seen(seen), maps.map_done(done));
    let count = set.labels.len();
    let best = |values: &Vec<f32>| -> Vec<usize> {
        let largest = |row: &[f32]| {
            (0..count).fold(0, |best, next| if row[next] > row[best] { next } else { best })
        };
        values.chunks_exact(count).map(largest).collect()
    };
    let [by_row, by_column] = [host(&close), host(&close.transpose())].each_ref().map(best);
    let own: Vec<usize> = set.labels.iter().map(|label| label.instruction).collect();
    let mut other = own.clone();
    let mut draw = || {
        for last in (1..count).rev() {
            other.swap(last, rng.random_range(0..=last));
        }
        let hits = |best: &[usize], from: &[usize], to: &[usize]| {
            best.iter().zip(from).filter(|(found, label)| to[**found] == **label).count()
        };
        let all = hits(&by_row, &own, &other) + hits(&by_column, &other, &own);
        all as f64 / (2 * count) as f64
    };
    let mut rates: Vec<f64> = (0..DRAWS).map(|_| draw()).collect();
    rates.sort_by(f64::total_cmp);
    ("null95_label", rates[DRAWS * 95 / 100])
}

/// Rank of the best right column in each row, from 1; a tie counts against it.
fn ranks(values: &[f32], count: usize, right: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let rank = |(row, values): (usize, &[f32])| {
        let of_right = (0..count).filter(|&column| right(row, column));
        let best = of_right.map(|column| values[column]).fold(f32::NEG_INFINITY, f32::max);
        // What is no number never wins, and never loses either.
        let above = |&column: &usize| {
            !right(row, column) && values[column].partial_cmp(&best) != Some(Ordering::Less)
        };
        1 + (0..count).filter(above).count()
    };
    values.chunks_exact(count).enumerate().map(rank).collect()
}

fn within(ranks: &[usize], first: usize) -> f64 {
    ranks.iter().filter(|&&rank| rank <= first).count() as f64 / ranks.len().max(1) as f64
}

fn classes(labels: &[Label]) -> Vec<usize> {
    let mut all: Vec<usize> = labels.iter().map(|label| label.instruction).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Recall@1 among one candidate for each instruction: the mean of its unit vectors on the other side.
fn by_class(seen: &Tensor<2>, done: &Tensor<2>, labels: &[Label], device: &Device) -> f64 {
    let classes = classes(labels);
    let members = Marks::new([classes.len(), labels.len()], |class, row| {
        labels[row].instruction == classes[class]
    });
    let right = members.transposed();
    let sides = [(seen, done), (done, seen)].map(|(from, to)| {
        // A sum points where the mean does.
        let prototypes = members.tensor(1.0, 0.0, device).matmul(unit(to.clone()));
        hits(&host(&cosines(from.clone(), prototypes)), &right)
    });
    f64::midpoint(sides[0], sides[1])
}

/// Share of rows whose best right column beats every wrong one.
fn hits(values: &[f32], right: &Marks) -> f64 {
    let [rows, columns] = right.size();
    let hit = |&row: &usize| {
        let value = |column: usize| values[row * columns + column];
        let (good, bad): (Vec<usize>, Vec<usize>) =
            (0..columns).partition(|&column| right.at(row, column));
        let best = good.into_iter().map(value).fold(f32::NEG_INFINITY, f32::max);
        bad.into_iter().all(|column| value(column) < best)
    };
    (0..rows).filter(hit).count() as f64 / rows.max(1) as f64
}

fn host(values: &Tensor<2>) -> Vec<f32> {
    let data: TensorData = values.clone().into_data();
    data.iter::<f32>().collect()
}

#[cfg(test)]
mod tests {
    use agents::alignment::{Settings, losses};
    use agents::nn::weights::{Init, stream};

    use super::super::fit::fit;
    use super::*;

    /// Episodes whose two sides share a hidden code of their instruction and a smaller one of their own.
    fn set(count: usize, purpose: &str) -> Set {
        let code = |of: u64, of_what: &str, width: usize| -> Vec<f32> {
            let mut rng = stream(7, 0, of, of_what);
            (0..width).map(|_| rng.random_range(-1.0..1.0)).collect()
        };
        let side = |place: usize, of_side: u64| -> Vec<f32> {
            let common = code((place % 12) as u64, "instruction", 24);
            let own = code(place as u64 * 2 + of_side, purpose, 24);
            // The sides show the same code in another order.
            let turn = if of_side == 0 { 0 } else { 5 };
            (0..24).map(|i| common[(i + turn) % 24] + 0.2 * own[i]).collect()
        };
        let label =
            |place: usize| Label { episode: place, instruction: place % 12, task: place % 12 / 4 };
        Set {
            seen: (0..count).map(|place| side(place, 0)).collect(),
            done: (0..count).map(|place| side(place, 1)).collect(),
            labels: (0..count).map(label).collect(),
        }
    }

    fn find(metrics: &[Metric], name: &str) -> f64 {
        metrics.iter().find(|(one, _)| *one == name).unwrap().1
    }

    #[test]
    fn maps_find_what_both_sides_share_and_nothing_in_shuffled_pairs() {
        let device = agents::nn::device::cpu();
        let (train, test) = (set(240, "train"), set(60, "test"));
        let maps = fit(&train, 32, 400, 1, &device).unwrap();
        let found = score(&maps, &test, &device);
        assert!(find(&found, "r1_label") > 0.9, "{found:?}");
        assert!(find(&found, "r1_class") > 0.9 && find(&found, "r1_index") < 0.6, "{found:?}");
        let null = null(&maps, &test, &mut stream(1, 0, 0, "null"), &device).1;
        assert!((1.0 / 12.0..0.25).contains(&null), "{null}");

        let wrong = train.shuffled(&mut stream(1, 0, 0, "shuffle"));
        let maps = fit(&wrong, 32, 400, 1, &device).unwrap();
        let found = score(&maps, &test, &device);
        assert!(find(&found, "r1_label") < 0.3, "{found:?}");
    }

    #[test]
    fn chance_and_ranks_are_what_counting_says() {
        let labels = set(24, "test").labels;
        let chance = chance(&labels);
        assert!((find(&chance, "chance_label") - 2.0 / 24.0).abs() < 1e-12);
        assert!((find(&chance, "chance_task") - 8.0 / 24.0).abs() < 1e-12);
        let values = [0.9, 0.1, 0.5, 0.2, 0.3, 0.3, f32::NAN, 0.4, 0.8];
        assert_eq!(ranks(&values, 3, &|row, column| row == column), [1, 2, 2]);
        let settings = Settings::default();
        let loss = losses::find(&settings.loss).unwrap();
        let device = agents::nn::device::cpu();
        let fresh = Alignment::new(&Init::new(0, &device), [24, 24], 16, &settings, loss);
        assert_eq!(score(&fresh, &set(24, "test"), &device).len(), 7);
    }
}
