//! Rotations as the policy speaks them: quaternions outside, three bins of Euler angles inside.

use core::f32::consts::PI;

use super::vertex::vertex;

/// Bins per axis: steps of 5 degrees (PerAct, RVT, ARP).
pub const BINS: usize = 72;
/// Width of a bin, degrees.
pub const BIN_DEGREES: f32 = 5.0;

/// Deviation of a label about the true angle, bins. Bins are no unrelated classes: a label on several
/// teaches what is near what, and lets angles between bins be read back. One bin, as heat maps of
/// pictures this small have one pixel.
const SPREAD: f32 = 1.0;

/// A rotation by its matrix, row by row.
pub(crate) type Matrix = [[f32; 3]; 3];

/// Pitch sine beyond which the hand counts as pointing at a pole, where roll and yaw are not told apart:
/// within a degree (RVT-2). Closer in, a wobble of the wrist makes both of them erratic.
const POLE: f32 = 0.999_847_7;

/// Matrix of a unit quaternion (x, y, z, w).
pub(crate) fn matrix([x, y, z, w]: [f32; 4]) -> Matrix {
    [
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)],
        [2.0 * (x * y + z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - x * w)],
        [2.0 * (x * z - y * w), 2.0 * (y * z + x * w), 1.0 - 2.0 * (x * x + y * y)],
    ]
}

/// The quaternion (x, y, z, w) of unit length with w >= 0.
///
/// None when a component is not finite or the length is nearly zero.
pub(crate) fn normalised(q: [f32; 4]) -> Option<[f32; 4]> {
    let length = libm::sqrtf(q.iter().map(|v| v * v).sum());
    let sign = if q[3] < 0.0 { -1.0 } else { 1.0 };
    (length.is_finite() && length > 1e-6).then(|| q.map(|v| sign * v / length))
}

/// Hamilton product: `b` first, then `a`, both (x, y, z, w).
pub(crate) fn product(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
    let ([ax, ay, az, aw], [bx, by, bz, bw]) = (a, b);
    [
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    ]
}

/// Rotation by `angle` radians about a coordinate axis (0 x, 1 y, 2 z), as (x, y, z, w).
pub(crate) fn about(axis: usize, angle: f32) -> [f32; 4] {
    let (sin, cos) = libm::sincosf(0.5 * angle);
    let mut q = [0.0, 0.0, 0.0, cos];
    q[axis] = sin;
    q
}

/// Angle between two rotations, radians in [0, pi].
pub fn geodesic(a: [f32; 4], b: [f32; 4]) -> f32 {
    let dot: f32 = a.iter().zip(b).map(|(x, y)| x * y).sum();
    2.0 * libm::acosf(dot.abs().min(1.0))
}

/// Euler angles in degrees about the fixed axes x, then y, then z; each in [-180, 180].
///
/// At the poles (pitch +-90 degrees) only the sum or difference of the other two is defined: the
/// angle about z is 0 there.
pub fn euler(q: [f32; 4]) -> [f32; 3] {
    let r = matrix(q);
    let sine = (-r[2][0]).clamp(-1.0, 1.0);
    let radians = if sine.abs() > POLE {
        let sign = sine.signum();
        [libm::atan2f(sign * r[0][1], sign * r[0][2]), sign * 0.5 * PI, 0.0]
    } else {
        [libm::atan2f(r[2][1], r[2][2]), libm::asinf(sine), libm::atan2f(r[1][0], r[0][0])]
    };
    radians.map(f32::to_degrees)
}

/// The quaternion (x, y, z, w; w >= 0) of Euler angles in degrees about the fixed axes x, y, z.
pub(crate) fn from_euler(degrees: [f32; 3]) -> [f32; 4] {
    let [x, y, z] = degrees.map(f32::to_radians);
    let q = product(about(2, z), product(about(1, y), about(0, x)));
    if q[3] < 0.0 { q.map(|v| -v) } else { q }
}

/// The three bins, each below [`BINS`], of a unit quaternion: `round((degrees + 180) / 5) mod 72`.
pub fn to_bins(q: [f32; 4]) -> [usize; 3] {
    euler(q).map(|angle| (libm::roundf(place(angle)) as usize) % BINS)
}

/// Where an angle in degrees lies among the bins, from 0 up; bin i has its middle at i.
pub(crate) fn place(degrees: f32) -> f32 {
    (degrees + 180.0) / BIN_DEGREES
}

/// The angle in degrees at a place among the bins.
pub(crate) fn degrees(place: f32) -> f32 {
    BIN_DEGREES * place - 180.0
}

/// The quaternion (x, y, z, w; w >= 0) in the middle of three bins.
pub fn from_bins(bins: [usize; 3]) -> [f32; 4] {
    from_euler(bins.map(|bin| degrees(bin as f32)))
}

