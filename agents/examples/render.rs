//! How long one core takes to make a cloud of four 128x128 pictures and to draw each stage:
//! `cargo run --release -p agents --example render`.
#![expect(clippy::print_stdout, reason = "the figures are the result")]

use std::time::Instant;

use agents::nn::weights::stream;
use agents::policy::synthetic::Scene;
use agents::policy::{Cloud, Renderer, Window, Workspace, labels, peak};
use agents::presets::TINY;

const RUNS: usize = 200;

fn main() {
    let scene = Scene::draw(&TINY.policy, &mut stream(1, 0, 0, "render"));
    let transition = scene.transition();
    let (space, views) = (Workspace::default(), &transition.observation.views);
    let Ok(cloud) = Cloud::fuse(views, &space) else { return };
    println!(
        "cloud of {} points: {:.2} ms",
        cloud.positions.len(),
        timed(|| { Cloud::fuse(views, &space).map_or(0.0, |cloud| cloud.positions[0][0]) })
    );
    let goal = space.to_cube(transition.action.position);
    for (side, patch) in [(48, 6), (96, 12), (128, 8), (224, 14)] {
        let renderer = Renderer::new(side, patch);
        let mut out = vec![0.0; renderer.patches() * renderer.patch_values()];
        let mut draw = |window: Window| {
            timed(|| {
                renderer.draw(&cloud, &window, None, &mut out);
                out[0]
            })
        };
        let (coarse, fine) = (draw(Window::WHOLE), draw(Window::about(goal)));
        let (maps, _) = labels(goal, side, 1.5);
        let flat = vec![1.0; side * side];
        let sharp = timed(|| peak([&maps[0], &maps[1], &maps[2]], side)[0]);
        let worst = timed(|| peak([&flat, &flat, &flat], side)[0]);
        println!(
            "{side}: coarse {coarse:.2} ms, fine {fine:.2} ms, peak {sharp:.3} to {worst:.3} ms"
        );
    }
}

/// Shortest time of a run, milliseconds: whatever else the machine does only adds to it.
fn timed(mut run: impl FnMut() -> f32) -> f64 {
    let times = (0..RUNS).map(|_| {
        let start = Instant::now();
        std::hint::black_box(run());
        1e3 * start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}
