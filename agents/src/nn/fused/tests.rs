//! Values and gradients against the same functions from the library's operations.

use burn::nn::LayerNormConfig;
use burn::tensor::{Device, Gradients, Tensor, TensorData, activation, module};
use rand::RngExt as _;
use rayon::ThreadPoolBuilder;

use super::*;
use crate::nn::weights::stream;

fn draw<const D: usize>(shape: [usize; D], purpose: &str) -> Tensor<D> {
    let mut rng = stream(5, 0, 0, purpose);
    let count = shape.iter().product();
    let values: Vec<f32> = (0..count).map(|_| rng.random_range(-2.0..2.0)).collect();
    Tensor::from_data(TensorData::new(values, shape), &Device::flex().autodiff()).require_grad()
}

fn far<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> f32 {
    assert_eq!(a.dims(), b.dims());
    (a - b).abs().max().into_scalar()
}

/// Backward from a weighted sum, so that every number of the value has a gradient of its own.
fn back<const D: usize>(value: Tensor<D>) -> Gradients {
    let weights = draw(value.dims(), "weights").detach();
    (value * weights).sum().backward()
}

/// Value and gradients of both forms agree.
fn agree<const I: usize, const O: usize>(
    shapes: &[[usize; I]],
    ours: impl Fn(&[Tensor<I>]) -> Tensor<O>,
    theirs: impl Fn(&[Tensor<I>]) -> Tensor<O>,
) {
    let inputs: Vec<Tensor<I>> =
        shapes.iter().enumerate().map(|(i, &shape)| draw(shape, &format!("input {i}"))).collect();
    let plain: Vec<Tensor<I>> = inputs.iter().map(|x| x.clone().inner()).collect();
    let (a, b) = (ours(&inputs), theirs(&inputs));
    assert!(far(a.clone(), b.clone()) < 2e-6, "{}", far(a, b));
    assert!(far(ours(&plain), a.clone().inner()) == 0.0, "on and off the tape");
    let (a, b) = (back(a), back(b));
    for (index, input) in inputs.iter().enumerate() {
        let (a, b) = (input.grad(&a).unwrap(), input.grad(&b).unwrap());
        assert!(far(a.clone(), b.clone()) < 2e-5, "input {index}: {}", far(a, b));
    }
}

#[test]
fn activations_are_those_of_the_library() {
    agree(&[[3, 5, 7]], |x| activate::<Gelu, 3>(x[0].clone()), |x| activation::gelu(x[0].clone()));
    agree(
        &[[3, 5, 7]],
        |x| activate::<TanhGelu, 3>(x[0].clone()),
        |x| activation::gelu_approximate(x[0].clone()),
    );
    agree(
        &[[3, 5, 7]],
        |x| activate::<QuickGelu, 3>(x[0].clone()),
        |x| x[0].clone() * activation::sigmoid(x[0].clone() * 1.702),
    );
    agree(
        &[[2, 67, 10]],
        |x| gated::<Gelu>(x[0].clone()),
        |x| x[0].clone().narrow(2, 0, 5) * activation::gelu(x[0].clone().narrow(2, 5, 5)),
    );
}

#[test]
fn norms_are_those_of_the_library() {
    let device = Device::flex().autodiff();
    let mut norm = LayerNormConfig::new(20).with_epsilon(1e-5).init(&device);
    norm.gamma = norm.gamma.map(|_| draw([20], "gamma"));
    norm.beta = norm.beta.map(|beta| beta.map(|_| draw([20], "beta")));
    agree(
        &[[3, 50, 20]],
        |x| layer_norm(&norm, 1e-5, x[0].clone()),
        |x| norm.forward(x[0].clone()),
    );
    let x = draw([3, 50, 20], "x");
    let ours = back(layer_norm(&norm, 1e-5, x.clone()));
    let theirs = back(norm.forward(x));
    let beta = norm.beta.as_ref().unwrap();
    for parameter in [norm.gamma.val(), beta.val()] {
        let (a, b) = (parameter.grad(&ours).unwrap(), parameter.grad(&theirs).unwrap());
        assert!(far(a.clone(), b.clone()) < 1e-4, "{}", far(a, b));
    }
}

#[test]
fn attention_is_that_of_the_library() {
    let [n, tokens, heads, d] = [3, 6, 2, 5];
    let width = heads * d;
    let whole = |packed: &Tensor<3>, mask| {
        let query = packed.clone().narrow(2, 0, width);
        attention::reference(query, packed.clone().narrow(2, width, 2 * width), heads, mask)
    };
    let packed = [[n, tokens, 3 * width]];
    agree(&packed, |x| attend_packed(x[0].clone(), heads, None), |x| whole(&x[0], None));
    let blocked: Vec<f32> = (0..tokens * tokens)
        .map(|i| if i % tokens > i / tokens { f32::NEG_INFINITY } else { 0.25 * i as f32 })
        .collect();
    let mask = |like: &Tensor<3>| {
        Tensor::<2>::from_data(TensorData::new(blocked.clone(), [tokens; 2]), &like.device())
    };
    agree(
        &packed,
        |x| attend_packed(x[0].clone(), heads, Some(mask(&x[0]))),
        |x| whole(&x[0], Some(mask(&x[0]))),
    );
    let (query, seen) = (draw([n, 2, width], "query"), draw([n, tokens, 2 * width], "seen"));
    let ours = attend(query.clone(), seen.clone(), heads);
    let theirs = attention::reference(query.clone(), seen.clone(), heads, None);
    assert!(far(ours.clone(), theirs.clone()) < 1e-6);
    let (ours, theirs) = (back(ours), back(theirs));
    for input in [query, seen] {
        assert!(far(input.grad(&ours).unwrap(), input.grad(&theirs).unwrap()) < 1e-5);
    }
}

