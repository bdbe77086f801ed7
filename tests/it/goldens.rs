//! One expert episode per task, bit for bit: state and picture as (bytes, digest), so that a
//! failure tells a changed encoding from changed values.

use rayon::prelude::*;
use sim::episode::environment::Episode;
use sim::episode::expert::demonstrate;
use sim::episode::scene_file::SceneFile;
use sim::render::observe::Observer;
use sim::robot::GraspMode;
use sim::task::{Rules, Task};

fn digest(bytes: &[u8]) -> String {
    format!("({}, {})", bytes.len(), &blake3::hash(bytes).to_hex()[..16])
}

fn golden(task: &Task) -> String {
    let file = SceneFile::sample(task, 0, 0, Rules::Fixed).unwrap();
    let mut episode = Episode::new(&file, GraspMode::Assist).unwrap();
    let demo = demonstrate(&mut episode, &mut |_, _| {});
    let mut observer = Observer::new(&file.scene);
    let seen = observer.observe(episode.cell(), &file.cameras).unwrap();
    let mut pictures = Vec::new();
    for view in &seen.views {
        pictures.extend_from_slice(&view.frame.rgb);
        pictures.extend(view.frame.depth.iter().flat_map(|d| d.to_bits().to_le_bytes()));
        pictures.extend(view.frame.id.iter().flat_map(|id| id.to_le_bytes()));
    }
    let state = episode.cell().world().state_bytes();
    let (name, outcome) = (task.name, demo.outcome.name());
    format!("{name}: {outcome}, state {}, pictures {}", digest(&state), digest(&pictures))
}

#[test]
fn expert_episodes_end_as_recorded() {
    let lines: Vec<String> = sim::tasks::ALL.par_iter().map(golden).collect();
    insta::assert_snapshot!(lines.join("\n"));
}
