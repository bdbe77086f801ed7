//! `mirror watch` in a window: driven by a script under a virtual display, looked at in pictures.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use sim::episode::environment::Episode;
use sim::episode::rollout::{Agent, Job, rollout};
use sim::episode::scene_file::SceneFile;
use sim::render::observe::{Observer, PoseSnapshot};
use sim::render::raster::Frame;
use sim::robot::GraspMode;
use sim::task::Rules;
use sim::tasks;
use sim::viewer::app::KEYS;

use crate::binary::{mirror, mirror_process, root, say};

/// A display without a screen; none where there is no server, which is only allowed off CI.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn open() -> Option<Self> {
        let server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut server) = server else {
            let required = std::env::var("MIRROR_REQUIRE_ADAPTER").is_ok_and(|v| v == "1");
            assert!(!required, "MIRROR_REQUIRE_ADAPTER=1, but there is no Xvfb");
            say("SKIPPED: no Xvfb; install xvfb and mesa-vulkan-drivers to test the window");
            return None;
        };
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Some(Self { server, name: format!(":{}", line.trim()) })
    }

    /// Runs `mirror watch` with a script; returns its stderr.
    fn watch(&self, folder: &Path, arguments: &[&str], script: &str) -> String {
        let file = folder.join("script.txt");
        fs::write(&file, script).unwrap();
        let output = mirror_process()
            .current_dir(folder)
            .env("DISPLAY", &self.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("MIRROR_HOME", folder)
            .arg("watch")
            .args(arguments)
            .arg("--script")
            .arg(&file)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{told}");
        told
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// A picture of the window.
struct Shot {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Shot {
    fn read(path: &Path) -> Self {
        let file = BufReader::new(File::open(path).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgb).unwrap();
        assert_eq!(info.color_type, png::ColorType::Rgb);
        Self { width: info.width as usize, height: info.height as usize, rgb }
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        core::array::from_fn(|channel| self.rgb[3 * (y * self.width + x) + channel])
    }

    /// How many of a grid of pixels have a colour that no pixel before them had.
    fn colours(&self) -> usize {
        let mut seen = std::collections::BTreeSet::new();
        for y in (0..self.height).step_by(4) {
            for x in (0..self.width).step_by(4) {
                seen.insert(self.pixel(x, y));
            }
        }
        seen.len()
    }

    /// Share of pixels that differ visibly from another picture's.
    fn differs(&self, other: &Self) -> f64 {
        let pairs = self.rgb.as_chunks::<3>().0.iter().zip(other.rgb.as_chunks::<3>().0);
        let seen = |(a, b): &(&[u8; 3], &[u8; 3])| (0..3).any(|i| a[i].abs_diff(b[i]) > 12);
        pairs.filter(seen).count() as f64 / (self.width * self.height) as f64
    }

    /// The middle square, at the size of a camera's picture: means over blocks of pixels.
    fn shrunk(&self, side: usize) -> Vec<f64> {
        let (left, block) = ((self.width - self.height) / 2, self.height as f64 / side as f64);
        let mut means = Vec::new();
        for row in 0..side {
            for column in 0..side {
                let x = left + ((column as f64 + 0.5) * block) as usize;
                let y = ((row as f64 + 0.5) * block) as usize;
                let mut sum = [0.0; 3];
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    let pixel = self.pixel(x + dx, y + dy);
                    (0..3).for_each(|i| sum[i] += f64::from(pixel[i]) / 4.0);
                }
                means.extend(sum);
            }
        }
        means
    }
}

/// What the front camera sees of a task's first moment.
fn front(task: &'static sim::task::Task, variation: usize, seed: u64) -> Vec<f64> {
    let file = SceneFile::sample(task, variation, seed, Rules::Fixed).unwrap();
    let episode = Episode::new(&file, GraspMode::Assist).unwrap();
    let mut observer = Observer::new(&file.scene);
    observer.restore(&PoseSnapshot::of(episode.cell()));
    let camera = file.cameras.iter().find(|camera| camera.name == "front").unwrap();
    let mut frame = Frame::new();
    observer.draw(&camera.clone().resized(96, 96), &mut frame).unwrap();
    frame.rgb.iter().map(|&byte| f64::from(byte)).collect()
}

fn state(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_mode_shows_something_of_its_own_and_the_right_task() {
    let Some(display) = Display::open() else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let script = "
        begun
        complete
        key Home
        frames 3
        key I
        key V
        key P
        key 4
        frames 2
        picture front.png
        idle
        key 0
        frames 1
        picture plain.png
        state plain.json
        idle
        key I
        frames 1
        picture words.png
        idle
        key V
        frames 2
        picture insets.png
        idle
        key P
        frames 1
        picture path.png
        idle
        key Down
        key Down
        frames 1
        picture keyframe.png
        state keyframe.json
        idle
        key X
        frames 1
        picture shapes.png
        idle
        key X
        key C
        frames 1
        picture contacts.png
        idle
        key C
        drag left 600 300 150 -60
        wheel 3
        drag right 600 300 -60 40
        frames 1
        picture orbit.png
        idle
        key H
        frames 1
        picture help.png
        idle
        key Esc
        key T
        type jar red
        frames 1
        picture picker.png
        idle
        key Esc
        drag left 640 700 200 0
        frames 1
        state scrubbed.json
        key End
        frames 2
        picture banner.png
        state end.json
        idle
        key =
        key ]
        begun
        complete
        state next.json
        quit
    ";
    let arguments = ["--task", "push_buttons", "--variation", "3", "--seed", "4"];
    display.watch(folder.path(), &arguments, script);

    let shot = |name: &str| Shot::read(&at(&format!("{name}.png")));
    let plain = shot("plain");
    let names = ["front", "plain", "words", "insets", "path", "keyframe", "shapes", "contacts"];
    for name in names.into_iter().chain(["orbit", "help", "picker", "banner"]) {
        let shot = shot(name);
        assert_eq!((shot.width, shot.height), (1280, 720), "{name}");
        assert!(shot.colours() > 100, "{name}: {} colours", shot.colours());
        let (base, least) = match name {
            "plain" => continue,
            "insets" => ("words", 0.05),
            "path" => ("insets", 0.0005),
            "keyframe" => ("path", 0.005),
            "shapes" | "contacts" => ("keyframe", 0.0002),
            _ => ("plain", 0.01),
        };
        let share = shot.differs(&Shot::read(&at(&format!("{base}.png"))));
        assert!(share > least, "{name}: {share:.5} of the pixels differ from {base}");
    }
    assert!(plain.differs(&shot("plain")) == 0.0);

    // Which of all tasks the window shows, judged by its pixels alone.
    let seen = shot("front").shrunk(96);
    let error = |task: &'static sim::task::Task, variation: usize| {
        let pairs = seen.iter().zip(front(task, variation, 4));
        pairs.map(|(a, b)| (a - b).abs()).sum::<f64>()
    };
    let right = error(tasks::find("push_buttons").unwrap(), 3);
    for task in tasks::ALL.iter().filter(|task| task.name != "push_buttons") {
        let wrong = error(task, 0);
        assert!(right < 0.9 * wrong, "{}: {wrong:.0} against {right:.0}", task.name);
    }

    let (start, end) = (state(&at("plain.json")), state(&at("end.json")));
    assert_eq!((&start["task"], &start["variation"]), (&"push_buttons".into(), &3.into()));
    assert_eq!((&start["step"], &start["playing"]), (&0.into(), &false.into()));
    let keyframes = start["keyframes"].as_array().unwrap();
    assert_eq!(state(&at("keyframe.json"))["step"], keyframes[1]);
    // From the middle of the bar (at half of the episode) 200 of 1248 pixels to the right.
    let last = end["last"].as_f64().unwrap();
    let expected = (0.5 + 200.0 / 1248.0) * last;
    let scrubbed = state(&at("scrubbed.json"))["step"].as_f64().unwrap();
    assert!((scrubbed - expected).abs() <= 1.0, "{scrubbed} {expected}");
    assert_eq!(end["step"], end["last"]);

    // What was watched ends as what was not.
    let job = Job { task: tasks::find("push_buttons").unwrap(), variation: 3, seed: 4 };
    let record = rollout(job, Agent::Expert, Rules::Fixed, GraspMode::Assist).unwrap();
    assert_eq!(end["hash"], record.hash.to_string());
    assert_eq!(end["outcome"], record.outcome.name());

    // Nothing is made while an episode is shown, and little is drawn.
    for what in ["meshes", "materials"] {
        assert_eq!(start[what], end[what], "{what}");
    }
    let draws = end["draws"].as_u64().unwrap();
    assert!((5..=200).contains(&draws), "{draws} draw calls");

    let next = state(&at("next.json"));
    assert_eq!((&next["variation"], &next["speed"]), (&4.into(), &2.0.into()));
}

#[test]
fn recordings_and_failures_are_gone_through() {
    let Some(display) = Display::open() else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let set = at("set");
    mirror()
        .env("MIRROR_HOME", folder.path())
        .args(["collect", "--tasks", "push_buttons", "--episodes", "2", "--out"])
        .arg(&set)
        .assert()
        .success();
    let script = "
        begun
        complete
        state one.json
        key N
        begun
        end
        picture recorded.png
        state two.json
        idle
        quit
    ";
    display.watch(folder.path(), &["--episode", "set"], script);
    let (one, two) = (state(&at("one.json")), state(&at("two.json")));
    assert_eq!((&one["actor"], &one["list"]), (&"recording".into(), &serde_json::json!([1, 2])));
    assert_eq!((&two["outcome"], &two["step"]), (&"success".into(), &two["last"]));
    assert_ne!(one["seed"], two["seed"]);

    let rows = ["rollout", "--agent", "idle", "--tasks", "close_jar", "--episodes", "2", "--out"];
    mirror().args(rows).arg(at("rows.csv")).assert().success();
    let script = "
        begun
        key N
        begun
        end
        picture failed.png
        state failed.json
        idle
        key R
        idle
        quit
    ";
    display.watch(folder.path(), &["--failures", "rows.csv", "--agent", "idle"], script);
    let failed = state(&at("failed.json"));
    assert_eq!(
        (&failed["outcome"], &failed["list"]),
        (&"steps".into(), &serde_json::json!([2, 2]))
    );
    let rows = fs::read_to_string(at("rows.csv")).unwrap();
    let last = rows.lines().last().unwrap();
    assert!(last.ends_with(failed["hash"].as_str().unwrap()), "{last}");
}

#[test]
fn without_a_display_one_line_names_the_alternative() {
    let output = mirror().env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").arg("watch").output();
    let output = output.unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.lines().count()), (Some(1), 1), "{told}");
    assert!(told.contains("no display") && told.contains("mirror video"), "{told}");
}

#[test]
fn the_page_about_the_viewer_lists_every_key() {
    let page = fs::read_to_string(root().join("docs/viewer.md")).unwrap();
    for key in KEYS {
        let row = format!("| `{}` | {} |", key.name, key.help);
        assert!(page.contains(&row), "docs/viewer.md lacks the row {row}");
    }
}
