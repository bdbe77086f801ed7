//! The work cell: a world with the robot in it, driven by keyframe actions.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::robot::action::{Action, Outcome};
use crate::robot::clearance::widen;
use crate::robot::motion::{Limits, PlanError, Planner, Trajectory};
use crate::robot::panda::{DOF, FINGER_SPEED, FINGER_TRAVEL, HOME, Joints};
use crate::robot::{Arm, Clearance, GraspMode, Gripper};
use crate::scene::description::Scene;
use crate::scene::frame::Pose;
use crate::world::solver::{TICK, TICKS_PER_CONTROL};
use crate::world::{BadScene, SnapshotError, StateHash, World};

/// Control steps that let objects settle before the first observation (default 10, RLBench).
pub const SETTLE_STEPS: u32 = 10;
/// Control steps after the fingers have opened (default 10, RLBench's discrete gripper action).
pub const OPEN_STEPS: u32 = 10;
/// Most control steps the arm is given to come to rest at the end of a path (default 10).
pub const ARRIVE_STEPS: u32 = 10;
/// Joint speed below which the arm is at rest, rad/s (default 0.01: the motors then close the last
/// error with a time constant of 60 ms, so the tip is within a millimetre).
pub const AT_REST: f64 = 0.01;
/// Share of the finger travel above which the gripper counts as open (default 0.9, RLBench's action
/// layer; every finger must exceed it).
pub const OPEN_SHARE: f32 = 0.9;
/// Finger movement per control step below which the fingers have stalled, m (default 1 mm, RLBench).
pub const STALL: f32 = 1e-3;
/// Most control steps that the fingers move (default 40, 2 s: ten times what their travel takes). Fingers
/// that jam in something can tremble for ever; then they are as closed as they will be.
pub const GRIP_STEPS: u32 = 40;
/// How far each finger eases after it stalled on something attached, m (default 1 mm: what holds it
/// is the attachment, and a squeeze on top sets long things swinging between the two).
pub const RELIEF: f32 = 1e-3;

/// What a watcher of a motion wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// End the motion here.
    Stop,
}

/// Which part of an action a control step belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The arm moves along its path.
    Arm,
    /// The fingers move.
    Gripper,
    /// Things come to rest.
    Settle,
}

/// Called after every control step.
pub type StepCallback<'a> = &'a mut dyn FnMut(&Cell, Phase) -> Flow;

/// How to travel to a pose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Travel {
    /// Whether the path may pass through things (default false).
    pub ignore_collisions: bool,
    /// Straight line only (default false).
    pub linear: bool,
    /// Fraction of full speed (default 1).
    pub speed: f64,
}

impl Default for Travel {
    fn default() -> Self {
        Self { ignore_collisions: false, linear: false, speed: 1.0 }
    }
}

/// A world with the robot mounted in it.
#[derive(Serialize, Deserialize)]
pub struct Cell {
    world: World,
    arm: Arm,
    gripper: Gripper,
    /// Seed of the planner's stream; each plan draws from its own stream of this seed.
    seed: u64,
    plans: u64,
}

