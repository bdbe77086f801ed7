//! Time that other work on the machine does not lengthen.

use rustix::time::{ClockId, clock_gettime};

/// Time this process has kept a core busy, s.
pub fn processor_seconds() -> f64 {
    seconds(ClockId::ProcessCPUTime)
}

/// Time this thread has kept a core busy, s.
pub fn thread_seconds() -> f64 {
    seconds(ClockId::ThreadCPUTime)
}

fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}
