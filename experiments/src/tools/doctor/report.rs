//! What this machine can do, and what to do about the rest.

use std::fmt;

use serde::Serialize;

use super::adapters::Adapters;
use super::check::{Check, State};
use super::folder::Folder;
use super::vulkan::Vulkan;
use super::{display, program};
use crate::cli::machine;
use crate::cli::machine::{Machine, gibibytes};
use crate::cli::output::Output;
use crate::cli::table::Table;

/// Everything that `doctor` found.
#[derive(Clone, Debug, Serialize)]
pub struct DoctorReport {
    /// Whether everything required works.
    pub ok: bool,
    /// The machine and the binary.
    pub machine: Machine,
    /// Memory that could be handed out now, bytes.
    pub memory_available_bytes: u64,
    /// The folder for data and runs.
    pub home: Folder,
    /// Vulkan files on this machine.
    pub vulkan: Vulkan,
    /// What Vulkan offers.
    pub adapters: Adapters,
    /// One per thing that could be missing.
    pub checks: Vec<Check>,
}

impl DoctorReport {
    fn collect() -> Self {
        let machine = Machine::current();
        let home = Folder::home();
        let vulkan = Vulkan::scan();
        let adapters = Adapters::probe(machine.build.has("gpu"));
        let mut checks = vec![home.check(), display::check(), vulkan.check(), adapters.check()];
        checks.extend(program::checks());
        Self {
            ok: checks.iter().all(|check| check.state != State::Broken),
            memory_available_bytes: machine::memory_available_bytes(),
            adapters,
            machine,
            home,
            vulkan,
            checks,
        }
    }

    /// The broken checks in one line.
    fn broken(&self) -> String {
        let broken = self.checks.iter().filter(|check| check.state == State::Broken);
        broken.map(|check| check.detail.clone()).collect::<Vec<_>>().join("; ")
    }
}

/// Examines the machine and prints the report; an error when something required is broken.
pub fn run(output: &Output) -> anyhow::Result<()> {
    let report = DoctorReport::collect();
    output.print(&report)?;
    anyhow::ensure!(report.ok, report.broken());
    Ok(())
}

impl fmt::Display for DoctorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "machine")?;
        write!(f, "{}", self.facts())?;
        writeln!(f, "\nchecks")?;
        let mut checks = Table::new().indent(2);
        for check in &self.checks {
            checks.row([check.state.name(), check.name, &check.detail]);
        }
        write!(f, "{checks}")?;
        writeln!(f, "\nsummary")?;
        let mut summary = Table::new().indent(2);
        for check in &self.checks {
            let remedy = check.remedy.as_deref().map(|r| format!("-> {r}")).unwrap_or_default();
            summary.row([check.verdict(), check.purpose, &remedy]);
        }
        write!(f, "{summary}")
    }
}

impl DoctorReport {
    fn facts(&self) -> Table {
        let Machine { cpu, cores, simd, memory_bytes, os, kernel, build } = &self.machine;
        let list = |items: &[&str]| match items {
            [] => "none".to_owned(),
            items => items.join(", "),
        };
        let mut facts = Table::new().indent(2);
        facts.row(["cpu", &format!("{cpu}, {cores} cores usable")]);
        facts.row(["simd", &list(simd)]);
        let (total, free) = (gibibytes(*memory_bytes), gibibytes(self.memory_available_bytes));
        facts.row(["memory", &format!("{total}, {free} available")]);
        facts.row(["system", &format!("{os}, {kernel}")]);
        facts.row(["adapters", &self.adapters.to_string()]);
        facts.row(["mirror", &format!("{}, commit {}", build.version, build.commit)]);
        let rustc = build.rustc.split(' ').next().unwrap_or(build.rustc);
        facts
            .row(["built", &format!("rustc {rustc}, profile {}, {}", build.profile, build.target)]);
        facts.row(["features", &list(&build.features)]);
        facts
    }
}
