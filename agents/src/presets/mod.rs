//! The sizes the models come in: one list, from two CPU cores to the published networks.

mod ladder;
mod published;
mod shape;

pub use ladder::{
    ALL, ARP, BASE, MINI, PAPER_B, PAPER_L, RVT2, SMALL, SMALL_PLUS, TINY, TINY_PLUS, find,
};
pub use published::{PUBLISHED, Part, Published};
pub use shape::{Alignment, Extensions, Language, Layout, Policy, Preset, Tokens, Tower, Video};
