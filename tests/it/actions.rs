//! No action makes the simulator panic or break: each ends well or with the right reason.

use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};
use sim::episode::environment::Episode;
use sim::episode::scene_file::SceneFile;
use sim::episode::split::Split;
use sim::robot::GraspMode;
use sim::robot::action::{Action, Outcome};
use sim::robot::cell::{Flow, GRIP_STEPS, Phase};
use sim::scene::frame::{ACTION_MAX, ACTION_MIN, Quat, Vec3};
use sim::task::Rules;
use sim::trial::golden;

/// Few cases, the same ones every time; failures are kept beside this file and tried again first.
fn config(cases: u32) -> ProptestConfig {
    let kept = FileFailurePersistence::Direct("it/actions.proptest-regressions");
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: Some(Box::new(kept)),
        ..ProptestConfig::default()
    }
}

/// Numbers that have broken programs before.
fn odd() -> impl Strategy<Value = f32> {
    prop_oneof![
        Just(f32::NAN),
        Just(f32::INFINITY),
        Just(f32::NEG_INFINITY),
        Just(f32::MAX),
        Just(-f32::MAX),
        Just(f32::MIN_POSITIVE),
        Just(-0.0),
        -2.0f32..2.0,
    ]
}

fn anything() -> impl Strategy<Value = Action> {
    (prop::array::uniform8(odd()), any::<bool>()).prop_map(|(n, ignore_collisions)| Action {
        position: Vec3::new(n[0], n[1], n[2]),
        quaternion: Quat::from_xyzw(n[3], n[4], n[5], n[6]),
        gripper: n[7],
        ignore_collisions,
    })
}

/// Well-formed actions all over the box and a little beyond; many are out of reach.
fn well_formed() -> impl Strategy<Value = Action> {
    let along = |i: usize| ACTION_MIN[i] - 0.05..ACTION_MAX[i] + 0.05;
    let turn = prop::array::uniform4(-1.0f32..1.0)
        .prop_filter("too short to normalise", |q| q.iter().map(|x| x * x).sum::<f32>() > 0.01);
    let open = 0.0f32..1.0;
    (along(0), along(1), along(2), turn, open, any::<bool>()).prop_map(
        |(x, y, z, q, gripper, ignore_collisions)| Action {
            position: Vec3::new(x, y, z),
            quaternion: Quat::from_array(q).normalize(),
            gripper,
            ignore_collisions,
        },
    )
}

/// What the form of an action alone says about its outcome.
fn refusal(action: &Action) -> Option<Outcome> {
    let p = action.position.to_array();
    let q = action.quaternion.to_array();
    let finite = p.iter().chain(&q).all(|x| x.is_finite()) && action.gripper.is_finite();
    let length = q.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    if !finite || (length - 1.0).abs() > 1.1e-3 {
        return Some(Outcome::BadAction);
    }
    let inside = (0..3).all(|i| p[i] > ACTION_MIN[i] && p[i] < ACTION_MAX[i]);
    (!inside).then_some(Outcome::OutOfBox)
}

fn check(actions: &[Action], mode: GraspMode) -> Result<(), TestCaseError> {
    let mut cell = golden::start(mode);
    for action in actions {
        let outcome = cell.perform(action, &mut |_, _| Flow::Continue).err();
        if let Some(reason) = refusal(action) {
            prop_assert_eq!(outcome, Some(reason));
        } else {
            let allowed = [None, Some(Outcome::NoIk), Some(Outcome::NoPath)];
            prop_assert!(allowed.contains(&outcome), "{:?} for {:?}", outcome, action);
        }
        prop_assert!(cell.tip().is_finite());
        prop_assert!(cell.world().poses().all(|pose| pose.is_finite()));
        prop_assert_eq!(cell.world().divergence(), None);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn malformed_actions_are_refused(action in anything()) {
        prop_assume!(refusal(&action).is_some());
        prop_assert_eq!(action.target().err(), refusal(&action));
        let mut cell = golden::start(GraspMode::Assist);
        let before = cell.state_hash();
        let outcome = cell.perform(&action, &mut |_, _| Flow::Continue).err();
        prop_assert_eq!(outcome, refusal(&action));
        prop_assert_eq!(cell.state_hash(), before);
    }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn sequences_of_actions_end_well_or_with_a_reason(
        actions in prop::collection::vec(well_formed(), 1..4),
        assist in any::<bool>(),
    ) {
        check(&actions, if assist { GraspMode::Assist } else { GraspMode::Friction })?;
    }
}

/// Fingers that close on the edge of a thing can tremble for ever: a half-trained policy's action.
#[test]
fn fingers_that_never_come_to_rest_end_their_action_all_the_same() {
    let task = sim::tasks::find("meat_off_grill").unwrap();
    let seed = Split::Test.seed(0, 11).unwrap();
    let file = SceneFile::sample(task, 1, seed, Rules::Fixed).unwrap();
    let mut episode = Episode::new(&file, GraspMode::Assist).unwrap();
    let action = Action {
        position: Vec3::new(0.34322912, 0.14322913, 1.0192709),
        quaternion: Quat::from_xyzw(0.300_705_82, 0.953_716_93, 4.168_829_2e-8, 1.314_426_9e-8),
        gripper: 0.0,
        ignore_collisions: true,
    };
    let mut gripping = 0;
    episode.act(&action, &mut |_, phase| gripping += u32::from(phase == Phase::Gripper));
    assert_eq!(gripping, GRIP_STEPS);
}
