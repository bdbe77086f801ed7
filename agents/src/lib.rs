//! The models in burn: `seeing` (ViCLIP), `doing` (ARP) and `mirror` (their alignment).
