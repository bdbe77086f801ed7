//! The report as one Markdown page.

use super::analysis::Analysis;
use super::arm::Arm;
use super::figures::Figure;
use super::format::{percent, points, probability, span};
use super::measure::Measure;
use super::paper::CAVEAT;
use super::source::{Status, Study};
use super::text_table::TextTable;
use super::text_tables;

/// Everything a page is made from.
pub(super) struct Page<'a> {
    pub(super) study: &'a Study,
    pub(super) arms: &'a [Arm<'a>],
    pub(super) analysis: &'a Analysis,
    pub(super) figures: &'a [Figure],
}

impl Page<'_> {
    /// The page; paragraphs are one line each.
    pub(super) fn markdown(&self) -> String {
        let Self { study, arms, analysis, .. } = self;
        let mut parts =
            vec![format!("# {}", escaped(&study.name)), CAVEAT.to_owned(), self.progress()];
        if study.primary.is_some() {
            parts.push("## Primary comparison".into());
            parts.extend(self.primary());
        }
        for measure in Measure::ALL {
            parts.push(format!("## {}", measure.title()));
            parts.push(text_tables::ablation(analysis, measure).markdown());
        }
        parts.push(READING.into());
        parts.extend(self.figure("ablation", "Ours and the paper's, by arm"));
        parts.push("## Success by task".into());
        parts.push(text_tables::tasks(analysis, arms).markdown());
        parts.extend(self.figure("success_by_task", "Success of every task with intervals"));
        for arm in arms.iter().filter(|arm| arm.primary) {
            parts.push(format!("### Where `{}` differs from its baseline", arm.label));
            parts.push(text_tables::gains(analysis, &arm.label).markdown());
            parts.push(SHRINKAGE.into());
        }
        parts.push("## Offline hits and closed loop".into());
        parts.push(HITS.into());
        parts.push(text_tables::hits(analysis, arms).markdown());
        let correlations = text_tables::correlations(analysis);
        parts.extend(self.section("Success against alignment", &correlations, CORRELATION));
        parts.extend(self.figure("success_alignment", "Success against alignment by task"));
        let tests = text_tables::comparisons(analysis);
        parts.extend(self.section("Tests", &tests, TESTS));
        let training = text_tables::training(analysis, arms);
        parts.extend(self.section("Training", &training, TRAINING));
        parts.extend(self.figure("learning_curves", "Learning curves"));
        parts.extend(self.figure("loss_shares", "Share of each part of the loss"));
        parts.extend(self.figure("gradient_cosine", "Cosine between gradients"));
        let probe = text_tables::probe(arms);
        if !probe.is_empty() {
            parts.extend(self.section("Probe", &probe, PROBE));
        }
        parts.push("## Cells".into());
        parts.push(text_tables::cells(analysis).markdown());
        parts.push("## Configuration".into());
        parts.push(format!("```json\n{:#}\n```", study.config));
        parts.push(
            "Made by `mirror report` on this folder; the same tables give the same page.".into(),
        );
        parts.retain(|part| !part.is_empty());
        parts.iter().map(|part| part.trim_end().to_owned() + "\n").collect::<Vec<_>>().join("\n")
    }

    /// How many cells there are, and which have nothing to show.
    fn progress(&self) -> String {
        let cells = &self.study.cells;
        let count = |status| cells.iter().filter(|cell| cell.status == status).count();
        let [done, failed, missing] = [Status::Done, Status::Failed, Status::Missing].map(count);
        let line =
            format!("{done} of {} cells done, {failed} failed, {missing} missing", cells.len());
        if failed + missing == 0 {
            return line + ".";
        }
        let absent = self.study.cells.iter().filter(|cell| cell.status != Status::Done);
        let absent = absent.map(|one| {
            let arm = self.arms.iter().find(|arm| arm.contains(&one.cell.id));
            let label = arm.map_or("", |arm| &arm.label);
            format!("`{label}` seed {} {}", one.cell.seed, one.status.name())
        });
        format!("**Unfinished study**: {line}: {}.", absent.collect::<Vec<_>>().join(", "))
    }

    /// The comparison declared beforehand, in words.
    fn primary(&self) -> Vec<String> {
        let rows = self.analysis.comparisons.iter().filter(|row| row.primary);
        let lines = rows.map(|row| {
            let start = format!("`{}` against `{}`, {}", row.arm, row.baseline, row.measure);
            if row.pairs == 0 {
                return format!("- {start}: missing; no scene was run by both.");
            }
            format!(
                "- {start}: {} points (95 % {}, P(>0) {}; McNemar p {}) over {} pairs of the same scene and \
                 training seed. So many pairs show a rise of {} points four times in five.",
                points(row.difference),
                span(row.low, row.high),
                row.above.map_or_else(|| "-".to_owned(), |above| format!("{above:.3}")),
                probability(row.p),
                row.pairs,
                row.detectable.map_or_else(|| "no".to_owned(), |rise| percent(Some(rise))),
            )
        });
        let mut parts = vec![DECLARED.to_owned(), lines.collect::<Vec<_>>().join("\n")];
        let seeds = self.arms.iter().filter(|arm| arm.primary).map(Arm::done).max();
        if seeds == Some(1) {
            parts.push(ONE_SEED.into());
        }
        parts
    }

    fn section(&self, title: &str, table: &TextTable, note: &str) -> Vec<String> {
        if table.is_empty() {
            return vec![format!("## {title}"), "Not measured.".into()];
        }
        vec![format!("## {title}"), note.to_owned(), table.markdown()]
    }

    fn figure(&self, name: &str, what: &str) -> Option<String> {
        let drawn = self.figures.iter().any(|(one, svg)| *one == name && svg.is_some());
        drawn.then(|| format!("![{what}]({name}.svg)"))
    }
}

