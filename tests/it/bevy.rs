//! What Bevy draws is what the rasteriser draws: the same objects at the same distances.

use std::collections::BTreeMap;

use serde_json::Value;
use sim::episode::environment::Episode;
use sim::episode::expert::demonstrate;
use sim::episode::scene_file::SceneFile;
use sim::episode::split::Split;
use sim::render::bevy::OffscreenRenderer;
use sim::render::camera::{Camera, rlbench_cameras};
use sim::render::observe::{Observer, PoseSnapshot};
use sim::render::raster::Frame;
use sim::render::renderer::Renderer;
use sim::robot::GraspMode;
use sim::task::Rules;
use sim::tasks;

use crate::binary::{mirror, say};

/// Least share of the pixels off the edges that show the same object.
const SAME: f64 = 0.995;
/// Largest difference in depth there, metres.
const NEAR: f32 = 0.002;

/// A renderer, or none on a machine without an adapter; said aloud, unless one is required.
fn renderer() -> Option<Renderer> {
    match OffscreenRenderer::open() {
        Ok(renderer) => Some(Renderer::Bevy(renderer)),
        Err(error) if std::env::var_os("MIRROR_REQUIRE_ADAPTER").is_none() => {
            say(&format!("SKIPPED, nothing was drawn by Bevy: {error}"));
            None
        }
        Err(error) => panic!("MIRROR_REQUIRE_ADAPTER is set, and {error}"),
    }
}

/// The first, middle and last moment of the expert's episode.
fn moments(file: &SceneFile) -> [PoseSnapshot; 3] {
    let mut episode = Episode::new(file, GraspMode::Assist).unwrap();
    let mut all = vec![PoseSnapshot::of(episode.cell())];
    demonstrate(&mut episode, &mut |cell, _| all.push(PoseSnapshot::of(cell)));
    [0, all.len() / 2, all.len() - 1].map(|index| all[index].clone())
}

/// Pixels whose eight neighbours in the reference show the same object, as indices.
fn inside(frame: &Frame) -> Vec<usize> {
    let (width, height) = (frame.width as usize, frame.height as usize);
    let pixels = (1..height - 1).flat_map(|y| (1..width - 1).map(move |x| y * width + x));
    let around = |i: usize| [i - width, i + width].into_iter().flat_map(|i| [i - 1, i, i + 1]);
    let around = |i: usize| around(i).chain([i - 1, i + 1]);
    pixels.filter(|&i| around(i).all(|j| frame.id[j] == frame.id[i])).collect()
}

#[test]
fn bevy_and_the_rasteriser_agree_on_every_task_and_camera() {
    let Some(renderer) = renderer() else { return };
    let cameras = rlbench_cameras();
    let (mut worst, mut pixels) = (BTreeMap::<String, [usize; 3]>::new(), 0);
    for task in tasks::ALL {
        let file = SceneFile::sample(task, 0, Split::Test.first_seed(), Rules::Fixed).unwrap();
        let mut raster = Observer::new(&file.scene);
        let mut bevy = Observer::by(&renderer, &file.scene).unwrap();
        for moment in moments(&file) {
            raster.restore(&moment);
            bevy.restore(&moment);
            let views = raster.views(moment.tip(), &cameras).unwrap();
            for (view, other) in views.iter().zip(bevy.views(moment.tip(), &cameras).unwrap()) {
                let (ours, theirs) = (&view.frame, &other.frame);
                let inside = inside(ours);
                let same = |i: &&usize| ours.id[**i] == theirs.id[**i];
                let near = |i: &&usize| (ours.depth[**i] - theirs.depth[**i]).abs() <= NEAR;
                let seen = inside.iter().filter(same).count();
                let deep = inside.iter().filter(same).filter(near).count();
                let tally = worst.entry(format!("{} {}", task.name, view.camera.name)).or_default();
                for (sum, count) in tally.iter_mut().zip([inside.len(), seen, deep]) {
                    *sum += count;
                }
                pixels += inside.len();
            }
        }
    }
    assert!(pixels > tasks::ALL.len() * 3 * 5 * 8000, "{pixels}");
    let share = |part: usize, of: usize| part as f64 / of as f64;
    let wrong = worst
        .iter()
        .filter(|(_, [all, same, near])| share(*same, *all) < SAME || share(*near, *same) < SAME);
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "pixels off the edges, same object, same depth: {wrong:#?}");
}