impl Cell {
    /// Builds the scene with the robot at home, gripper open, and lets everything settle.
    ///
    /// # Errors
    /// The scene's, see [`World::new`].
    pub fn new(scene: &Scene, grasp: GraspMode, seed: u64) -> Result<Self, BadScene> {
        let mut world = World::new(scene)?;
        let arm = Arm::mount(&mut world, &HOME, FINGER_TRAVEL);
        let mut cell = Self { world, arm, gripper: Gripper::new(grasp), seed, plans: 0 };
        for _ in 0..SETTLE_STEPS * TICKS_PER_CONTROL {
            cell.world.tick();
        }
        Ok(cell)
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The arm.
    pub fn arm(&self) -> &Arm {
        &self.arm
    }

    /// The gripper.
    pub fn gripper(&self) -> &Gripper {
        &self.gripper
    }

    /// Control steps since everything had settled.
    pub fn steps(&self) -> u32 {
        let steps = self.world.ticks() / u64::from(TICKS_PER_CONTROL);
        u32::try_from(steps).unwrap_or(u32::MAX).saturating_sub(SETTLE_STEPS)
    }

    /// Pose of the tip in the world.
    pub fn tip(&self) -> Pose {
        self.arm.tip(&self.world)
    }

    /// Mean finger position as a share of its travel, 0 closed to 1 open.
    pub fn open_amount(&self) -> f32 {
        let [a, b] = self.arm.opening(&self.world);
        a.min(b) / FINGER_TRAVEL
    }

    /// Whether the gripper counts as open for the action layer. A hand with something attached does
    /// not, however wide that is: or an action to open would leave thick things in it.
    pub fn is_open(&self) -> bool {
        self.open_amount() > OPEN_SHARE && !self.gripper.attached()
    }

    /// Carries out one action: arm first, then gripper if it is to change.
    ///
    /// # Errors
    /// The reason why the episode ends here. A watcher's `Stop` is not an error.
    pub fn perform(&mut self, action: &Action, on_step: StepCallback<'_>) -> Result<Flow, Outcome> {
        let target = action.target()?;
        let travel = Travel { ignore_collisions: action.ignore_collisions, ..Travel::default() };
        if self.travel(target, travel, on_step)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
        if action.open() == self.is_open() {
            return Ok(Flow::Continue);
        }
        if action.open() { self.open(on_step) } else { self.close(on_step) }
    }

    /// Moves the tip to a pose.
    ///
    /// # Errors
    /// `NoIk`, `NoPath` or `Diverged`.
    pub fn travel(
        &mut self,
        to: Pose,
        travel: Travel,
        on_step: StepCallback<'_>,
    ) -> Result<Flow, Outcome> {
        let path = self.plan(to, travel)?;
        let limits = Limits { speed_scale: travel.speed, ..Limits::default() };
        let trajectory = Trajectory::along(&path, &limits).ok_or(Outcome::BadAction)?;
        self.follow(&trajectory, on_step)
    }

    /// Opens the fingers fully, letting go of what is held first, and lets things settle.
    ///
    /// # Errors
    /// `Diverged`.
    pub fn open(&mut self, on_step: StepCallback<'_>) -> Result<Flow, Outcome> {
        self.gripper.release(&mut self.world, &self.arm);
        if self.move_fingers(FINGER_TRAVEL, on_step)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
        for _ in 0..OPEN_STEPS {
            if self.control_step(Phase::Settle, on_step)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// Attaches what the rule allows, then closes the fingers until they stall. Around something
    /// attached they then ease by [`RELIEF`].
    ///
    /// # Errors
    /// `Diverged`.
    pub fn close(&mut self, on_step: StepCallback<'_>) -> Result<Flow, Outcome> {
        self.gripper.attach(&mut self.world, &self.arm);
        let flow = self.move_fingers(0.0, on_step)?;
        if self.gripper.attached() {
            let [a, b] = self.arm.opening(&self.world);
            self.arm.command_fingers(&mut self.world, 0.5 * (a + b) + RELIEF);
        }
        Ok(flow)
    }

    /// Stays where it is for some control steps.
    ///
    /// # Errors
    /// `Diverged`.
    pub fn wait(&mut self, steps: u32, on_step: StepCallback<'_>) -> Result<Flow, Outcome> {
        for _ in 0..steps {
            if self.control_step(Phase::Settle, on_step)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// Advances one physics step towards joint values (rad) with speeds (rad/s) at its end, past
    /// every planner and collision check: for trials and benchmarks.
    ///
    /// # Errors
    /// `Diverged`.
    pub fn drive(&mut self, q: &Joints, speed: &Joints) -> Result<(), Outcome> {
        self.arm.command(&mut self.world, q, speed);
        self.world.tick();
        if self.world.divergence().is_some() { Err(Outcome::Diverged) } else { Ok(()) }
    }

    /// Digest of the physical state.
    pub fn state_hash(&self) -> StateHash {
        self.world.state_hash()
    }

    /// The complete state as bytes; [`Cell::restore`] continues from it bit for bit.
    ///
    /// # Errors
    /// When the state cannot be encoded, which no reachable state should cause.
    pub fn snapshot(&self) -> Result<Vec<u8>, SnapshotError> {
        Ok(postcard::to_stdvec(self)?)
    }

    /// The cell a snapshot was taken of.
    ///
    /// # Errors
    /// When the bytes are damaged or come from another version.
    pub fn restore(bytes: &[u8]) -> Result<Self, SnapshotError> {
        Ok(postcard::from_bytes(bytes)?)
    }

    fn plan(&mut self, to: Pose, travel: Travel) -> Result<Vec<Joints>, Outcome> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(self.plans);
        self.plans += 1;
        // From the commanded configuration: the measured one carries the load's deflection.
        let from = *self.arm.target();
        let held = self.gripper.held(&self.world);
        let [a, b] = self.arm.opening(&self.world);
        let mut clearance = Clearance::new(&self.world, a.max(b), self.tip(), &held);
        clearance.exempt_touched(&from);
        let mut free = |q: &Joints| travel.ignore_collisions || clearance.free(q);
        let planner = Planner { linear_only: travel.linear, ..Planner::default() };
        match planner.plan(&from, &widen(to), &mut free, &mut rng) {
            Ok(path) => Ok(path.joints),
            Err(PlanError::NoIk) => Err(Outcome::NoIk),
            Err(PlanError::NoPath) => Err(Outcome::NoPath),
        }
    }

    fn follow(
        &mut self,
        trajectory: &Trajectory,
        on_step: StepCallback<'_>,
    ) -> Result<Flow, Outcome> {
        let tick = f64::from(TICK);
        let mut time = 0.0;
        while time < trajectory.duration() {
            for _ in 0..TICKS_PER_CONTROL {
                time += tick;
                let (q, speed) = trajectory.sample(time);
                self.arm.command(&mut self.world, &q, &speed);
                self.world.tick();
            }
            if self.report(Phase::Arm, on_step)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        for _ in 0..ARRIVE_STEPS {
            if self.at_rest() {
                break;
            }
            if self.control_step(Phase::Settle, on_step)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    fn at_rest(&self) -> bool {
        self.arm.speeds(&self.world).iter().all(|speed| speed.abs() < AT_REST)
    }

    /// Moves the finger targets at the rated speed until the fingers stall or arrive, or [`GRIP_STEPS`]
    /// are over.
    fn move_fingers(&mut self, to: f32, on_step: StepCallback<'_>) -> Result<Flow, Outcome> {
        let step = FINGER_SPEED * TICK;
        let mut target = self.arm.finger_target();
        // The target always runs its whole way, so that a closed grip presses with full force.
        for _ in 0..GRIP_STEPS {
            let before = self.arm.opening(&self.world);
            for _ in 0..TICKS_PER_CONTROL {
                target =
                    if to > target { (target + step).min(to) } else { (target - step).max(to) };
                self.arm.command_fingers(&mut self.world, target);
                self.world.tick();
            }
            if self.report(Phase::Gripper, on_step)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
            let after = self.arm.opening(&self.world);
            let stalled = (0..2).all(|i| (after[i] - before[i]).abs() < STALL);
            if target == to && stalled {
                return Ok(Flow::Continue);
            }
        }
        Ok(Flow::Continue)
    }

    fn control_step(&mut self, phase: Phase, on_step: StepCallback<'_>) -> Result<Flow, Outcome> {
        for _ in 0..TICKS_PER_CONTROL {
            let target = *self.arm.target();
            self.arm.command(&mut self.world, &target, &[0.0; DOF]);
            self.world.tick();
        }
        self.report(phase, on_step)
    }

    fn report(&mut self, phase: Phase, on_step: StepCallback<'_>) -> Result<Flow, Outcome> {
        if self.world.divergence().is_some() {
            return Err(Outcome::Diverged);
        }
        Ok(on_step(self, phase))
    }
}
