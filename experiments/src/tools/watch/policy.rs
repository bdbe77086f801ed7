//! A trained run as the one who acts.

use std::path::Path;
use std::sync::Mutex;

use agents::policy::{Decision, HeatMap as Heat};
use sim::episode::environment::Episode;
use sim::render::camera::Camera;
use sim::render::observe::{Observation, Observer};
use sim::render::renderer::RenderError;
use sim::scene::frame::{TABLE_TOP, Vec3};
use sim::task::Rules;
use sim::viewer::playback::{Actor, EventSender, HeatMap, PolicyDecision};

use crate::run::evaluate;
use crate::run::evaluate::{Episodes, PolicyLoop, Step};

/// How far above the table a heat map seen from above is shown, m.
const ABOVE: f32 = 0.002;

/// The policy of a run, and what it is told.
pub(super) struct Policy {
    name: String,
    rules: Rules,
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
            run: Mutex::new(run),
        })
    }

    /// Rules of the scenes that it learned in.
    pub(super) fn rules(&self) -> Rules {
        self.rules
    }

    fn act(&self, episode: &mut Episode, sender: &mut EventSender) -> anyhow::Result<()> {
        let run = self.run.lock().map_err(|_| anyhow::anyhow!("the policy broke down"))?;
        let policy = PolicyLoop::new(&run)?;
        let sentence = policy.sentence(episode.file())?;
        let observer = Observer::new(&episode.file().scene);
        episode.set_action_limit(policy.action_limit());
        policy.play(&mut Watched { episode, observer, sender }, &[sentence], || false)?;
        Ok(())
    }
}

impl Actor for Policy {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn play(&self, episode: &mut Episode, sender: &mut EventSender) -> Result<(), String> {
        self.act(episode, sender).map_err(|error| format!("{error:#}"))
    }
}

/// One episode that is watched while it is played.
struct Watched<'a> {
    episode: &'a mut Episode,
    observer: Observer,
    sender: &'a mut EventSender,
}

impl Episodes for Watched<'_> {
    /// It goes on until it is over or nobody watches any longer.
    fn going(&self) -> Vec<usize> {
        let on = self.episode.outcome().is_none() && self.sender.watched();
        if on { vec![0] } else { Vec::new() }
    }

    fn observe(&mut self, cameras: &[Camera]) -> Result<Vec<Observation>, RenderError> {
        Ok(vec![self.observer.observe(self.episode.cell(), cameras)?])
    }

    fn act(&mut self, steps: Vec<Step>) {
        let Self { episode, sender, .. } = self;
        for Step { action, decision, .. } in steps {
            let step = sender.last_step();
            let [coarse, fine] = ["coarse", "fine"].map(|stage| maps(&decision, stage));
            sender.decision(PolicyDecision { step, action, coarse, fine });
            episode.act(&action, &mut |cell, phase| sender.step(cell, phase));
            sender.keyframe(sender.last_step());
        }
    }
}

/// The heat maps of a stage as the viewer shows them; none where the policy has no such stage.
fn maps(decision: &Decision, stage: &str) -> Vec<HeatMap> {
    let found = decision.explanation.iter().filter(|maps| maps.name == stage);
    found.flat_map(|stage| &stage.maps).map(shown).collect()
}

fn shown(map: &Heat) -> HeatMap {
    let mut corner = Vec3::from(map.corner);
    if map.name == "top" {
        // On the table: the lower side of the box lies under it.
        corner.z = corner.z.max(TABLE_TOP + ABOVE);
    }
    HeatMap {
        name: map.name.to_owned(),
        side: map.side,
        values: map.values.clone(),
        corner,
        across: Vec3::from(map.across),
        down: Vec3::from(map.down),
    }
}

#[cfg(test)]
mod tests {
    use agents::policy::{Action, StageMaps};

    use super::*;

    #[test]
    fn maps_of_a_stage_are_shown_where_they_lie_and_none_under_the_table() {
        let map = |name| Heat {
            name,
            side: 2,
            values: vec![0.0, 0.0, 1.0, 0.0],
            corner: [0.0, 0.5, 0.6],
            across: [1.0, 0.0, 0.0],
            down: [0.0, -1.0, 0.0],
        };
        let stage = StageMaps { name: "fine", peak: [0.0; 3], maps: vec![map("top"), map("side")] };
        let (position, quaternion) = ([0.0; 3], [0.0, 0.0, 0.0, 1.0]);
        let action = Action { position, quaternion, open: true, ignore_collisions: true };
        let decision = Decision { action, tap: Vec::new(), explanation: vec![stage] };
        assert!(maps(&decision, "coarse").is_empty());
        let [top, side] = &maps(&decision, "fine")[..] else { panic!("two maps") };
        assert_eq!((top.corner.z, side.corner.z), (TABLE_TOP + ABOVE, 0.6));
        assert_eq!(top.at(Vec3::new(0.25, -0.25, 0.8)), 1.0);
        assert_eq!(top.at(Vec3::new(0.75, -0.25, 0.8)), 0.0);
    }
}
