//! The episode's scene in the window: made when an episode begins, then only moved.

use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};
use bevy::ecs::world::{Mut, World};
use bevy::time::Time;

use crate::render::bevy::Stage;
use crate::render::observe::Observer;
use crate::render::raster::Visual;
use crate::robot::links::{LINKS, parts};
use crate::scene::description::Scene;
use crate::viewer::playback::{Session, Timeline};

/// What is watched.
#[derive(Resource)]
pub(super) struct Watched(pub(super) Session);

/// The entities of the scene that is shown.
#[derive(Default, Resource)]
pub(super) struct Theatre {
    stage: Option<Stage>,
    /// Which episode of the session they are of.
    episode: u64,
    /// Why the scene cannot be drawn.
    pub(super) refusal: Option<String>,
}

/// Lets time pass; while a clip is recorded, by one control step for each picture.
pub(super) fn pass(
    time: Res<Time>,
    wishes: Res<super::export::Wishes>,
    mut watched: ResMut<Watched>,
) {
    let step = f64::from(crate::world::solver::CONTROL_PERIOD);
    let elapsed = if wishes.filming() { step } else { time.delta_secs_f64() };
    watched.0.update(elapsed);
}

/// Brings the entities in line with the place in the episode.
pub(super) fn move_things(world: &mut World) {
    world.resource_scope(|world, mut theatre: Mut<Theatre>| {
        world.resource_scope(|world, watched: Mut<Watched>| theatre.follow(world, &watched.0));
    });
}

impl Theatre {
    fn follow(&mut self, world: &mut World, session: &Session) {
        let Some(timeline) = session.timeline() else { return };
        if self.episode != session.episodes() {
            self.episode = session.episodes();
            if let Some(stage) = self.stage.take() {
                stage.strike(world);
            }
            match Stage::spawn(world, &visual(&timeline.file().scene)) {
                Ok(stage) => (self.stage, self.refusal) = (Some(stage), None),
                Err(reason) => self.refusal = Some(reason.to_string()),
            }
        }
        if let Some(stage) = &mut self.stage {
            stage.pose(world, &timeline.poses(session.player().place()));
        }
    }
}

/// Everything that cameras see of a scene, the robot among it.
fn visual(scene: &Scene) -> Visual {
    let mut visual = Visual::from_bodies(&scene.bodies);
    for link in 0..LINKS {
        visual.add_body(&parts(link));
    }
    visual
}

/// The moment shown: the episode it is of, and its step.
pub(super) fn moment(session: &Session) -> Option<(u64, usize, &Timeline)> {
    let timeline = session.timeline()?;
    timeline.last()?;
    Some((session.episodes(), session.player().step(), timeline))
}

/// Draws what a policy sees, anew for each episode.
#[derive(Default)]
pub(super) struct Eyes {
    observer: Option<(u64, Observer)>,
}

impl Eyes {
    /// The observer of the scene that is shown.
    pub(super) fn of(&mut self, episode: u64, scene: &Scene) -> &mut Observer {
        if self.observer.as_ref().is_none_or(|(known, _)| *known != episode) {
            self.observer = None;
        }
        &mut self.observer.get_or_insert_with(|| (episode, Observer::new(scene))).1
    }
}