#[test]
fn cameras_of_any_size_draw_the_same_view() {
    let Some(renderer) = renderer() else { return };
    let file =
        SceneFile::sample(&tasks::ALL[0], 0, Split::Test.first_seed(), Rules::Fixed).unwrap();
    let [moment, ..] = moments(&file);
    let mut bevy = Observer::by(&renderer, &file.scene).unwrap();
    bevy.restore(&moment);
    let front = rlbench_cameras()[3].clone();
    for [width, height] in [[33, 17], [640, 480], [1280, 720], [128, 128]] {
        let camera: Camera = front.clone().resized(width, height);
        let mut frame = Frame::new();
        bevy.draw(&camera, &mut frame).unwrap();
        assert_eq!((frame.width, frame.height), (width, height));
        let table = frame.id.iter().filter(|id| **id == 1).count() as f64;
        let share = table / f64::from(width * height);
        assert!(share > 0.05, "{width} x {height}: the table fills {share}");
    }
}

#[test]
fn films_and_datasets_are_made_by_bevy() {
    if renderer().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["film.mp4", "film.gif", "film.png"] {
        let out = folder.path().join(name);
        let output = mirror()
            .args(["video", "--task", "push_buttons", "--size", "96x64", "--renderer", "bevy"])
            .args(if name == "film.png" { ["--frames", "2"] } else { ["--every", "40"] })
            .arg("--out")
            .arg(&out)
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(std::fs::metadata(&out).unwrap().len() > 1000, "{name}");
    }
    let data = folder.path().join("data");
    let collect = || {
        mirror()
            .args(["collect", "--tasks", "push_buttons", "--episodes", "1", "--size", "64"])
            .args(["--renderer", "bevy", "--views", "64", "--json", "--out"])
            .arg(&data)
            .output()
            .unwrap()
    };
    let output = collect();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let manifest = std::fs::read_to_string(data.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["config"]["renderer"], "bevy");
    assert!(manifest["config"]["adapter"].is_string());
    assert!(manifest["command"].as_str().unwrap().ends_with("--renderer bevy --views 64"));
    let views = manifest["files"].as_array().unwrap().iter();
    let views = views.filter(|file| file["path"].as_str().unwrap().starts_with("frames/"));
    assert_eq!(views.count(), 1);
    let output = mirror().arg("verify").arg(&data).args(["--full", "--json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["ok"], true, "{report}");
}

#[test]
fn without_an_adapter_one_line_names_the_rasteriser() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("film.png");
    let command = || {
        let mut command = mirror();
        // A layer of Mesa's that complains where there is no desktop.
        command.env("NODEVICE_SELECT", "1");
        command.args(["video", "--task", "push_buttons", "--renderer", "bevy", "--out"]).arg(&out);
        command
    };
    let line = |output: std::process::Output| {
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), line.lines().count()), (Some(1), 1), "{line}");
        assert!(output.stdout.is_empty() && !out.exists());
        line
    };
    // A machine without any driver, to the loader.
    let none = command().env("VK_DRIVER_FILES", "/dev/null").output().unwrap();
    assert!(line(none).contains("--renderer raster"));
    let voodoo = command().env("WGPU_ADAPTER_NAME", "voodoo").output().unwrap();
    let voodoo = line(voodoo);
    assert!(voodoo.contains("voodoo") || voodoo.contains("--renderer raster"), "{voodoo}");
}