const DECLARED: &str = "Declared before the study ran; every other comparison is exploratory and corrected inside its family.";
const ONE_SEED: &str =
    "One training seed: the intervals hold the chance of the scenes, not the luck of training.";
const READING: &str = "k/n over all tasks and training seeds, with Wilson 95 % intervals that treat tries as independent. \
    IQM: interquartile mean of the tasks' rates. Differences are paired by scene and training seed, in percentage points; \
    their intervals and P(>0) come from 10,000 draws of training seeds and scenes. \
    Holm corrects McNemar's exact p inside the family of pairings and inside that of temperatures; missing arms count.";
const SHRINKAGE: &str = "The best of many tasks is partly the luckiest. \
    Shrunk: the share of wins among the scenes that arm and baseline disagree on, pulled towards what all tasks share (beta-binomial). \
    Quote that beside any single task.";
const HITS: &str = "Offline: the share of recorded transitions of the split for validation whose position, rotation, gripper and collision flag \
    were all predicted right, at the last validation. Closed loop: episodes of the split for test.";
const CORRELATION: &str = "Spearman's rank correlation over tasks; the last column takes out the baseline's success, so what makes a task easy. \
    Alignment: Recall@1 of a task's videos and keyframes of the split for validation among those of all tasks; \
    a hit is one of the same instruction.";
const TESTS: &str = "McNemar's test treats every training seed's scenes as new ones. CMH pools the tasks as independent samples. \
    Detectable: the smallest rise that so many pairs show four times in five at 5 %, if outcomes on one scene correlate by 0.5.";

const TRAINING: &str =
    "Mean of the first tenth of the steps to mean of the last tenth, over the training seeds.";
const PROBE: &str = "Recall@1 between frozen models through linear maps (`mirror probe`), both directions averaged, on episodes that neither saw. \
    Shuffled pairs and random models are controls; blind guessing scores `chance`.";

/// A name must not become markup.
fn escaped(name: &str) -> String {
    name.replace(['\n', '\r'], " ").replace('<', "&lt;")
}
