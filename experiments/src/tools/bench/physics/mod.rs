//! `mirror bench physics`: speed and accuracy of the simulator, beside MuJoCo where it is installed.
//!
//! All times are processor time of one thread, in this program and in the other.

mod measure;
mod mjcf;
mod planning;
mod slip;
mod speed;
mod timed_scene;

pub(super) use measure::run;
