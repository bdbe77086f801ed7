//! The tables that a report adds to those of the runs; rates and differences in 0..=1.

use crate::store::tables::table;

table! {
    /// One arm by one measure, with the paper's figure beside it.
    pub(crate) struct AblationRow in "ablation" {
        /// Name of the arm.
        arm: String,
        /// What counts as a pair in the alignment.
        pairing: String,
        /// Temperature of the alignment.
        tau: f64,
        /// `success` or `recognition`.
        measure: String,
        /// Cells that are finished.
        done: i64,
        /// Cells that the study has.
        planned: i64,
        /// Successes, over all tasks and training seeds.
        k: i64,
        /// Tries.
        n: i64,
        /// k / n.
        rate: Option<f64>,
        /// Lower end of its 95 % Wilson interval.
        low: Option<f64>,
        /// Upper end.
        high: Option<f64>,
        /// Interquartile mean of the tasks' rates under every seed.
        iqm: Option<f64>,
        /// Mean paired difference from the baseline.
        difference: Option<f64>,
        /// Lower end of its 95 % bootstrap interval.
        difference_low: Option<f64>,
        /// Upper end.
        difference_high: Option<f64>,
        /// Share of bootstrap draws above 0.
        above: Option<f64>,
        /// McNemar's exact probability.
        p: Option<f64>,
        /// The same, corrected inside the family of pairings.
        p_pairing: Option<f64>,
        /// The same, corrected inside the family of temperatures.
        p_tau: Option<f64>,
        /// The paper's figure, on another simulator.
        paper: Option<f64>,
        /// The paper's difference from its baseline.
        paper_difference: Option<f64>,
    }
}

table! {
    /// How one arm compares with its baseline.
    pub(crate) struct ComparisonRow in "comparisons" {
        /// Name of the arm.
        arm: String,
        /// Name of the baseline.
        baseline: String,
        /// `success` or `recognition`.
        measure: String,
        /// Whether the comparison was declared before the study ran.
        primary: bool,
        /// Scenes that both have, once per training seed.
        pairs: i64,
        /// Scenes that only one of them has.
        unpaired: i64,
        /// Scenes that only the arm solved.
        wins: i64,
        /// Scenes that only the baseline solved.
        losses: i64,
        /// McNemar's exact probability.
        p: Option<f64>,
        /// Statistic of Cochran, Mantel and Haenszel, by task.
        cmh: Option<f64>,
        /// Its probability.
        cmh_p: Option<f64>,
        /// Pooled odds ratio.
        odds_ratio: Option<f64>,
        /// Mean paired difference.
        difference: Option<f64>,
        /// Lower end for these tasks: training seeds and scenes drawn.
        low: Option<f64>,
        /// Upper end.
        high: Option<f64>,
        /// Share of those draws above 0.
        above: Option<f64>,
        /// Lower end for tasks like these: tasks drawn too.
        tasks_low: Option<f64>,
        /// Upper end.
        tasks_high: Option<f64>,
        /// Smallest rise that so many pairs show four times in five.
        detectable: Option<f64>,
    }
}

table! {
    /// One task under one arm.
    pub(crate) struct TaskRow in "tasks" {
        /// Name of the task.
        task: String,
        /// Name of the arm.
        arm: String,
        /// Successes in closed loop.
        success_k: i64,
        /// Episodes.
        success_n: i64,
        /// Their share.
        success: Option<f64>,
        /// Lower end of its 95 % Wilson interval.
        success_low: Option<f64>,
        /// Upper end.
        success_high: Option<f64>,
        /// Mean paired difference in success from the baseline.
        difference: Option<f64>,
        /// The same, shrunk towards what all tasks share.
        difference_shrunk: Option<f64>,
        /// Sentences recognised.
        recognition_k: i64,
        /// Videos.
        recognition_n: i64,
        /// Their share.
        recognition: Option<f64>,
        /// Keyframes hit offline, at the last validation.
        hit_k: i64,
        /// Transitions looked at.
        hit_n: i64,
        /// Their share.
        hit_rate: Option<f64>,
        /// Recall@1 between the shared representations, at the last step that has it.
        alignment: Option<f64>,
    }
}

table! {
    /// One quantity of training, summed up over the seeds of an arm.
    pub(crate) struct CurveRow in "curves" {
        /// Name of the arm.
        arm: String,
        /// Part of the schedule.
        phase: String,
        /// What was measured.
        name: String,
        /// Seeds that have it.
        seeds: i64,
        /// Mean of the first tenth of the steps.
        first: Option<f64>,
        /// Mean of the last tenth.
        last: Option<f64>,
        /// Share of the steps at which it was below 0.
        negative: Option<f64>,
    }
}

table! {
    /// How success goes with another number over the tasks of an arm.
    pub(crate) struct CorrelationRow in "correlations" {
        /// Name of the arm.
        arm: String,
        /// What success goes with: `alignment` or `recognition`.
        with: String,
        /// Tasks.
        tasks: i64,
        /// Spearman's rank correlation.
        rho: Option<f64>,
        /// Lower end of its 95 % interval.
        low: Option<f64>,
        /// Upper end.
        high: Option<f64>,
        /// The correlation with what both owe to the baseline's success taken out.
        partial: Option<f64>,
    }
}
