//! Counting RVT-2.

use super::heads::{ANGLES, BITS, POOLED};
use crate::nn::cost::ProductList;
use crate::nn::cost::layers::linear;
use crate::policy::observation::rotation::BINS;
use crate::policy::two_stage::cost as two_stage;
use crate::policy::views::axes::VIEWS;
use crate::presets;
use crate::presets::Extensions;

/// Stages, each with its heat maps.
const STAGES: usize = 2;
/// Classes of the four heads.
const CLASSES: [usize; ANGLES + 1] = [BINS, BINS, BINS, 2 * BITS];

/// Parameters of the policy, its trained language encoder included; a frozen one is not part of it.
pub(crate) fn parameters(shape: &presets::Policy) -> usize {
    let shape = &plain(shape);
    let e = shape.action;
    let head = |classes| linear(POOLED * e, 2 * e) + linear(2 * e, e) + linear(e, classes);
    let norm = 2 * POOLED * e;
    let upsamplers = STAGES * two_stage::upsampler(shape);
    two_stage::encoders(shape) + upsamplers + norm + CLASSES.map(head).iter().sum::<usize>()
}

/// Multiply-adds for one transition: both stages, all heat maps and heads, and the language encoder where
/// it is trained.
pub(crate) fn multiply_adds(shape: &presets::Policy) -> usize {
    let shape = &plain(shape);
    let e = shape.action;
    let head = |classes: usize| 2 * POOLED * e * e + 2 * e * e + e * classes;
    let heat = STAGES * VIEWS * two_stage::upsampler_multiply_adds(shape);
    two_stage::encoders_multiply_adds(shape) + heat + CLASSES.map(head).iter().sum::<usize>()
}

/// Adds the products of a training pass for `n` transitions.
pub(crate) fn products(shape: &presets::Policy, n: usize, list: &mut ProductList) {
    let shape = &plain(shape);
    let e = shape.action;
    two_stage::language_products(shape, n, list);
    for _stage in 0..STAGES {
        two_stage::stage_products(shape, n, list);
        two_stage::upsampler_products(shape, n * VIEWS, list);
    }
    for classes in CLASSES {
        list.linear(n, POOLED * e, 2 * e);
        list.linear(n, 2 * e, e);
        list.linear(n, e, classes);
    }
}

/// Without the optional parts, which this family has not.
pub(super) fn plain(shape: &presets::Policy) -> presets::Policy {
    presets::Policy { extensions: Extensions::NONE, ..shape.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::RVT2;

    #[test]
    fn the_published_size_is_met() {
        let seen = parameters(&RVT2) - two_stage::skipped_by_counter(&RVT2);
        assert_eq!((seen + 500) / 1000, 72_091);
    }
}
