//! The same episode ends in the same state, bit for bit.

use rayon::prelude::*;
use sim::robot::GraspMode;
use sim::robot::cell::Cell;
use sim::scene::frame::TABLE_TOP;
use sim::trial::golden;

const MODES: [GraspMode; 2] = [GraspMode::Assist, GraspMode::Friction];

fn whole(mode: GraspMode) -> Cell {
    let mut cell = golden::start(mode);
    golden::perform(&mut cell, &golden::actions()).unwrap();
    cell
}

#[test]
fn the_episode_carries_the_block_over_the_wall() {
    for mode in MODES {
        let cell = whole(mode);
        let block = cell.world().scene().find("block").unwrap();
        let at = cell.world().pose(block).translation;
        assert!((at.y - 0.20).abs() < 0.02 && (at.x - 0.28).abs() < 0.02, "{mode:?}: {at}");
        assert!((at.z - TABLE_TOP - 0.02).abs() < 2e-3, "{mode:?}: {at}");
        assert!(cell.is_open() && cell.world().divergence().is_none());
    }
}

#[test]
fn the_final_state_is_the_committed_one() {
    // Regenerate after a deliberate change: cargo run --example golden > tests/it/goldens/episode.txt
    let committed = include_str!("goldens/episode.txt");
    assert_eq!(golden::lines().unwrap(), committed);
}

#[test]
fn threads_do_not_matter() {
    let hashes: Vec<_> = [1, 2, 4]
        .into_iter()
        .flat_map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let run = |i: usize| whole(MODES[i % 2]).state_hash();
            pool.install(|| (0..4).into_par_iter().map(run).collect::<Vec<_>>())
        })
        .collect();
    for (i, hash) in hashes.iter().enumerate() {
        assert_eq!(*hash, hashes[i % 2], "copy {i}");
    }
    assert_ne!(hashes[0], hashes[1]);
}

#[test]
fn a_restored_snapshot_continues_to_the_same_state() {
    let actions = golden::actions();
    for mode in MODES {
        for cut in [2, 4, 5] {
            let mut cell = golden::start(mode);
            golden::perform(&mut cell, &actions[..cut]).unwrap();
            let mut copy = Cell::restore(&cell.snapshot().unwrap()).unwrap();
            assert_eq!(copy.state_hash(), cell.state_hash());
            golden::perform(&mut copy, &actions[cut..]).unwrap();
            golden::perform(&mut cell, &actions[cut..]).unwrap();
            assert_eq!(copy.state_hash(), cell.state_hash(), "{mode:?} after {cut} actions");
        }
    }
}

#[test]
fn damaged_snapshots_are_refused() {
    let bytes = golden::start(GraspMode::Assist).snapshot().unwrap();
    assert!(Cell::restore(&bytes[..bytes.len() / 2]).is_err());
    assert!(Cell::restore(&[]).is_err());
}
