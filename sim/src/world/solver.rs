//! Every constant of the physics solver, with unit, default and reason.
//!
//! The engine's own defaults suit metre-sized objects. On centimetre-sized ones they let a cube
//! hang over the table's edge and fingers sink into what they hold; the regression scenes in
//! `tests/it/traps.rs` pin each cure named here.

use rapier3d::prelude::{FrictionModel, IntegrationParameters, SpringCoefficients};

/// Control and observation period, s (default 0.05: RLBench's simulation step).
pub const CONTROL_PERIOD: f32 = 0.05;
/// Physics steps per control period (default 3: 60 Hz). Collision detection runs once per step.
pub const TICKS_PER_CONTROL: u32 = 3;
/// Length of one physics step, s.
pub const TICK: f32 = CONTROL_PERIOD / TICKS_PER_CONTROL as f32;
/// Solver sub-steps per physics step (default 4, so 240 sub-steps per second).
pub const ITERATIONS: usize = 4;
/// Velocity sweeps after each sub-step (default 2). With one, the tower of `tests/it/traps.rs`
/// drifts by 0.53 mm in 10 s and a grasped box by up to 0.6 mm; with two by less than 0.5 mm and
/// 0.4 mm. A second sweep of the solver proper instead lets the tower drift by 1.2 mm.
pub const RELAXATIONS: usize = 2;
/// Typical object size relative to the engine's metre (default 0.1): scales contact prediction to
/// 2 mm, slop to 0.5 mm and recovery speed to 0.3 m/s.
pub const LENGTH_UNIT: f32 = 0.1;
/// Contact stiffness between moving bodies: natural frequency in Hz (default 60, a quarter of the
/// sub-step rate) and damping ratio (default 10). Measured on a tower of five 4 cm cubes over 10 s:
/// at half the sub-step rate it falls over, at an eighth it is squashed by 6 mm, here by 1.7 mm
/// with 0.3 mm of drift.
pub const CONTACT_SOFTNESS: (f32, f32) = (60.0, 10.0);
/// The same against fixed bodies (default 60 Hz, 10).
pub const STATIC_CONTACT_SOFTNESS: (f32, f32) = (60.0, 10.0);
/// Friction of the finger pads (default 1.0); the larger of the two coefficients counts.
pub const PAD_FRICTION: f32 = 1.0;
/// Share of a pad's tangential drift that its contact takes back per step (default 0.3).
pub const STICK_GAIN: f32 = 0.3;
/// Displacement within a pad beyond which an object has slid and sticks anew, m (default 1 mm).
pub const STICK_REACH: f32 = 1e-3;
/// The same for rotation: cosine of half the angle (default 0.999: about 5 degrees).
pub const STICK_TURN: f32 = 0.999;
/// Decay of a free body's spin, 1/s (default 1): stands for rolling resistance and for the twisting
/// friction of soft pads, which contacts at points lack. Without it a ball never stops rolling.
pub const SPIN_DAMPING: f32 = 1.0;
/// Half extent of the region around the workspace centre that bodies may not leave, m (default 2.0
/// sideways). Leaving it is reported as `diverged`.
pub const ARENA_REACH: f32 = 2.0;
/// Lowest and highest legal height of a body, m: below the floor or far above the robot is
/// `diverged`.
pub const ARENA_HEIGHT: (f32, f32) = (-0.05, 3.0);
/// Fastest legal speed of a body, m/s (default 20): anything faster is a solver failure.
pub const SPEED_LIMIT: f32 = 20.0;

/// The engine's parameters filled from this page.
pub(crate) fn parameters() -> IntegrationParameters {
    IntegrationParameters {
        dt: TICK,
        num_solver_iterations: ITERATIONS,
        num_internal_stabilization_iterations: RELAXATIONS,
        // Without it friction acts only after positions have moved: a cube shaken at 1.8 g slipped out
        // of the hand, with it by 10 mm, and with the pads' memory (`world/stiction.rs`) by 0.3 mm.
        friction_in_bias_pass: true,
        length_unit: LENGTH_UNIT,
        contact_softness: SpringCoefficients::new(CONTACT_SOFTNESS.0, CONTACT_SOFTNESS.1),
        static_contact_softness: SpringCoefficients::new(
            STATIC_CONTACT_SOFTNESS.0,
            STATIC_CONTACT_SOFTNESS.1,
        ),
        // Recycled contact points outlive 5 cm of motion: a cube pushed over an edge never tips.
        contact_recycling: false,
        // Per-contact Coulomb friction: the simplified model slips several times further in a grip.
        friction_model: FrictionModel::Coulomb,
        ..IntegrationParameters::default()
    }
}