/// What the policy should answer to each angle of a unit quaternion: a Gaussian about it around the
/// circle, cut at three deviations, of sum 1.
///
/// Adds to `slots`, `3 * BINS` zeros. Returns the labels' entropies, nats.
pub(crate) fn labels(q: [f32; 4], slots: &mut [f32]) -> [f32; 3] {
    let reach = (3.0 * SPREAD) as isize;
    let mut entropies = [0.0; 3];
    let angles = euler(q).into_iter().zip(slots.chunks_exact_mut(BINS));
    for ((angle, slots), entropy) in angles.zip(&mut entropies) {
        let place = place(angle);
        let middle = libm::roundf(place) as isize;
        let weight = |bin: isize| {
            let off = (bin as f32 - place) / SPREAD;
            libm::expf(-0.5 * off * off)
        };
        let sum: f32 = (middle - reach..=middle + reach).map(weight).sum();
        for bin in middle - reach..=middle + reach {
            let share = weight(bin) / sum;
            slots[bin.rem_euclid(BINS as isize) as usize] += share;
            *entropy -= share * libm::logf(share);
        }
    }
    entropies
}

/// The quaternion (x, y, z, w; w >= 0) that three answers mean: `bins` are the most probable ones,
/// `logits` `3 * BINS` of all; each angle lies where its neighbours say between them.
pub(crate) fn read(bins: [usize; 3], logits: &[f32]) -> [f32; 4] {
    let angle = |axis: usize| {
        let (bin, logits) = (bins[axis], &logits[axis * BINS..][..BINS]);
        let near = [bin + BINS - 1, bin, bin + 1].map(|near| logits[near % BINS]);
        degrees(bin as f32 + vertex(near))
    };
    from_euler([0, 1, 2].map(angle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    fn random(rng: &mut ChaCha8Rng) -> [f32; 4] {
        loop {
            let q = [(); 4].map(|()| rng.random_range(-1.0..1.0_f32));
            let length: f32 = q.iter().map(|v| v * v).sum();
            if (0.01..1.0).contains(&length) {
                return normalised(q).unwrap();
            }
        }
    }

    #[test]
    fn bins_lose_at_most_half_a_step_per_axis() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut worst: f32 = 0.0;
        for _ in 0..20_000 {
            let q = random(&mut rng);
            let bins = to_bins(q);
            assert!(bins.iter().all(|&bin| bin < BINS));
            worst = worst.max(geodesic(q, from_bins(bins)).to_degrees());
        }
        // Three half steps of 2.5 degrees never add up to more than their plain sum; typically
        // sqrt(3) * 2.5.
        assert!(worst > 3.0 && worst < 7.5, "{worst}");
    }

    #[test]
    fn angles_survive_the_round_trip_at_the_poles_too() {
        for pitch in [-90.0, -89.99, -35.0, 0.0, 60.0, 89.99, 90.0] {
            for (roll, yaw) in [(0.0, 0.0), (170.0, -20.0), (-95.0, 60.0), (180.0, 180.0)] {
                let q = from_euler([roll, pitch, yaw]);
                let error = geodesic(q, from_euler(euler(q))).to_degrees();
                assert!(error < 0.1, "{roll} {pitch} {yaw}: {error}");
                let error = geodesic(q, from_bins(to_bins(q))).to_degrees();
                assert!(error < 5.1, "{roll} {pitch} {yaw}: {error}");
            }
        }
    }

    #[test]
    fn labels_are_read_back_as_the_rotation_they_were_made_of() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let poles = [-90.0, 90.0].map(|pitch| from_euler([20.0, pitch, 50.0]));
        for q in (0..2000).map(|_| random(&mut rng)).chain(poles) {
            let mut slots = vec![0.0; 3 * BINS];
            let entropies = labels(q, &mut slots);
            assert!(slots.chunks(BINS).all(|label| (label.iter().sum::<f32>() - 1.0).abs() < 1e-5));
            // A Gaussian's is 0.5 + ln(sqrt(2 pi)); cutting it takes a little away.
            assert!(entropies.iter().all(|entropy| (entropy - 1.42).abs() < 0.03));
            let logits: Vec<f32> = slots.iter().map(|share| share.max(1e-9).ln()).collect();
            let error = geodesic(q, read(to_bins(q), &logits)).to_degrees();
            // Within a degree of a pole the pitch is read as the pole's.
            let near_pole = 89.0 < euler(q)[1].abs();
            assert!(error < if near_pole { 1.0 } else { 0.2 }, "{q:?}: {error}");
        }
    }

    #[test]
    fn every_bin_of_a_valid_pitch_comes_back() {
        for x in 0..BINS {
            for y in 19..54 {
                for z in [0, 17, 36, 71] {
                    assert_eq!(to_bins(from_bins([x, y, z])), [x, y, z]);
                }
            }
        }
    }

    #[test]
    fn products_turn_as_matrices_do() {
        let (a, b) = (from_euler([10.0, 20.0, 30.0]), from_euler([-70.0, 5.0, 120.0]));
        let (ma, mb, mab) = (matrix(a), matrix(b), matrix(product(a, b)));
        for row in 0..3 {
            for column in 0..3 {
                let sum: f32 = (0..3).map(|k| ma[row][k] * mb[k][column]).sum();
                assert!((sum - mab[row][column]).abs() < 1e-5);
            }
        }
        assert_eq!(normalised([0.0; 4]), None);
    }
}
