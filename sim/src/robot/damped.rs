//! One step of damped least squares that respects joint limits.

use super::kinematics::Jacobian;
use super::panda::{DOF, Joints, Q_MAX, Q_MIN};

/// Damped step that holds the joints which stand at a limit and would leave it.
pub(crate) fn limited_step(
    joints: &Joints,
    mut jacobian: Jacobian,
    error: &[f64; 6],
    mut bias: Joints,
    damping: f64,
) -> Option<Joints> {
    loop {
        let step = damped_step(&jacobian, error, &bias, damping)?;
        let mut held = false;
        for j in 0..DOF {
            let out = (joints[j] <= Q_MIN[j] && step[j] < 0.0)
                || (joints[j] >= Q_MAX[j] && step[j] > 0.0);
            if out {
                // A joint without a column and without a bias stays where it is.
                jacobian.iter_mut().for_each(|row| row[j] = 0.0);
                bias[j] = 0.0;
                held = true;
            }
        }
        if !held {
            return Some(step);
        }
    }
}

/// `bias + J' (J J' + damping)^-1 (error - J bias)`: the task first, the bias in what is left.
fn damped_step(
    jacobian: &Jacobian,
    error: &[f64; 6],
    bias: &Joints,
    damping: f64,
) -> Option<Joints> {
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    // Lower Cholesky factor of J J' + damping, and the forward substitution beside it.
    let mut factor = [[0.0; 6]; 6];
    let mut solution = [0.0; 6];
    for i in 0..6 {
        for k in 0..i {
            let sum = dot(&jacobian[i], &jacobian[k]) - dot(&factor[i][..k], &factor[k][..k]);
            factor[i][k] = sum / factor[k][k];
        }
        let row = &factor[i][..i];
        let pivot = dot(&jacobian[i], &jacobian[i]) - dot(row, row) + damping;
        let sum = error[i] - dot(&jacobian[i], bias) - dot(row, &solution[..i]);
        let positive = pivot > 0.0;
        if !positive {
            return None;
        }
        factor[i][i] = pivot.sqrt();
        solution[i] = sum / factor[i][i];
    }
    for i in (0..6).rev() {
        let mut sum = solution[i];
        for m in i + 1..6 {
            sum -= factor[m][i] * solution[m];
        }
        solution[i] = sum / factor[i][i];
    }
    Some(core::array::from_fn(|j| {
        bias[j] + (0..6).map(|k| jacobian[k][j] * solution[k]).sum::<f64>()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robot::kinematics::jacobian;
    use crate::robot::panda::HOME;

    const ERROR: [f64; 6] = [0.01, -0.02, 0.015, 0.01, 0.02, -0.01];

    fn moved(step: &Joints) -> [f64; 6] {
        let jacobian = jacobian(&HOME);
        core::array::from_fn(|i| (0..DOF).map(|j| jacobian[i][j] * step[j]).sum())
    }

    #[test]
    fn undamped_steps_remove_the_error_whatever_the_bias() {
        for bias in [[0.0; DOF], [0.3, -0.1, 0.2, 0.4, -0.3, 0.1, 0.2]] {
            let step = damped_step(&jacobian(&HOME), &ERROR, &bias, 1e-12).expect("a step");
            for (got, want) in moved(&step).iter().zip(ERROR) {
                assert!((got - want).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn joints_at_a_limit_do_not_leave_it() {
        let free = limited_step(&HOME, jacobian(&HOME), &ERROR, [0.0; DOF], 1e-9).expect("a step");
        for j in 0..DOF {
            let mut joints = HOME;
            joints[j] = if free[j] > 0.0 { Q_MAX[j] } else { Q_MIN[j] };
            let step = limited_step(&joints, jacobian(&HOME), &ERROR, [0.0; DOF], 1e-9);
            assert!(step.expect("a step")[j] * free[j] <= 0.0);
        }
    }

    #[test]
    fn what_is_not_a_number_gives_no_step() {
        let nan = [[f64::NAN; DOF]; 6];
        assert_eq!(limited_step(&HOME, nan, &ERROR, [0.0; DOF], 1e-9), None);
    }
}
