//! The offscreen renderer: a handle to the thread on which Bevy draws.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use super::adapter::{self, Adapter};
use super::app::{OffscreenApp, RenderRequest};
use super::error::OffscreenError;
use super::timings::RenderTimings;
use crate::render::bevy::scene::{SceneEntities, SceneTooLarge};
use crate::render::camera::Camera;
use crate::render::raster::{Frame, Visual};
use crate::scene::frame::Pose;

/// Bevy without a window, on a thread of its own. Clones draw with the same one, in turn.
#[derive(Clone)]
pub struct OffscreenRenderer(Arc<Inner>);

struct Inner {
    adapter: Adapter,
    timings: Arc<Mutex<RenderTimings>>,
    requests: Mutex<Option<Sender<PendingRequest>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// A request and who is waiting for it.
struct PendingRequest {
    request: RenderRequest,
    reply: Sender<Result<Vec<Frame>, OffscreenError>>,
}

/// A scene that an offscreen renderer draws.
#[derive(Clone)]
pub struct OffscreenScene {
    renderer: OffscreenRenderer,
    number: u64,
    visual: Arc<Visual>,
}

impl OffscreenRenderer {
    /// Starts Bevy: on the adapter that `WGPU_ADAPTER_NAME` names a part of, else on a real one, else
    /// on one in software.
    ///
    /// # Errors
    /// When there is no such adapter, or its driver fails.
    pub fn open() -> Result<Self, OffscreenError> {
        let adapter = adapter::choose()?;
        let (requests, inbox) = mpsc::channel();
        let (ready, started) = mpsc::channel();
        let (chosen, timings) = (adapter.clone(), Arc::new(Mutex::new(RenderTimings::default())));
        let shared = timings.clone();
        let work = move || {
            let mut app = OffscreenApp::start(&chosen);
            // Who opened the renderer waits for this.
            let tried = app.warm_up();
            let sound = tried.is_ok();
            ready.send(tried).ok();
            if sound {
                serve(&mut app, &inbox, &shared);
            }
        };
        let thread = thread::Builder::new().name("bevy".into()).spawn(work);
        let thread = thread.map_err(|error| OffscreenError::Lost(error.to_string()))?;
        started.recv().map_err(|_| gone())??;
        let (requests, thread) = (Mutex::new(Some(requests)), Mutex::new(Some(thread)));
        Ok(Self(Arc::new(Inner { adapter, timings, requests, thread })))
    }

    /// What draws.
    pub fn adapter(&self) -> &Adapter {
        &self.0.adapter
    }

    /// What drawing has cost so far.
    pub fn timings(&self) -> RenderTimings {
        self.0.timings.lock().map_or_else(|broken| *broken.into_inner(), |timings| *timings)
    }

    /// Prepares a scene. It costs nothing until it is drawn.
    ///
    /// # Errors
    /// When the scene has too many objects or colours.
    pub fn scene(&self, visual: Visual) -> Result<OffscreenScene, SceneTooLarge> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        SceneEntities::check(&visual)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(OffscreenScene { renderer: self.clone(), number, visual: Arc::new(visual) })
    }

    /// Ends the thread while there are still handles, as a driver does that fails.
    #[cfg(test)]
    pub(super) fn close(&self) {
        let requests = self.0.requests.lock().unwrap().take();
        drop(requests);
        let thread = self.0.thread.lock().unwrap().take();
        thread.into_iter().for_each(|thread| thread.join().unwrap());
    }

    fn send(&self, pending: PendingRequest) -> Result<(), OffscreenError> {
        let requests = self.0.requests.lock().map_err(|_| gone())?;
        requests.as_ref().ok_or_else(gone)?.send(pending).map_err(|_| gone())
    }
}

impl OffscreenScene {
    /// What `cameras`, resolved to the world, see with body `i` at `poses[i]`; in that order.
    ///
    /// Bodies without a pose, or with one that is not finite, are not seen. Pictures have the
    /// camera's size, at most [`crate::render::raster::MAX_SIDE`] each way.
    ///
    /// # Errors
    /// When the driver fails.
    pub fn draw(
        &self,
        poses: Vec<Pose>,
        cameras: Vec<Camera>,
    ) -> Result<Vec<Frame>, OffscreenError> {
        let (reply, answer) = mpsc::channel();
        let (scene, visual) = (self.number, self.visual.clone());
        self.renderer.send(PendingRequest {
            request: RenderRequest { scene, visual, poses, cameras },
            reply,
        })?;
        answer.recv().map_err(|_| gone())?
    }

    /// Number of triangles.
    pub fn triangles(&self) -> usize {
        self.visual.triangles()
    }
}

/// Draws until every handle is gone.
fn serve(app: &mut OffscreenApp, inbox: &Receiver<PendingRequest>, shared: &Mutex<RenderTimings>) {
    while let Ok(pending) = inbox.recv() {
        let drawn = app.draw(&pending.request);
        if let Ok(mut timings) = shared.lock() {
            *timings = app.timings;
        }
        // Who asked may have gone on without the answer.
        pending.reply.send(drawn).ok();
    }
}

/// The thread has ended, which only a failure within it can cause.
fn gone() -> OffscreenError {
    OffscreenError::Lost("its thread has ended".into())
}

impl Drop for Inner {
    /// Ends the thread, so that the driver is not in the middle of something when the process ends.
    fn drop(&mut self) {
        if let Ok(requests) = self.requests.get_mut() {
            requests.take();
        }
        if let Ok(Some(thread)) = self.thread.get_mut().map(Option::take) {
            thread.join().ok();
        }
    }
}
