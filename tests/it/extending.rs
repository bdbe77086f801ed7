//! A new task, loss, preset, policy family or video encoder touches its own files and one list: no further
//! source knows the names that are there today. `docs/extending.md` says so.

use std::fs;
use std::path::{Path, PathBuf};

use agents::{alignment, policy, presets, video};

use crate::binary::root;

/// All sources of the packages, without their tests: path below the root and code.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for package in ["sim", "agents", "experiments"] {
        gather(&root().join(package).join("src"), &mut found);
    }
    assert!(found.len() > 200, "{} sources", found.len());
    found
}

fn gather(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        if path.is_dir() {
            gather(&path, found);
        } else if name.ends_with(".rs") && !name.contains("/tests") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            found.push((name, code.to_owned()));
        }
    }
}

/// Sources outside the documentation comments that hold a text.
fn knowing<'a>(sources: &'a [(String, String)], text: &str) -> Vec<&'a str> {
    let holds = |code: &str| {
        code.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(text))
    };
    sources.iter().filter(|(_, code)| holds(code)).map(|(name, _)| name.as_str()).collect()
}

/// Fails where a source other than those `own` accepts holds one of the names in quotation marks.
fn nobody_else_knows(names: &[&str], own: impl Fn(&str, &str) -> bool) {
    let sources = sources();
    assert!(!names.is_empty());
    for name in names {
        let knowing = knowing(&sources, &format!("\"{name}\""));
        assert!(!knowing.is_empty(), "nothing knows {name}");
        let strangers: Vec<_> = knowing.into_iter().filter(|path| !own(name, path)).collect();
        assert!(strangers.is_empty(), "{name} is known in {strangers:?}");
    }
}

#[test]
fn a_task_is_one_file_and_one_line() {
    let sources = sources();
    for task in sim::tasks::ALL {
        let file = format!("sim/src/tasks/{}.rs", task.name);
        let knowing = knowing(&sources, task.name);
        let others: Vec<_> = knowing.into_iter().filter(|path| *path != file).collect();
        // The list; benchmarks time what some task does.
        let others: Vec<_> =
            others.into_iter().filter(|path| !path.contains("/tools/bench/")).collect();
        assert_eq!(others, ["sim/src/tasks/mod.rs"], "{}", task.name);
    }
}

#[test]
fn a_loss_is_one_file_and_one_line() {
    let names: Vec<&str> = alignment::losses::ALL.iter().map(|loss| loss.name).collect();
    nobody_else_knows(&names, |name, path| {
        path == format!("agents/src/alignment/losses/{name}.rs")
            // The default of the settings.
            || (name == names[0] && path == "agents/src/alignment/settings.rs")
    });
}

#[test]
fn a_preset_is_one_constant() {
    let names: Vec<&str> = presets::ALL.iter().map(|preset| preset.name).collect();
    nobody_else_knows(&names, |name, path| {
        path == "agents/src/presets/ladder.rs"
            // Scenes have words of their own, such as `base`.
            || path.starts_with("sim/")
            // The default of flags and settings.
            || (name == names[0] && path.starts_with("experiments/src/"))
    });
}

/// The types that a list of families names, one a line.
fn families(list: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(list)).unwrap();
    let lines = text.lines().skip_while(|line| !line.starts_with("families! {")).skip(1);
    let entries = lines.take_while(|line| *line != "}").map(str::trim);
    let types =
        entries.filter(|line| !line.starts_with("//")).map(|line| line.trim_end_matches(','));
    types.map(str::to_owned).collect()
}

/// Fails where a source outside of one folder and the list knows the type of a family.
fn one_folder_and_one_line(list: &str, count: usize) {
    let sources = sources();
    let types = families(list);
    assert_eq!(types.len(), count, "{types:?}");
    let folder = Path::new(list).parent().unwrap().to_str().unwrap();
    for name in &types {
        let own = sources.iter().find(|(_, code)| code.contains(&format!("pub struct {name} {{")));
        let own = Path::new(&own.unwrap().0).parent().unwrap().to_str().unwrap().to_owned();
        assert_eq!(Path::new(&own).parent().unwrap().to_str(), Some(folder), "{name}");
        let is_name = |text: &str| {
            let word = |c: char| c.is_alphanumeric() || c == '_';
            text.split(|c| !word(c)).any(|part| part == name)
        };
        let knows = |code: &str| {
            code.lines().any(|line| !line.trim_start().starts_with("//") && is_name(line))
        };
        let strangers: Vec<_> = sources
            .iter()
            .filter(|(path, _)| !path.starts_with(&own) && path != list)
            // Presets hold sizes for every family.
            .filter(|(path, code)| !path.starts_with("agents/src/presets/") && knows(code))
            .map(|(path, _)| path)
            .collect();
        assert!(strangers.is_empty(), "{name} is known in {strangers:?}");
    }
}

#[test]
fn a_policy_family_is_one_folder_and_one_line() {
    one_folder_and_one_line("agents/src/policy/families.rs", policy::FAMILIES.len());
}

#[test]
fn a_video_encoder_is_one_folder_and_one_line() {
    one_folder_and_one_line("agents/src/video/families.rs", video::FAMILIES.len());
}
