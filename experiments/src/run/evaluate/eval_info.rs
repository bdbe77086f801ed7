//! `eval_info.json`: an evaluation in the form that LeRobot's `lerobot-eval` writes, so that scripts made
//! for that read ours.
//!
//! A group is a task, and a task of the group one of its variations. The reward is 1 when the task is done
//! and 0 before, so that an episode's sum and maximum are both its success. Beyond LeRobot's keys there are
//! `per_episode` (as its evaluation of a single environment has it), the seeds, the reasons of failures, and
//! Wilson intervals.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use sim::robot::action::Outcome;
use sim::tasks;

use super::closed::PlayedEpisode;
use crate::statistics::Wilson;

/// The file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct EvalInfo {
    per_episode: Vec<EpisodeInfo>,
    per_task: Vec<VariationInfo>,
    per_group: BTreeMap<&'static str, Aggregate>,
    overall: Overall,
}

#[derive(Clone, Debug, Serialize)]
struct EpisodeInfo {
    episode_ix: usize,
    task_group: &'static str,
    task_id: usize,
    sum_reward: f64,
    max_reward: f64,
    success: bool,
    seed: u64,
    reason: &'static str,
    /// Film, below the folder of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    video_path: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct VariationInfo {
    task_group: &'static str,
    task_id: usize,
    metrics: Metrics,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Metrics {
    sum_rewards: Vec<f64>,
    max_rewards: Vec<f64>,
    successes: Vec<bool>,
    seeds: Vec<u64>,
    video_paths: Vec<String>,
    /// Of policies that predict pictures; ours predict none.
    predicted_video_paths: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Aggregate {
    avg_sum_reward: f64,
    avg_max_reward: f64,
    /// Per cent.
    pc_success: f64,
    /// Lower end of its 95 % Wilson interval.
    pc_success_low: f64,
    /// Upper end.
    pc_success_high: f64,
    n_episodes: usize,
    video_paths: Vec<String>,
    predicted_video_paths: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Overall {
    #[serde(flatten)]
    all: Aggregate,
    /// Seconds; left out where the same settings must give the same bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    eval_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eval_ep_s: Option<f64>,
}

impl EvalInfo {
    /// Of episodes, each with its film where there is one; `took` is what playing them took.
    pub(super) fn new(
        played: &[PlayedEpisode],
        films: &[Option<String>],
        took: Option<Duration>,
    ) -> Self {
        let episode = |(episode_ix, (one, film)): (usize, (&PlayedEpisode, &Option<String>))| {
            let success = one.record.outcome == Outcome::Success;
            let reward = f64::from(u8::from(success));
            EpisodeInfo {
                episode_ix,
                task_group: tasks::ALL[one.instruction.task].name,
                task_id: one.instruction.variation,
                sum_reward: reward,
                max_reward: reward,
                success,
                seed: one.seed,
                reason: one.record.outcome.name(),
                video_path: film.clone(),
            }
        };
        let per_episode: Vec<EpisodeInfo> =
            played.iter().zip(films).enumerate().map(episode).collect();
        let mut variations: BTreeMap<_, Metrics> = BTreeMap::new();
        let mut groups: BTreeMap<_, Vec<&EpisodeInfo>> = BTreeMap::new();
        for (one, row) in played.iter().zip(&per_episode) {
            variations.entry(one.instruction).or_default().add(row);
            groups.entry(row.task_group).or_default().push(row);
        }
        let of_variation =
            |(said, metrics): (crate::run::models::Instruction, Metrics)| VariationInfo {
                task_group: tasks::ALL[said.task].name,
                task_id: said.variation,
                metrics,
            };
        let seconds = took.map(|took| took.as_secs_f64());
        Self {
            per_task: variations.into_iter().map(of_variation).collect(),
            per_group: groups
                .into_iter()
                .map(|(name, rows)| (name, Aggregate::of(&rows)))
                .collect(),
            overall: Overall {
                all: Aggregate::of(&per_episode.iter().collect::<Vec<_>>()),
                eval_s: seconds,
                eval_ep_s: seconds.map(|seconds| seconds / played.len().max(1) as f64),
            },
            per_episode,
        }
    }

    /// The content of the file.
    pub(super) fn to_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl Metrics {
    fn add(&mut self, row: &EpisodeInfo) {
        self.sum_rewards.push(row.sum_reward);
        self.max_rewards.push(row.max_reward);
        self.successes.push(row.success);
        self.seeds.push(row.seed);
        self.video_paths.extend(row.video_path.clone());
    }
}

impl Aggregate {
    fn of(rows: &[&EpisodeInfo]) -> Self {
        let mean = |value: &dyn Fn(&EpisodeInfo) -> f64| {
            rows.iter().map(|row| value(row)).sum::<f64>() / rows.len().max(1) as f64
        };
        let hits = rows.iter().filter(|row| row.success).count();
        let Wilson { low, high } = Wilson::of(hits, rows.len());
        Self {
            avg_sum_reward: mean(&|row| row.sum_reward),
            avg_max_reward: mean(&|row| row.max_reward),
            pc_success: 100.0 * mean(&|row| f64::from(u8::from(row.success))),
            pc_success_low: 100.0 * low,
            pc_success_high: 100.0 * high,
            n_episodes: rows.len(),
            video_paths: rows.iter().filter_map(|row| row.video_path.clone()).collect(),
            predicted_video_paths: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use sim::episode::rollout::Record;
    use sim::world::StateHash;

    use super::*;
    use crate::run::models::Instruction;

    fn played(task: &str, variation: usize, seed: u64, outcome: Outcome) -> PlayedEpisode {
        let task = tasks::ALL.iter().position(|one| one.name == task).unwrap();
        let instruction = Instruction { task, variation };
        let hash = StateHash::of(b"");
        let record = Record { outcome, actions: 2, rejected: 0, parts: Vec::new(), hash };
        PlayedEpisode { instruction, seed, record, asked: Vec::new() }
    }

    /// Every key that `lerobot-eval` writes is there with the value it would write (lerobot 0.6,
    /// `eval_policy_all` and `eval_policy`), and nothing of another kind under the same name.
    #[test]
    fn the_file_is_what_lerobot_writes_and_a_little_more() {
        let played = [
            played("turn_tap", 0, 7, Outcome::Success),
            played("turn_tap", 1, 8, Outcome::NoPath),
            played("turn_tap", 0, 9, Outcome::Steps),
            played("push_buttons", 4, 7, Outcome::Success),
        ];
        let films = [None, Some("videos/turn_tap-1-8.mp4".to_owned()), None, None];
        let info = EvalInfo::new(&played, &films, Some(Duration::from_secs(6)));
        let found: Value = serde_json::from_str(&info.to_json().unwrap()).unwrap();

        let film = json!(["videos/turn_tap-1-8.mp4"]);
        let per_task = json!([
            {"task_group": "turn_tap", "task_id": 0, "metrics": {
                "sum_rewards": [1.0, 0.0], "max_rewards": [1.0, 0.0], "successes": [true, false],
                "seeds": [7, 9], "video_paths": [], "predicted_video_paths": []}},
            {"task_group": "turn_tap", "task_id": 1, "metrics": {
                "sum_rewards": [0.0], "max_rewards": [0.0], "successes": [false],
                "seeds": [8], "video_paths": film, "predicted_video_paths": []}},
            {"task_group": "push_buttons", "task_id": 4, "metrics": {
                "sum_rewards": [1.0], "max_rewards": [1.0], "successes": [true],
                "seeds": [7], "video_paths": [], "predicted_video_paths": []}},
        ]);
        assert_eq!(found["per_task"], per_task);
        assert_eq!(
            found["per_episode"][1],
            json!({"episode_ix": 1, "task_group": "turn_tap", "task_id": 1, "sum_reward": 0.0,
                "max_reward": 0.0, "success": false, "seed": 8, "reason": "no_path",
                "video_path": "videos/turn_tap-1-8.mp4"})
        );
        assert_eq!(found["per_episode"].as_array().unwrap().len(), 4);

        let overall = &found["overall"];
        for (key, value) in [
            ("avg_sum_reward", json!(0.5)),
            ("avg_max_reward", json!(0.5)),
            ("pc_success", json!(50.0)),
            ("n_episodes", json!(4)),
            ("eval_s", json!(6.0)),
            ("eval_ep_s", json!(1.5)),
            ("video_paths", film.clone()),
            ("predicted_video_paths", json!([])),
        ] {
            assert_eq!(overall[key], value, "{key}");
        }
        let group = &found["per_group"]["turn_tap"];
        assert_eq!((&group["n_episodes"], &group["video_paths"]), (&json!(3), &film));
        assert!((group["pc_success"].as_f64().unwrap() - 100.0 / 3.0).abs() < 1e-9, "{group}");
        let low = group["pc_success_low"].as_f64().unwrap();
        assert!((low - 100.0 * Wilson::of(1, 3).low).abs() < 1e-9, "{group}");
        assert_eq!(found["per_group"]["push_buttons"]["pc_success"], json!(100.0));
        assert_eq!(found["per_group"].as_object().unwrap().len(), 2);
    }

    #[test]
    fn without_a_time_there_is_none() {
        let played = [played("turn_tap", 0, 7, Outcome::Success)];
        let text = EvalInfo::new(&played, &[None], None).to_json().unwrap();
        assert!(!text.contains("eval_s") && !text.contains("video_path\""), "{text}");
    }
}
