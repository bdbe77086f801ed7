//! A study's file: which settings its cells share, and which they vary.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

use crate::cli::usage::UsageError;
use crate::run::config::{Config, Setting, read};
use crate::study::plan::{Cell, FORMAT, Plan};

/// What a file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StudyFile {
    /// Name of the study.
    name: String,
    /// Seeds of training (default: 0).
    #[serde(default = "one_seed")]
    seeds: Vec<u64>,
    /// Whether there is a baseline (default true).
    #[serde(default = "yes")]
    baseline: bool,
    /// The comparison declared before the study runs.
    primary: [String; 2],
    /// Pairings and temperatures; every matrix gives all their combinations.
    matrix: Vec<Matrix>,
    /// Settings that the cells share, over the defaults.
    #[serde(default)]
    config: Table,
    /// Other settings by key, with the values to go through.
    #[serde(default)]
    axes: BTreeMap<String, Vec<Value>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Matrix {
    pairing: Vec<String>,
    tau: Vec<f64>,
}

fn one_seed() -> Vec<u64> {
    vec![0]
}

fn yes() -> bool {
    true
}

/// A study with the resolved settings of each of its cells.
#[derive(Clone, Debug)]
pub struct Study {
    /// The plan as it is kept in the study's folder.
    pub plan: Plan,
    /// Settings of the cells, in the plan's order.
    pub configs: Vec<Config>,
}

impl Study {
    /// Reads a file and resolves every cell.
    ///
    /// # Errors
    /// Names the file, the key and what is wrong.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let named = |line: String| UsageError(format!("{}: {line}", path.display()));
        let file: StudyFile = read(path)?
            .try_into()
            .map_err(|e: toml::de::Error| named(e.message().replace('\n', " ")))?;
        let base = Config::resolve(Some((path, &file.config)), &[])?;
        let (mut cells, mut configs, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
        for arm in file.arms() {
            for (axes, values) in file.corners() {
                for &seed in &file.seeds {
                    let seed = Setting::new("seed", Value::Integer(seed as i64));
                    let set: Vec<Setting> =
                        arm.iter().chain(&values).cloned().chain([seed]).collect();
                    let config = Config::resolve(Some((path, &file.config)), &set)?;
                    let id = config.hash()?;
                    if !known.insert(id.clone()) {
                        continue;
                    }
                    cells.push(Cell {
                        id,
                        arm: config.arm(),
                        pairing: config.pairing().into(),
                        tau: config.align.tau,
                        seed: config.seed as i64,
                        axes: axes.clone(),
                    });
                    configs.push(config);
                }
            }
        }
        if cells.is_empty() {
            let line =
                "has no cells: `seeds`, `matrix` or an axis is empty, and there is no baseline";
            return Err(named(line.into()).into());
        }
        let arms: BTreeSet<&str> = cells.iter().map(|cell| cell.arm.as_str()).collect();
        if let Some(unknown) = file.primary.iter().find(|arm| !arms.contains(arm.as_str())) {
            let arms: Vec<&str> = arms.into_iter().collect();
            let line = format!("`primary` {unknown} is none of the arms: {}", arms.join(", "));
            return Err(named(line).into());
        }
        let config = serde_json::to_value(&base)?;
        let plan = Plan { format: FORMAT, study: file.name, config, primary: file.primary, cells };
        Ok(Self { plan, configs })
    }
}

impl StudyFile {
    /// The settings that make each arm; the baseline first.
    fn arms(&self) -> Vec<Vec<Setting>> {
        let enabled = |on| Setting::new("align.enabled", Value::Boolean(on));
        let mut arms = Vec::new();
        if self.baseline {
            arms.push(vec![enabled(false)]);
        }
        for Matrix { pairing, tau } in &self.matrix {
            for pairing in pairing {
                for &tau in tau {
                    let pairing = Setting::new("align.pairing", Value::String(pairing.clone()));
                    let tau = Setting::new("align.tau", Value::Float(tau));
                    arms.push(vec![enabled(true), pairing, tau]);
                }
            }
        }
        arms
    }

    /// Every combination of the other axes, as named in the plan and as settings.
    fn corners(&self) -> Vec<(BTreeMap<String, String>, Vec<Setting>)> {
        let mut corners = vec![(BTreeMap::new(), Vec::new())];
        for (key, values) in &self.axes {
            let longer = corners.iter().flat_map(|(names, settings)| {
                values.iter().map(move |value| {
                    let (mut names, mut settings): (BTreeMap<_, _>, Vec<_>) =
                        (names.clone(), settings.clone());
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    names.insert(key.clone(), text);
                    settings.push(Setting::new(key, value.clone()));
                    (names, settings)
                })
            });
            corners = longer.collect();
        }
        corners
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn study(text: &str) -> anyhow::Result<Study> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.toml");
        std::fs::write(&path, text).unwrap();
        Study::read(&path)
    }

    const ABLATION: &str = r#"
        name = "x"
        primary = ["instruction 0.1", "baseline"]
        matrix = [
            { pairing = ["episode", "instruction", "task"], tau = [0.1] },
            { pairing = ["instruction"], tau = [0.02, 0.1, 0.2] },
        ]
    "#;

    #[test]
    fn the_papers_ablation_has_six_cells() {
        let study = study(ABLATION).unwrap();
        let arms: Vec<&str> = study.plan.cells.iter().map(|cell| cell.arm.as_str()).collect();
        let expected = [
            "baseline",
            "episode 0.1",
            "instruction 0.1",
            "task 0.1",
            "instruction 0.02",
            "instruction 0.2",
        ];
        assert_eq!(arms, expected);
        let solos: BTreeSet<String> =
            study.configs.iter().map(|config| config.solo().hash().unwrap()).collect();
        assert_eq!(solos.len(), 1, "all cells share the solo phase");
    }

    #[test]
    fn axes_and_seeds_multiply() {
        let text = format!(
            "seeds = [0, 1]\n{ABLATION}\n[axes]\n\"align.negatives\" = [\"all\", \"multi_positive\"]"
        );
        let study = study(&text).unwrap();
        assert_eq!(study.plan.cells.len(), 24);
        assert_eq!(study.plan.cells[2].axes["align.negatives"], "multi_positive");
    }

    /// What is kept in git of earlier runs can be read, and the study is the one that its file describes.
    #[test]
    fn results_in_git_belong_to_their_settings() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let kept = Plan::read(&root.join("results/smoke")).unwrap();
        let made = Study::read(&root.join("experiments/studies/smoke.toml")).unwrap();
        assert_eq!(kept.identity().unwrap(), made.plan.identity().unwrap());
        for name in ["policy", "overfit-closed-loop"] {
            let folder = root.join("results").join(name);
            let config = Config::load(&folder.join("config.json")).unwrap();
            let file = folder.join("run.toml");
            let table = read(&file).unwrap();
            assert_eq!(config, Config::resolve(Some((&file, &table)), &[]).unwrap(), "{name}");
        }
    }

    #[test]
    fn wrong_files_are_named_with_the_key() {
        let line = |text: &str| format!("{:#}", study(text).unwrap_err());
        let wrong = ABLATION.replace("\"baseline\"]", "\"base\"]");
        assert!(line(&wrong).contains("study.toml: `primary` base is none of the arms"));
        let wrong = format!("{ABLATION}\n[config.train]\nbtach = 3");
        assert!(
            line(&wrong)
                .ends_with("no setting is called `train.btach`; did you mean `train.batch`?")
        );
        assert!(line(&ABLATION.replace("0.02", "-1")).contains("`align.tau` -1: must be above 0"));
        assert!(line("name = ").contains("study.toml:1: "));
    }
}
