//! `mirror watch`: a window in which episodes are watched, live or recorded.

mod arguments;
#[cfg(feature = "viewer")]
mod export;
#[cfg(feature = "viewer")]
mod list;
#[cfg(feature = "viewer")]
mod policy;
#[cfg(feature = "viewer")]
mod window;

pub use arguments::WatchArguments;
#[cfg(not(feature = "viewer"))]
pub use arguments::run;
#[cfg(feature = "viewer")]
pub use window::run;
