//! The studio: a handle to the thread on which Bevy draws.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use super::adapter::{self, Adapter};
use super::costs::Costs;
use super::pump::Pump;
use crate::render::bevy::scene::{Crowded, Stage};
use crate::render::camera::Camera;
use crate::render::raster::{Frame, Visual};
use crate::scene::frame::Pose;

/// Why nothing can be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StudioError {
    /// There is neither a GPU nor a driver that does without.
    #[error(
        "no Vulkan adapter: install a driver (Debian, Ubuntu: libvulkan1 mesa-vulkan-drivers), or \
         use `--renderer raster`, which needs none"
    )]
    NoAdapter,
    /// None is called what the environment asks for.
    #[error("WGPU_ADAPTER_NAME={wanted}: no such Vulkan adapter; there are: {there}")]
    NoSuchAdapter {
        /// What was asked for.
        wanted: String,
        /// Names of the adapters.
        there: String,
    },
    /// The scene is too large.
    #[error(transparent)]
    Crowded(#[from] Crowded),
    /// The driver gave up.
    #[error("the graphics driver failed: {0}")]
    Lost(String),
    /// Shaders do not arrive.
    #[error("the pictures do not settle; this is a bug in the renderer")]
    Stuck,
}

/// Bevy without a window, on a thread of its own. Clones draw with the same one, in turn.
#[derive(Clone)]
pub struct Studio(Arc<Inner>);

struct Inner {
    adapter: Adapter,
    costs: Arc<Mutex<Costs>>,
    orders: Mutex<Option<Sender<Order>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Pictures that are wanted.
pub(super) struct Wish {
    /// Number of the scene.
    pub(super) scene: u64,
    pub(super) visual: Arc<Visual>,
    pub(super) poses: Vec<Pose>,
    pub(super) cameras: Vec<Camera>,
}

/// A wish and who is waiting for it.
struct Order {
    wish: Wish,
    reply: Sender<Result<Vec<Frame>, StudioError>>,
}

/// A scene that a studio draws.
#[derive(Clone)]
pub struct Set {
    studio: Studio,
    number: u64,
    visual: Arc<Visual>,
}

impl Studio {
    /// Starts Bevy: on the adapter that `WGPU_ADAPTER_NAME` names a part of, else on a real one, else
    /// on one in software.
    ///
    /// # Errors
    /// When there is no such adapter, or its driver fails.
    pub fn open() -> Result<Self, StudioError> {
        let adapter = adapter::choose()?;
        let (orders, inbox) = mpsc::channel();
        let (ready, started) = mpsc::channel();
        let (chosen, costs) = (adapter.clone(), Arc::new(Mutex::new(Costs::default())));
        let account = costs.clone();
        let work = move || {
            let mut pump = Pump::start(&chosen);
            // Who opened the studio waits for this.
            let tried = pump.rehearse();
            let sound = tried.is_ok();
            ready.send(tried).ok();
            if sound {
                serve(&mut pump, &inbox, &account);
            }
        };
        let thread = thread::Builder::new().name("bevy".into()).spawn(work);
        let thread = thread.map_err(|error| StudioError::Lost(error.to_string()))?;
        started.recv().map_err(|_| gone())??;
        let (orders, thread) = (Mutex::new(Some(orders)), Mutex::new(Some(thread)));
        Ok(Self(Arc::new(Inner { adapter, costs, orders, thread })))
    }

    /// What draws.
    pub fn adapter(&self) -> &Adapter {
        &self.0.adapter
    }

    /// What drawing has cost so far.
    pub fn costs(&self) -> Costs {
        self.0.costs.lock().map_or_else(|broken| *broken.into_inner(), |costs| *costs)
    }

    /// Prepares a scene. It costs nothing until it is drawn.
    ///
    /// # Errors
    /// When the scene has too many objects or colours.
    pub fn set(&self, visual: Visual) -> Result<Set, Crowded> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Stage::check(&visual)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(Set { studio: self.clone(), number, visual: Arc::new(visual) })
    }

    /// Ends the thread while there are still handles, as a driver does that fails.
    #[cfg(test)]
    pub(super) fn close(&self) {
        let orders = self.0.orders.lock().unwrap().take();
        drop(orders);
        let thread = self.0.thread.lock().unwrap().take();
        thread.into_iter().for_each(|thread| thread.join().unwrap());
    }

    fn send(&self, order: Order) -> Result<(), StudioError> {
        let orders = self.0.orders.lock().map_err(|_| gone())?;
        orders.as_ref().ok_or_else(gone)?.send(order).map_err(|_| gone())
    }
}

impl Set {
    /// What `cameras`, resolved to the world, see with body `i` at `poses[i]`; in that order.
    ///
    /// Bodies without a pose, or with one that is not finite, are not seen. Pictures have the
    /// camera's size, at most [`crate::render::raster::MAX_SIDE`] each way.
    ///
    /// # Errors
    /// When the driver fails.
    pub fn draw(&self, poses: Vec<Pose>, cameras: Vec<Camera>) -> Result<Vec<Frame>, StudioError> {
        let (reply, answer) = mpsc::channel();
        let (scene, visual) = (self.number, self.visual.clone());
        self.studio.send(Order { wish: Wish { scene, visual, poses, cameras }, reply })?;
        answer.recv().map_err(|_| gone())?
    }

    /// Number of triangles.
    pub fn triangles(&self) -> usize {
        self.visual.triangles()
    }
}

/// Draws until every handle is gone.
fn serve(pump: &mut Pump, inbox: &Receiver<Order>, account: &Mutex<Costs>) {
    while let Ok(order) = inbox.recv() {
        let drawn = pump.draw(&order.wish);
        if let Ok(mut costs) = account.lock() {
            *costs = pump.costs;
        }
        // Who asked may have gone on without the answer.
        order.reply.send(drawn).ok();
    }
}

/// The thread has ended, which only a failure within it can cause.
fn gone() -> StudioError {
    StudioError::Lost("its thread has ended".into())
}

impl Drop for Inner {
    /// Ends the thread, so that the driver is not in the middle of something when the process ends.
    fn drop(&mut self) {
        if let Ok(orders) = self.orders.get_mut() {
            orders.take();
        }
        if let Ok(Some(thread)) = self.thread.get_mut().map(Option::take) {
            thread.join().ok();
        }
    }
}
