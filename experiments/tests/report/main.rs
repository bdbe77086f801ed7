//! `mirror report` on made-up studies: what it writes, what it prints, and what it refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod study;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use experiments::store::tables;
use experiments::study::plan::{Cell, PLAN};
use serde_json::Value;
use tempfile::TempDir;

fn report(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mirror"));
    command.arg("report").args(arguments).arg(folder).env_remove("MIRROR_LOG").output().unwrap()
}

/// Prints its tables, and nothing on stderr.
fn good(arguments: &[&str], folder: &Path) -> String {
    let Output { status, stdout, stderr } = report(arguments, folder);
    assert!(status.success() && stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// Exit 1, one line on stderr, nothing on stdout, nothing written; returns the line without the folder.
fn refused(folder: &Path) -> String {
    let Output { status, stdout, stderr } = report(&[], folder);
    let line = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{line}");
    assert!(stdout.is_empty() && line.lines().count() == 1, "{line}");
    assert!(!folder.join("report").exists(), "{line}");
    line.trim().strip_prefix("error: ").unwrap().replace(&folder.display().to_string(), "DIR")
}

fn sweep() -> (TempDir, Vec<Cell>) {
    let folder = tempfile::tempdir().unwrap();
    let plan = study::write(folder.path());
    (folder, plan.cells)
}

/// Every file of the report with its content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.join("report")).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn the_page_of_a_known_study_is_pinned() {
    let (folder, _) = sweep();
    let text = good(&[], folder.path());
    let files = files(folder.path());
    insta::assert_snapshot!("page", String::from_utf8(files["report.md"].clone()).unwrap());
    insta::assert_snapshot!("text", text.replace(&folder.path().display().to_string(), "DIR"));
    for name in ["ablation", "success_by_task", "success_alignment", "learning_curves"] {
        let svg = String::from_utf8(files[&format!("{name}.svg")].clone()).unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && !svg.contains("NaN"));
        assert!(svg.len() < 400_000, "{name}: {}", svg.len());
    }
    assert!(files.contains_key("loss_shares.svg") && files.contains_key("gradient_cosine.svg"));
    for name in ["cells", "comparisons", "tasks", "curves", "correlations"] {
        for ending in ["parquet", "csv", "md"] {
            assert!(files.contains_key(&format!("{name}.{ending}")), "{name}.{ending}");
        }
    }
    assert!(files.contains_key("ablation_success.md") && files.contains_key("episodes.parquet"));
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    let (folder, _) = sweep();
    good(&[], folder.path());
    let first = files(folder.path());
    good(&[], folder.path());
    assert!(first == files(folder.path()));
}

