//! A trained run as the one who acts.

use std::path::Path;
use std::sync::Mutex;

use agents::policy::arp::{Decision, Tap};
use agents::policy::{Preprocessor, Window, Workspace};
use sim::episode::environment::Episode;
use sim::render::camera::{Camera, SIDE};
use sim::render::observe::Observer;
use sim::scene::frame::{TABLE_TOP, Vec3};
use sim::task::definition::Rules;
use sim::viewer::playback::{Actor, HeatMap, Tape, Thought};

use crate::data::loader::policy_cameras;
use crate::run::evaluate;
use crate::run::evaluate::instruction;
use crate::run::models::{action, observation};

/// The policy of a run, and what it is told.
pub(super) struct Policy {
    name: String,
    rules: Rules,
    preprocessor: Preprocessor,
    cameras: Vec<Camera>,
    // One episode is played at a time, on a thread that changes.
    run: Mutex<evaluate::Policy>,
}

impl Policy {
    /// The trained policy of a run's folder.
    pub(super) fn open(folder: &Path) -> anyhow::Result<Self> {
        let run = evaluate::Policy::load(folder, &agents::nn::device::cpu())?;
        Ok(Self {
            name: format!("policy of {}", folder.display()),
            rules: run.config.data.rules,
            preprocessor: Preprocessor::new(&run.shape.policy, Workspace::default()),
            cameras: policy_cameras(SIDE)?,
            run: Mutex::new(run),
        })
    }

    /// Rules of the scenes that it learned in.
    pub(super) fn rules(&self) -> Rules {
        self.rules
    }

    fn act(&self, episode: &mut Episode, tape: &mut Tape) -> anyhow::Result<()> {
        let said = instruction(episode.file())?;
        let run = self.run.lock().map_err(|_| anyhow::anyhow!("the policy broke down"))?;
        let evaluate::Policy { config, models, instructions, .. } = &*run;
        let sentence = instructions.tell(instructions.canonical(said)?);
        let mut observer = Observer::new(&episode.file().scene);
        for number in 0..config.eval.steps as usize {
            if episode.outcome().is_some() || !tape.watched() {
                break;
            }
            let seen = observer.observe(episode.cell(), &self.cameras)?;
            let timed = config.time_in_state;
            let observed = [observation(&seen, sentence.clone(), timed, number)];
            let decided = self.preprocessor.decide(&models.policy, &observed, Tap::default())?;
            let Some(decision) = decided.into_iter().next() else { break };
            let chosen = action(&decision.action);
            let step = tape.last_step();
            tape.thought(Thought {
                step,
                action: chosen,
                coarse: maps(&decision, 0),
                fine: maps(&decision, 1),
            });
            episode.act(&chosen, &mut |cell, phase| tape.step(cell, phase));
            tape.keyframe(tape.last_step());
        }
        Ok(())
    }
}

impl Actor for Policy {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn play(&self, episode: &mut Episode, tape: &mut Tape) -> Result<(), String> {
        self.act(episode, tape).map_err(|error| format!("{error:#}"))
    }
}

/// Where the image of a view lies, in the coordinates of what the stage sees.
struct Screen {
    name: &'static str,
    /// Its top left corner.
    corner: [f32; 3],
    /// From there to the right and down.
    across: [f32; 3],
    down: [f32; 3],
}

/// The views of a stage.
const VIEWS: [Screen; 3] = [
    Screen {
        name: "top",
        corner: [-1.0, 1.0, -1.0],
        across: [2.0, 0.0, 0.0],
        down: [0.0, -2.0, 0.0],
    },
    Screen {
        name: "front",
        corner: [-1.0, -1.0, 1.0],
        across: [0.0, 2.0, 0.0],
        down: [0.0, 0.0, -2.0],
    },
    Screen {
        name: "side",
        corner: [1.0, -1.0, 1.0],
        across: [-2.0, 0.0, 0.0],
        down: [0.0, 0.0, -2.0],
    },
];

/// The heat maps of a stage, laid out in the world.
fn maps(decision: &Decision, stage: usize) -> Vec<HeatMap> {
    let space = Workspace::default();
    let window = if stage == 0 { Window::WHOLE } else { decision.window };
    let place = |point: [f32; 3]| Vec3::from(space.to_world(window.outward(point)));
    let map = |(screen, values): (Screen, &Vec<f32>)| {
        let Screen { name, corner, across, down } = screen;
        let end = |edge: [f32; 3]| core::array::from_fn(|axis| corner[axis] + edge[axis]);
        let mut origin = place(corner);
        let (across, down) = (place(end(across)) - origin, place(end(down)) - origin);
        if name == "top" {
            // On the table: the lower side of the box lies under it.
            origin.z = origin.z.max(TABLE_TOP + 0.002);
        }
        let side = values.len().isqrt();
        HeatMap {
            name: String::from(name),
            side,
            values: values.clone(),
            corner: origin,
            across,
            down,
        }
    };
    VIEWS.into_iter().zip(&decision.heat[stage]).map(map).collect()
}

#[cfg(test)]
mod tests {
    use agents::policy::{Action, Axis};

    use super::*;

    #[test]
    fn heat_lies_in_the_world_where_the_policy_saw_it() {
        let side = 8;
        let point = [0.3, -0.6, 0.1];
        let heat = || {
            Axis::ALL.map(|axis| {
                let mut map = vec![0.0; side * side];
                let [u, v] = axis.pixel(point, side).map(|p| p as usize);
                map[v * side + u] = 0.5;
                map
            })
        };
        let window = Window::about([0.5, 0.0, -0.5]);
        let (position, quaternion) = ([0.0; 3], [0.0, 0.0, 0.0, 1.0]);
        let action = Action { position, quaternion, open: true, ignore_collisions: true };
        let tap = Vec::new();
        let decision =
            Decision { action, tap, waypoints: [[0.0; 3]; 2], window, heat: [heat(), heat()] };
        let space = Workspace::default();
        for (stage, seen) in [(0, point), (1, window.outward(point))] {
            let world = Vec3::from(space.to_world(seen));
            for map in maps(&decision, stage) {
                assert_eq!(map.at(world), 1.0, "{stage} {}", map.name);
                assert_eq!(map.at(world + Vec3::splat(0.3)), 0.0, "{stage} {}", map.name);
            }
        }
    }
}
