//! The episode's scene in the window: made when an episode begins, then only moved.

use bevy::ecs::resource::Resource;
use bevy::ecs::world::{Mut, World};

use super::watched::Watched;
use crate::render::bevy::SceneEntities;
use crate::render::observe::Observer;
use crate::render::raster::Visual;
use crate::robot::links::{LINKS, parts};
use crate::scene::description::Scene;
use crate::viewer::playback::Session;

/// The entities of the scene that is shown.
#[derive(Default, Resource)]
pub(super) struct SceneView {
    entities: Option<SceneEntities>,
    /// Which episode of the session they are of.
    episode: u64,
    /// Why the scene cannot be drawn.
    pub(super) failure: Option<String>,
}

/// Brings the entities in line with the place in the episode.
pub(super) fn update(world: &mut World) {
    world.resource_scope(|world, mut scene_view: Mut<SceneView>| {
        world.resource_scope(|world, watched: Mut<Watched>| scene_view.follow(world, &watched.0));
    });
}

impl SceneView {
    fn follow(&mut self, world: &mut World, session: &Session) {
        let Some(timeline) = session.timeline() else { return };
        if self.episode != session.episodes() {
            self.episode = session.episodes();
            if let Some(entities) = self.entities.take() {
                entities.despawn(world);
            }
            match SceneEntities::spawn(world, &visual(&timeline.file().scene)) {
                Ok(entities) => (self.entities, self.failure) = (Some(entities), None),
                Err(reason) => self.failure = Some(reason.to_string()),
            }
        }
        if let Some(entities) = &mut self.entities {
            entities.pose(world, &timeline.poses(session.player().place()));
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

/// Draws what a policy sees, anew for each episode.
#[derive(Default)]
pub(super) struct PolicyObserver {
    observer: Option<(u64, Observer)>,
}

impl PolicyObserver {
    /// The observer of the scene that is shown.
    pub(super) fn of(&mut self, episode: u64, scene: &Scene) -> &mut Observer {
        if self.observer.as_ref().is_none_or(|(known, _)| *known != episode) {
            self.observer = None;
        }
        &mut self.observer.get_or_insert_with(|| (episode, Observer::new(scene))).1
    }
}
