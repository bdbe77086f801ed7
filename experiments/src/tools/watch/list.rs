//! Lists of episodes: logs of a dataset, failures in a table, and what a run is being judged on.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, ensure};
use sim::robot::action::Outcome;
use sim::tasks;
use sim::viewer::playback::Entry;

use crate::store::run_folder::RunFolder;
use crate::store::tables;

/// A log, or all logs of a dataset's folder.
pub(super) fn recordings(path: &Path) -> anyhow::Result<Vec<Entry>> {
    if path.is_dir() {
        let folder = path.join("states");
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("{}: no dataset", path.display()))?
            .collect::<Result<Vec<_>, _>>()
            .with_context(|| folder.display().to_string())?;
        let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "zst"));
        files.sort();
        return Ok(files.into_iter().map(recording).collect());
    }
    // One file is read at once, so that a wrong one is told before any window opens.
    crate::store::dataset::load_log(path)?;
    Ok(vec![recording(path.to_owned())])
}

fn recording(path: PathBuf) -> Entry {
    let note = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    // Which scene it is stands in the file.
    Entry { recording: Some(path), note, ..Entry::live("", 0, 0) }
}

/// The episodes of a table that did not succeed, in its order.
pub(super) fn failures(path: &Path) -> anyhow::Result<Vec<Entry>> {
    let rows = episodes(path)?;
    Ok(rows.into_iter().filter(|(_, outcome)| *outcome != Outcome::Success).map(entry).collect())
}

type EndedEpisode = (Entry, Outcome);

fn entry((entry, outcome): EndedEpisode) -> Entry {
    Entry { note: Some(outcome.name().to_owned()), ..entry }
}

/// All episodes of a table of `rollout --out`, or of a run's.
fn episodes(path: &Path) -> anyhow::Result<Vec<EndedEpisode>> {
    match crate::store::file::extension("--failures", path, &["csv", "json", "parquet"])? {
        "parquet" => played(path),
        "json" => {
            let named = || path.display().to_string();
            let text = fs::read_to_string(path).with_context(named)?;
            let rows: Vec<EpisodeRow> = serde_json::from_str(&text).with_context(named)?;
            rows.into_iter().map(|row| row.row().with_context(named)).collect()
        }
        _ => {
            let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
            let lines = text.lines().enumerate().skip(1);
            lines
                .map(|(index, line)| {
                    let named =
                        || format!("{}: line {} is no row of a rollout", path.display(), index + 1);
                    EpisodeRow::parse(line).and_then(EpisodeRow::row).with_context(named)
                })
                .collect()
        }
    }
}

/// What a row of `rollout --out` says of an episode; there is more, of no use here.
#[derive(serde::Deserialize)]
struct EpisodeRow {
    task: String,
    variation: usize,
    seed: u64,
    outcome: String,
}

impl EpisodeRow {
    fn parse(line: &str) -> anyhow::Result<Self> {
        // Only later fields can hold commas.
        let fields: Vec<&str> = line.split(',').take(4).collect();
        let [task, variation, seed, outcome] = fields[..] else { anyhow::bail!("too few fields") };
        Ok(Self {
            task: task.to_owned(),
            variation: variation.parse().context("variation")?,
            seed: seed.parse().context("seed")?,
            outcome: outcome.to_owned(),
        })
    }

    fn row(self) -> anyhow::Result<EndedEpisode> {
        row(&self.task, self.variation, self.seed, &self.outcome)
    }
}

fn row(task: &str, variation: usize, seed: u64, outcome: &str) -> anyhow::Result<EndedEpisode> {
    let task = tasks::find(task).with_context(|| format!("no task is called `{task}`"))?;
    ensure!(variation < task.variations, "task `{}` has no variation {variation}", task.name);
    let known = Outcome::ALL.into_iter().find(|one| one.name() == outcome);
    let outcome = known.with_context(|| format!("`{outcome}` is no outcome"))?;
    Ok((Entry::live(task.name, variation, seed), outcome))
}

/// The episodes in a run's table.
fn played(path: &Path) -> anyhow::Result<Vec<EndedEpisode>> {
    let rows: Vec<tables::Episode> = tables::read(path)?;
    let one = |one: tables::Episode| {
        let variation = usize::try_from(one.variation).context("variation")?;
        let seed = u64::try_from(one.scene_seed).context("scene_seed")?;
        row(&one.task, variation, seed, &one.reason)
    };
    let rows: anyhow::Result<Vec<EndedEpisode>> = rows.into_iter().map(one).collect();
    rows.with_context(|| path.display().to_string())
}

/// How often a run's folder is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// A table of episodes as it was when it was found: when it was written, its length, where it is.
type TableVersion = (SystemTime, u64, PathBuf);

