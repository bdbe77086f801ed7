//! What the command line promises: exit codes, one line per error, JSON alone on stdout, help texts.

use std::process::{Output, Stdio};

use serde_json::Value;

use crate::binary::{mirror, mirror_process};

fn run(arguments: &[&str]) -> Output {
    mirror().args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Exit 2, nothing on stdout, one line on stderr; returns the line.
fn usage_error(arguments: &[&str]) -> String {
    let output = run(arguments);
    let line = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert!(output.stdout.is_empty());
    assert!(line.starts_with("error: ") && line.lines().count() == 1, "{line}");
    line
}

/// The commands that `mirror --help` lists.
fn commands() -> Vec<String> {
    let help = text(&run(&["--help"]).stdout);
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = lines.take_while(|line| !line.is_empty());
    names.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn no_arguments_show_the_usage_and_fail() {
    let output = run(&[]);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(errors.contains("Usage: mirror"), "{errors}");
    assert_eq!(errors.lines().last(), Some("error: no command given"));
}

#[test]
fn a_mistyped_command_is_refused_with_a_suggestion() {
    insta::assert_snapshot!(usage_error(&["docter"]).trim(), @"error: unrecognized subcommand 'docter'; tip: a similar subcommand exists: 'doctor'; see `mirror --help`");
}

#[test]
fn every_command_refuses_unknown_flags_and_arguments() {
    for command in commands() {
        assert!(usage_error(&[&command, "--no-such-flag"]).contains("'--no-such-flag'"));
    }
    assert!(usage_error(&["--no-such-flag", "doctor"]).contains("'--no-such-flag'"));
    assert!(usage_error(&["doctor", "no-such-argument"]).contains("'no-such-argument'"));
}

#[test]
fn help_texts_are_pinned() {
    insta::assert_snapshot!("help", text(&run(&["--help"]).stdout));
    for command in commands() {
        let help = run(&[&command, "--help"]);
        assert!(help.status.success() && help.stderr.is_empty());
        insta::assert_snapshot!(format!("help_{command}"), text(&help.stdout));
    }
}

#[test]
fn the_version_names_commit_and_profile() {
    let version = text(&run(&["--version"]).stdout);
    let rest = version.strip_prefix("mirror ").unwrap();
    assert!(rest.contains(" (commit ") && rest.trim_end().ends_with(')'), "{version}");
}

#[test]
fn doctor_prints_one_json_value_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let output =
        mirror().args(["doctor", "--json"]).env("MIRROR_HOME", home.path()).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["ok"], true);
    assert_eq!(report["home"]["path"], home.path().to_str().unwrap());
    assert!(report["machine"]["build"]["rustc"].is_string());
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["state"] == "ok", check["remedy"].is_null(), "{check}");
    }
}

#[test]
fn doctor_leaves_nothing_behind() {
    let parent = tempfile::tempdir().unwrap();
    for home in [parent.path().to_owned(), parent.path().join("not/there/yet")] {
        mirror().arg("doctor").env("MIRROR_HOME", home).assert().success();
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_home_that_cannot_be_written_fails_in_one_line() {
    // Below a file, because permission bits do not stop root.
    for arguments in [&["doctor"][..], &["doctor", "--json"]] {
        let output = mirror().args(arguments).env("MIRROR_HOME", "/dev/null/x").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let line = text(&output.stderr);
        assert_eq!(line, "error: MIRROR_HOME: /dev/null/x cannot be written: not a directory\n");
        assert!(!output.stdout.is_empty(), "the report is printed all the same");
    }
}

#[test]
fn an_empty_environment_is_no_reason_to_panic() {
    let output = mirror().arg("doctor").env_clear().output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
}

#[test]
fn a_wrong_log_level_is_a_usage_error() {
    let output = mirror().arg("doctor").env("MIRROR_LOG", "a=b=c").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("error: MIRROR_LOG: cannot understand 'a=b=c'"));
}

#[test]
fn a_reader_that_leaves_early_is_not_an_error() {
    for arguments in [&["doctor"][..], &["doctor", "--json"], &["--help"]] {
        let home = tempfile::tempdir().unwrap();
        let mut process = mirror_process();
        process.args(arguments).env("MIRROR_HOME", home.path()).stdout(Stdio::piped());
        let mut child = process.stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}
