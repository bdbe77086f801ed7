//! Samples made ahead on other threads, handed out in order.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::{Loader, Order, Sample};

/// An endless stream of samples. Threads take turns, so the order does not depend on their speed;
/// each holds a bounded number of samples. Dropping the stream ends them.
pub struct Prefetch {
    lanes: Vec<Receiver<anyhow::Result<Sample>>>,
    threads: Vec<JoinHandle<()>>,
    next: usize,
}

impl Prefetch {
    pub(super) fn start(
        loader: Arc<Loader>,
        seed: u64,
        step: u64,
        workers: usize,
        ahead: usize,
    ) -> Self {
        let workers = workers.max(1);
        // One sample waits inside each thread besides those in its lane.
        let room = (ahead / workers).saturating_sub(1);
        let (mut lanes, mut threads) = (Vec::new(), Vec::new());
        for worker in 0..workers {
            let (send, receive) = sync_channel(room);
            let loader = Arc::clone(&loader);
            let first = step + worker as u64;
            let work = move || work(&loader, seed, first, workers, &send);
            threads.push(std::thread::spawn(work));
            lanes.push(receive);
        }
        Self { lanes, threads, next: 0 }
    }
}

fn work(
    loader: &Loader,
    seed: u64,
    first: u64,
    stride: usize,
    send: &SyncSender<anyhow::Result<Sample>>,
) {
    let mut order = Order::new(seed, loader.rows());
    for step in (first..).step_by(stride) {
        let (episode, transition) = order.at(step);
        if send.send(loader.sample(episode, transition)).is_err() {
            return;
        }
    }
}

impl Iterator for Prefetch {
    type Item = anyhow::Result<Sample>;

    fn next(&mut self) -> Option<Self::Item> {
        let lane = self.next;
        self.next = (lane + 1) % self.lanes.len();
        // A thread that is gone has panicked; there is nothing more to come.
        self.lanes[lane].recv().ok()
    }
}

impl Drop for Prefetch {
    fn drop(&mut self) {
        self.lanes.clear();
        for thread in self.threads.drain(..) {
            thread.join().ok();
        }
    }
}
