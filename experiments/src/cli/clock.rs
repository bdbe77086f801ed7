//! Time that other work on the machine does not lengthen.

use rustix::time::{ClockId, clock_gettime};

/// Time this process has kept a core busy: other work on the machine does not count.
pub fn processor_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}
