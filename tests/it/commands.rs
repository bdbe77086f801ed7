//! What `mirror tasks`, `rollout` and `video` print and write.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use sim::episode::split::Split;

use crate::binary::mirror;

fn run(arguments: &[&str]) -> Output {
    mirror().args(arguments).output().unwrap()
}

fn good(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&good(arguments)).unwrap()
}

/// Exit 2, nothing on stdout, one line on stderr; returns the line.
fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert!(output.stdout.is_empty() && line.lines().count() == 1, "{line}");
    line.trim().to_owned()
}

#[test]
fn tasks_lists_every_task_with_every_variation() {
    let listed = json(&["tasks", "--json"]);
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), sim::tasks::ALL.len());
    for (entry, task) in listed.iter().zip(sim::tasks::ALL) {
        let keys: Vec<&String> = entry.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["name", "short", "success", "variations"]);
        assert_eq!(entry["name"], task.name);
        assert_eq!(entry["success"].as_array().unwrap().len(), task.success.len());
        let variations = entry["variations"].as_array().unwrap();
        assert_eq!(variations.len(), task.variations);
        for (index, variation) in variations.iter().enumerate() {
            assert_eq!(variation["index"], index);
            assert!(variation["instructions"][0].is_string());
        }
    }
    let text = good(&["tasks"]);
    assert!(sim::tasks::ALL.iter().all(|task| text.contains(task.short)), "{text}");
}

#[test]
fn tasks_shows_one_task_under_either_rules() {
    insta::assert_snapshot!(good(&["tasks", "push_buttons"]));
    let original = json(&["tasks", "Push Buttons", "--rules", "original", "--json"]);
    assert_eq!(original.as_array().unwrap().len(), 1);
    let first = |entry: &Value, v: usize| entry[0]["variations"][v]["instructions"][0].clone();
    assert_ne!(first(&original, 3), first(&json(&["tasks", "push_buttons", "--json"]), 3));
}