#[test]
fn mixtures_and_heat_maps_are_those_of_the_library() {
    let (cells, fine) = (70, 5);
    agree(
        &[[cells, NEAR * fine], [cells, NEAR * fine]],
        |x| mixture(x[1].clone().narrow(1, 0, NEAR), x[0].clone(), 0.1),
        |x| {
            let shares = x[0].clone().reshape([cells, NEAR, fine]) * 0.1;
            let near = x[1].clone().narrow(1, 0, NEAR).reshape([cells, NEAR, 1]);
            (activation::softmax(shares, 1) * near).sum_dim(1).reshape([cells, fine])
        },
    );
    let labels = activation::softmax(draw([4, 33], "labels").detach(), 1);
    agree(
        &[[4, 33]],
        |x| match x[0].device().is_autodiff() {
            true => heat(x[0].clone() * 9.0, labels.clone()),
            false => heat(x[0].clone() * 9.0, labels.clone().inner()),
        },
        |x| (activation::log_softmax(x[0].clone() * 9.0, 1) * labels.clone()).sum_dim(1).neg(),
    );
}

#[test]
fn neighbours_outside_are_zero_and_gradients_return_to_their_cells() {
    let device = Device::flex();
    let x = Tensor::from_data(TensorData::from([[1.0_f32], [2.0], [3.0], [4.0]]), &device);
    let near: Vec<f32> = surroundings(x, 2).into_data().try_to_vec().unwrap();
    assert_eq!(near[..9], [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 3.0, 4.0]);
    let (n, grid, c) = (2, 5, 3);
    agree(
        &[[n * grid * grid, c]],
        |x| surroundings(x[0].clone(), grid),
        |x| {
            let [cells, c] = x[0].dims();
            let device = x[0].device();
            let padded = Tensor::cat(vec![x[0].clone(), Tensor::zeros([1, c], &device)], 0);
            padded.select(0, neighbours::rows(cells, grid, &device)).reshape([cells, NEAR * c])
        },
    );
    // Each column moved by itself; of its nine neighbours only the one in its own place counts.
    agree(
        &[[n * grid * grid, NEAR]],
        |x| products(x[0].clone(), grid),
        |x| {
            let own = |place| x[0].clone().narrow(1, place, 1);
            let near = |place| surroundings(own(place), grid).narrow(1, place, 1);
            (1..NEAR).fold(near(0), |sum, place| sum + near(place))
        },
    );
}

#[test]
fn threads_change_nothing() {
    let run = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let norm = LayerNormConfig::new(12).init(&Device::flex().autodiff());
            let x = draw([9, 40, 12], "x");
            let mixed = attend_packed(layer_norm(&norm, 1e-5, x.clone()), 2, None);
            let mixed = activate::<Gelu, 3>(mixed);
            let gradients = back(mixed);
            let found = [
                x.grad(&gradients).unwrap().reshape([9 * 40 * 12]),
                norm.gamma.val().grad(&gradients).unwrap(),
            ];
            found.map(|tensor| tensor.into_data().try_to_vec::<f32>().unwrap())
        })
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn linear_maps_are_those_of_the_library() {
    // More rows than a task of the bias's gradient has.
    let (x, weight, bias) = (draw([3, 200, 20], "x"), draw([20, 7], "weight"), draw([7], "bias"));
    for bias in [None, Some(bias)] {
        let ours = linear(x.clone(), weight.clone(), bias.clone());
        let theirs = module::linear(x.clone(), weight.clone(), bias.clone());
        assert!(far(ours.clone(), theirs.clone()) < 1e-5);
        let (a, b) = (back(ours), back(theirs));
        assert!(far(x.grad(&a).unwrap(), x.grad(&b).unwrap()) < 2e-5);
        assert!(far(weight.grad(&a).unwrap(), weight.grad(&b).unwrap()) < 5e-4);
        if let Some(bias) = &bias {
            assert!(far(bias.grad(&a).unwrap(), bias.grad(&b).unwrap()) < 5e-4);
        }
    }
    // A view that does not lie row by row, and no rows at all.
    let turned = draw([20, 9], "turned").transpose();
    let expected = module::linear(turned.clone(), weight.clone(), None);
    assert!(far(linear(turned, weight.clone(), None), expected) < 1e-5);
    let none = linear(draw([0, 20], "none"), weight, None);
    assert_eq!(none.dims(), [0, 7]);
}
