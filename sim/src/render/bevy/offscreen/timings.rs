//! Where the time of a picture goes.

use std::time::{Duration, Instant};

use bevy::app::App;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::ResMut;
use bevy::render::{Render, RenderApp, RenderSystems};

/// Where the time goes by the clock, since the start.
#[derive(Clone, Copy, Debug, Default)]
pub struct RenderTimings {
    /// Updates of the app; each draws any number of cameras.
    pub frames: u64,
    /// Bevy's own world: moving, culling, and handing over what changed.
    pub moving: Duration,
    /// Views, materials, and which batch everything is drawn in.
    pub queueing: Duration,
    /// Buffers and bind groups.
    pub preparing: Duration,
    /// Writing down what the adapter is to do, and handing that over; a software one draws meanwhile.
    pub encoding: Duration,
    /// Waiting for what the adapter has not yet drawn.
    pub driver: Duration,
    /// Turning what came back into pictures.
    pub reading: Duration,
}

/// When the frame passed from one part of Bevy's rendering to the next.
#[derive(Resource)]
struct PhaseTimes([Instant; 3]);

/// Makes an app note when the parts of its rendering end.
pub(super) fn install(app: &mut App) {
    let render = app.sub_app_mut(RenderApp);
    render.insert_resource(PhaseTimes([now(); 3]));
    let times = (
        mark_time::<0>.before(RenderSystems::ExtractCommands),
        mark_time::<1>.after(RenderSystems::PhaseSort).before(RenderSystems::Prepare),
        mark_time::<2>.after(RenderSystems::Prepare).before(RenderSystems::Render),
    );
    render.add_systems(Render, times);
}

fn mark_time<const PART: usize>(mut times: ResMut<PhaseTimes>) {
    times.0[PART] = now();
}

impl RenderTimings {
    /// Adds a frame of an app: when it began, was encoded, was drawn and was read.
    pub(super) fn add(&mut self, app: &App, [begun, encoded, drawn, read]: [Instant; 4]) {
        let PhaseTimes([moved, queued, prepared]) = *app.sub_app(RenderApp).world().resource();
        self.frames += 1;
        self.moving += moved - begun;
        self.queueing += queued - moved;
        self.preparing += prepared - queued;
        self.encoding += encoded - prepared;
        self.driver += drawn - encoded;
        self.reading += read - drawn;
    }
}

/// The time, which only tells what something costs.
#[expect(clippy::disallowed_methods, reason = "no picture depends on it")]
pub(super) fn now() -> Instant {
    Instant::now()
}