#[test]
fn wrong_names_and_numbers_are_refused_in_one_line() {
    let idle = ["rollout", "--agent", "idle"];
    let film = ["video", "--task", "push_buttons", "--out"];
    let wrong = [
        vec!["tasks", "buttns"],
        vec!["rollout"],
        vec!["rollout", "--agent", "dance"],
        [&idle[..], &["--tasks", "push_button"]].concat(),
        [&idle[..], &["--episodes", "0"]].concat(),
        [&idle[..], &["--seed", "1000000"]].concat(),
        [&idle[..], &["--out", "rows.xls"]].concat(),
        [&film[..], &["film.mp5"]].concat(),
        [&film[..], &["a.png", "--variation", "50"]].concat(),
        [&film[..], &["a.png", "--size", "10x10"]].concat(),
        [&film[..], &["a.png", "--size", "4000x4000"]].concat(),
        [&film[..], &["a.png", "--camera", "1,2"]].concat(),
        [&film[..], &["a.gif", "--frames", "3"]].concat(),
        [&film[..], &["a.png", "--every", "3"]].concat(),
        vec!["video", "--out", "a.png"],
        vec!["video", "--all", "--out", "a.gif"],
        vec!["bench", "rendr"],
    ];
    let lines: Vec<String> = wrong
        .iter()
        .map(|arguments| format!("mirror {}\n  {}", arguments.join(" "), refused(arguments)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[cfg(not(feature = "bevy"))]
#[test]
fn a_renderer_that_was_not_built_is_refused() {
    let film = ["video", "--task", "push_buttons", "--renderer", "bevy", "--out", "/tmp/a.png"];
    assert!(refused(&film).contains("without the feature `bevy`; `--renderer raster`"));
}

#[test]
fn a_folder_that_is_not_there_fails_before_the_work() {
    for command in [&["rollout", "--agent", "idle"][..], &["video", "--task", "push_buttons"]] {
        let file = if command[0] == "video" { "/no/such/a.png" } else { "/no/such/a.csv" };
        let output = run(&[command, &["--out", file]].concat());
        assert_eq!(output.status.code(), Some(1));
        let line = String::from_utf8(output.stderr).unwrap();
        assert!(line.starts_with(&format!("error: --out {file}: ")), "{line}");
    }
}

#[test]
fn a_rollout_is_the_same_for_any_number_of_workers() {
    let folder = tempfile::tempdir().unwrap();
    let of = |workers: &str| {
        let file = folder.path().join(format!("{workers}.csv"));
        let start = ["rollout", "--agent", "replay", "--tasks", "push_buttons", "--episodes", "6"];
        let rest = ["--workers", workers, "--out", file.to_str().unwrap()];
        (good(&[&start[..], &rest].concat()), fs::read_to_string(file).unwrap())
    };
    let (table, rows) = of("1");
    assert_eq!(of("2"), (table.clone(), rows.clone()));
    assert_eq!(of("4"), (table, rows.clone()));
    let first = Split::Test.first_seed();
    assert_eq!(rows.lines().count(), 7);
    assert!(rows.lines().nth(2).unwrap().starts_with(&format!("push_buttons,1,{},", first + 1)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "no temporary files stay");
}

#[test]
fn a_rollout_has_the_shape_that_scripts_rely_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.json");
    fs::write(&file, "old").unwrap();
    let rest = ["--episodes", "3", "--split", "val", "--json", "--out", file.to_str().unwrap()];
    let report =
        json(&[&["rollout", "--agent", "idle", "--tasks", "push_buttons"], &rest[..]].concat());
    assert_eq!(report["agent"], "idle");
    assert_eq!((&report["rules"], &report["grasp"]), (&"fixed".into(), &"assist".into()));
    assert_eq!((&report["mean"], &report["seed"]), (&0.0.into(), &0.into()));
    let row = &report["tasks"][0];
    assert_eq!(row["task"], "push_buttons");
    assert_eq!((&row["episodes"], &row["successes"]), (&3.into(), &0.into()));
    assert_eq!(row["reasons"], serde_json::json!({"steps": 3}));
    assert!(row["low"] == 0.0 && row["high"].as_f64().unwrap() < 1.0);
    assert!(row["keyframes"] == 25.0 && row["rejected"].is_number());
    let rows: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(rows[2]["seed"], Split::Val.first_seed() + 2);
    assert_eq!(rows[0]["parts"], serde_json::json!({"pressed in order": false}));
}

fn film(out: &Path, rest: &[&str]) -> Value {
    let start = ["video", "--task", "push_buttons", "--variation", "0", "--json"];
    json(&[&start[..], &["--out", out.to_str().unwrap()], rest].concat())
}

fn read_png(path: &Path) -> (u32, u32, Vec<u8>) {
    let file = BufReader::new(File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height, pixels)
}

fn colors(rgb: &[u8]) -> usize {
    let mut all: Vec<&[u8]> = rgb.chunks_exact(3).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

#[test]
fn contact_sheets_have_as_many_pictures_as_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheet.png");
    let report = film(&path, &["--frames", "3", "--size", "64x48", "--camera", "side"]);
    assert_eq!(report["pictures"], 3);
    assert_eq!(report["bytes"], fs::metadata(&path).unwrap().len());
    assert_eq!(report["episodes"][0]["outcome"], "success");
    assert_eq!(report["episodes"][0]["success"][0]["met"], true);
    let (width, height, pixels) = read_png(&path);
    assert!(width > 3 * 64 && width < 4 * 64 && height > 48 && height < 2 * 48);
    assert!(colors(&pixels) > 20);
    let keyframes = film(&path, &["--keyframes", "--agent", "replay", "--size", "32x32"]);
    assert_eq!(keyframes["pictures"], keyframes["episodes"][0]["keyframes"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_sheet_of_all_tasks_has_every_task() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.png");
    let out = path.to_str().unwrap();
    let report = json(&["video", "--all", "--size", "32x32", "--out", out, "--json"]);
    assert_eq!(report["episodes"].as_array().unwrap().len(), sim::tasks::ALL.len());
    assert!(colors(&read_png(&path).2) > 20);
}

#[test]
fn animations_run_in_real_time_and_show_what_the_sheet_shows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.gif");
    let report = film(&path, &["--every", "4", "--size", "64x48"]);
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(File::open(&path).unwrap()).unwrap();
    assert_eq!((decoder.width(), decoder.height()), (64, 48));
    let (mut screen, mut time, mut count) = (vec![0; 64 * 48 * 3], 0, 0);
    let mut last = 0;
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        count += 1;
        last = frame.delay;
        time += u32::from(frame.delay);
        let (left, top) = (usize::from(frame.left), usize::from(frame.top));
        for (place, pixel) in frame.buffer.chunks_exact(4).enumerate() {
            let (x, y) = (place % usize::from(frame.width), place / usize::from(frame.width));
            if pixel[3] > 0 {
                let at = 3 * ((top + y) * 64 + left + x);
                screen[at..at + 3].copy_from_slice(&pixel[..3]);
            }
        }
    }
    assert_eq!(report["pictures"], count);
    // All but the last picture, which is held, are shown as long as they lasted.
    let seconds = report["episodes"][0]["seconds"].as_f64().unwrap();
    assert!((f64::from(time - u32::from(last)) / 100.0 - seconds).abs() < 0.2);
    // The last picture, put together from the changes, is the one a sheet of one shows.
    let sheet = folder.path().join("last.png");
    film(&sheet, &["--frames", "1", "--size", "64x48"]);
    let (width, height, pixels) = read_png(&sheet);
    let (left, top) = (6, height as usize - 6 - 48 - 3);
    let close = (0..48 * 64).filter(|place| {
        let (x, y) = (left + place % 64, top + place / 64);
        let on_sheet = &pixels[3 * (y * width as usize + x)..][..3];
        on_sheet.iter().zip(&screen[3 * place..]).all(|(a, b)| a.abs_diff(*b) < 12)
    });
    assert!(close.count() > 48 * 64 * 95 / 100);
}