/// The differences follow from the formulas: arm less baseline, summed over six tasks of 20 scenes.
#[test]
fn json_holds_the_numbers_of_the_formulas() {
    let (folder, cells) = sweep();
    let value: Value = serde_json::from_str(&good(&["--json"], folder.path())).unwrap();
    assert_eq!((&value["planned"], &value["done"]), (&12.into(), &9.into()));
    assert_eq!(value["primary"], serde_json::json!(["instruction 0.1", "baseline"]));
    let row = |arm: &str, measure: &str| {
        let rows = value["ablation"].as_array().unwrap();
        rows.iter().find(|row| row["arm"] == arm && row["measure"] == measure).unwrap().clone()
    };
    // Seeds 0 and 1 of the baseline: 66 + 60 of 240; each seed of `instruction 0.1` has 3 + 2 + ... more.
    let (baseline, primary) = (row("baseline", "success"), row("instruction 0.1", "success"));
    assert_eq!((&baseline["k"], &baseline["n"]), (&126.into(), &240.into()));
    assert_eq!(primary["k"], 126 + 2 * (3 + 2 + 3 + 2 + 3 + 2));
    let difference = primary["difference"].as_f64().unwrap();
    assert!((difference - 30.0 / 240.0).abs() < 1e-12);
    // 30 scenes won and none lost: 2 / 2^30; three arms are in the family of temperatures.
    let p = primary["p"].as_f64().unwrap();
    assert!((p * 2.0_f64.powi(29) - 1.0).abs() < 1e-6);
    assert!((primary["p_tau"].as_f64().unwrap() / p - 3.0).abs() < 1e-9);
    // Of the three pairings one is missing, and still counts.
    assert!((primary["p_pairing"].as_f64().unwrap() / p - 3.0).abs() < 1e-9);
    assert_eq!((&primary["paper"], &row("task 0.1", "success")["n"]), (&0.888.into(), &0.into()));
    // One seed of `instruction 0.2` failed: 8 + 2 t against 6 + 2 t under seed 0 alone.
    let partly = row("instruction 0.2", "success");
    assert_eq!((&partly["k"], &partly["n"], &partly["done"]), (&78.into(), &120.into(), &1.into()));
    assert!((partly["difference"].as_f64().unwrap() - 0.1).abs() < 1e-12);
    let rows = value["cells"].as_array().unwrap();
    let status = |cell: &Cell| {
        rows.iter().find(|row| row["cell"] == *cell.id).unwrap()["status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let statuses: Vec<String> = cells.iter().map(status).collect();
    let count = |name: &str| statuses.iter().filter(|status| *status == name).count();
    assert_eq!([count("done"), count("failed"), count("missing")], [9, 1, 2]);
}

#[test]
fn tables_of_the_report_can_be_read_again() {
    let (folder, _) = sweep();
    good(&[], folder.path());
    let folder = folder.path().join("report");
    assert_eq!(tables::read::<tables::Cell>(&folder.join("cells.parquet")).unwrap().len(), 12);
    let episodes = tables::read::<tables::Episode>(&folder.join("episodes.parquet")).unwrap();
    assert_eq!(episodes.len(), 9 * 120);
}

#[test]
fn a_single_run_has_a_report_without_comparisons() {
    let folder = tempfile::tempdir().unwrap();
    study::write_run(folder.path());
    let text = good(&[], folder.path());
    assert!(text.contains("success"), "{text}");
    assert!(
        text.contains("run 0123456789abcdef: 1 of 1 cells done; primary comparison: -"),
        "{text}"
    );
    let files = files(folder.path());
    assert!(files.contains_key("success_by_task.svg") && !files.contains_key("comparisons.md"));
}

#[test]
fn what_an_earlier_report_had_and_this_one_lacks_is_removed_and_the_rest_stays() {
    let (folder, cells) = sweep();
    good(&[], folder.path());
    fs::write(folder.path().join("report/notes.txt"), "mine").unwrap();
    for cell in &cells {
        fs::remove_file(cell.folder(folder.path()).done()).ok();
    }
    let text = good(&[], folder.path());
    assert!(text.contains("0 of 12 cells done") && text.contains("missing"), "{text}");
    let files = files(folder.path());
    assert!(!files.contains_key("ablation.svg") && files.contains_key("notes.txt"));
    assert!(!files.contains_key("episodes.parquet") && files.contains_key("report.md"));
}

#[test]
fn wrong_folders_and_tables_are_one_line_and_nothing_is_written() {
    let empty = tempfile::tempdir().unwrap();
    let mut lines = vec![refused(empty.path())];
    lines.push(
        refused(&empty.path().join("none")).replace(&empty.path().display().to_string(), "DIR"),
    );
    fs::write(empty.path().join("config.json"), "{}").unwrap();
    lines.push(refused(empty.path()));
    let config = experiments::run::config::Config::default().to_json().unwrap();
    fs::write(empty.path().join("config.json"), config).unwrap();
    lines.push(refused(empty.path()));
    let damage: [fn(&Path, &Cell); 8] = [
        |folder, _| fs::write(folder.join(PLAN), "{\"format\": 1").unwrap(),
        |folder, cell| fs::write(cell.folder(folder).done(), "half").unwrap(),
        |folder, cell| {
            let path = study::path(folder, cell, "episodes");
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        },
        |folder, cell| fs::remove_file(study::path(folder, cell, "training")).unwrap(),
        |folder, cell| {
            forget(folder, cell, |folder| {
                fs::write(study::path(folder, cell, "episodes"), "not Parquet").unwrap();
            });
        },
        |folder, cell| {
            forget(folder, cell, |folder| {
                let foreign = study::path(folder, cell, "training");
                fs::copy(foreign, study::path(folder, cell, "episodes")).unwrap();
            });
        },
        |folder, cell| {
            forget(folder, cell, |folder| {
                let path = study::path(folder, cell, "episodes");
                let mut rows: Vec<tables::Episode> = tables::read(&path).unwrap();
                rows.push(rows[0].clone());
                tables::write(&path, &rows).unwrap();
            });
        },
        |folder, cell| {
            forget(folder, cell, |folder| {
                let path = study::path(folder, cell, "episodes");
                let mut rows: Vec<tables::Episode> = tables::read(&path).unwrap();
                rows[3].seed = 9;
                tables::write(&path, &rows).unwrap();
            });
        },
    ];
    for damage in damage {
        let (folder, cells) = sweep();
        damage(folder.path(), &cells[0]);
        lines.push(refused(folder.path()));
    }
    insta::assert_snapshot!("refusals", lines.join("\n"));
}

/// Takes the checksums out of the record, so that the table itself is judged, and damages the table.
fn forget(folder: &Path, cell: &Cell, damage: impl FnOnce(&Path)) {
    let path = cell.folder(folder).done();
    let mut done: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    done["files"] = Value::Array(Vec::new());
    fs::write(&path, done.to_string()).unwrap();
    damage(folder);
}