/// What has been played in a run's folder since it was looked at last.
struct Follower {
    run: PathBuf,
    seen: Option<TableVersion>,
    known: usize,
}

impl Follower {
    /// The table that was written last: that of a study's cell, or of an evaluation that goes on or is over.
    fn newest(&self) -> Option<TableVersion> {
        let evaluations = RunFolder::new(&self.run).unsorted_evaluations().into_iter();
        let tables = evaluations.flat_map(|one| one.played());
        let found = |path: PathBuf| {
            let file = fs::metadata(&path).ok()?;
            Some((file.modified().ok()?, file.len(), path))
        };
        tables.filter_map(found).max()
    }

    fn look(&mut self) -> Vec<Entry> {
        let Some(found) = self.newest() else { return Vec::new() };
        if self.seen.as_ref() == Some(&found) {
            return Vec::new();
        }
        // A table that is gone by now has given way to another one, which is found next time.
        let Ok(rows) = played(&found.2) else { return Vec::new() };
        let folder = |of: &TableVersion| of.2.parent().map(Path::to_owned);
        let other = self.seen.as_ref().is_some_and(|seen| folder(seen) != folder(&found));
        // Fewer rows than before: another evaluation began in the same folder.
        if other || rows.len() < self.known {
            self.known = 0;
        }
        let count = rows.len();
        let new = rows.into_iter().skip(self.known).map(entry).collect();
        (self.seen, self.known) = (Some(found), count);
        new
    }
}

/// Asks a run's folder now and then for episodes that have been played since it was asked last.
pub(super) fn follow(run: &Path) -> Box<dyn FnMut() -> Vec<Entry> + Send + Sync> {
    let mut follower = Follower { run: run.to_owned(), seen: None, known: 0 };
    let mut asked: Option<Instant> = None;
    Box::new(move || {
        if asked.is_some_and(|asked| asked.elapsed() < EVERY) {
            return Vec::new();
        }
        asked = Some(Instant::now());
        follower.look()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(path: &Path, seeds: &[i64]) {
        let row = |&scene_seed: &i64| tables::Episode {
            run: "r".into(),
            arm: "baseline".into(),
            pairing: String::new(),
            tau: 0.1,
            seed: 0,
            task: "push_buttons".into(),
            variation: 1,
            scene_seed,
            success: false,
            reason: "no_path".into(),
            actions: 2,
            film: None,
        };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        tables::write(path, &seeds.iter().map(row).collect::<Vec<_>>()).unwrap();
    }

    #[test]
    fn an_evaluation_is_followed_from_its_first_batch_to_its_end() {
        let run = tempfile::tempdir().unwrap();
        let mut follower = Follower { run: run.path().to_owned(), seen: None, known: 0 };
        let mut seeds = || follower.look().iter().map(|one| one.seed).collect::<Vec<_>>();
        assert!(seeds().is_empty());
        let [playing, episodes] = RunFolder::new(run.path()).evaluation("test-0").played();
        table(&playing, &[4]);
        assert_eq!(seeds(), [4]);
        assert!(seeds().is_empty());
        table(&playing, &[4, 5]);
        assert_eq!(seeds(), [5]);
        fs::remove_file(&playing).unwrap();
        table(&episodes, &[4, 5, 6]);
        assert_eq!(seeds(), [6]);
    }

    #[test]
    fn failures_come_from_csv_and_json_and_wrong_lines_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let csv = folder.path().join("rows.csv");
        fs::write(
            &csv,
            "task,variation,seed,outcome,actions,rejected,parts,hash
push_buttons,1,7,success,3,0,x=1,00
close_jar,2,9,no_path,5,0,\"x, y=0\",00
",
        )
        .unwrap();
        let json = folder.path().join("rows.json");
        let row = r#"{"task":"close_jar","variation":2,"seed":9,"outcome":"no_path","actions":5}"#;
        fs::write(&json, format!("[{row}]")).unwrap();
        for path in [&csv, &json] {
            let found = failures(path).unwrap();
            let note = Some("no_path".to_owned());
            assert_eq!(found, [Entry { note, ..Entry::live("close_jar", 2, 9) }]);
        }
        for (line, reason) in [
            ("close_jar,2,9", "too few fields"),
            ("close_jar,200,9,steps", "task `close_jar` has no variation 200"),
            ("close_jar,2,9,luck", "`luck` is no outcome"),
            ("dance,2,9,steps", "no task is called `dance`"),
        ] {
            fs::write(&csv, format!("head\n{line}\n")).unwrap();
            let error = format!("{:#}", failures(&csv).unwrap_err());
            assert!(error.contains("line 2 is no row") && error.ends_with(reason), "{error}");
        }
        assert!(failures(&folder.path().join("rows.txt")).is_err());
        assert!(recordings(folder.path()).unwrap_err().to_string().ends_with("no dataset"));
    }
}
