//! Numbers of the networks: where the first ones come from, the noise that training adds, and the
//! files they are kept in.

mod error;
mod file;
mod identity;
mod import;
mod init;
mod load;
mod noise;
mod parameters;
mod pickle;
mod save;
mod shards;
mod stored;
mod tables;

pub use error::{Mismatch, WeightsError};
pub use file::File;
pub use identity::identified;
pub use import::{CLIP_TEXT, Names, OWN, VICLIP};
pub use init::{Fill, Init};
pub use load::load;
pub use noise::{Noise, stream};
pub use parameters::{NamedParameter, named_parameters, parameters};
pub use save::{Saved, collect, write, write_with};
pub use shards::{halved, split};
