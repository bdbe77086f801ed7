//! Policies: from RGB-D views, proprioception and a sentence to the next keyframe.

pub mod arp;
