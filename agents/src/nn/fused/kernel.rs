//! Functions of tensors in host memory that know their own gradient, as operations of the library.

use core::fmt::Debug;
use core::marker::PhantomData;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, AutodiffBackend as _, DispatchDevice, Flex, GradientCheckpointingStrategy,
};
use burn::tensor::{Tensor, TensorData};

type Learning = Autodiff<Flex>;

/// A function of `N` tensors of 32-bit floats.
pub(super) trait Kernel<const N: usize>: Clone + Debug + Send + 'static {
    /// What the gradient needs.
    type Kept: Clone + Debug + Send + 'static;

    /// The value.
    fn forward(&self, inputs: [FlexTensor; N]) -> (FlexTensor, Self::Kept);

    /// Gradients of the inputs, each of its input's shape, from the gradient of the value. An input
    /// that is never trained may have none.
    fn backward(&self, kept: Self::Kept, gradient: FlexTensor) -> [Option<FlexTensor>; N];
}

/// A tensor on the processor, on the tape or not.
pub(super) enum Input {
    Plain(FlexTensor),
    Learning(FloatTensor<Learning>),
}

/// The tensor where kernels can reach it; none where it lives on another backend, or where activations
/// are recomputed instead of kept.
pub(super) fn reach<const D: usize>(x: &Tensor<D>) -> Option<Input> {
    let device = x.device();
    let recomputes =
        device.gradient_checkpointing_strategy() == Some(GradientCheckpointingStrategy::Balanced);
    if recomputes || !matches!(device.clone().inner().as_dispatch(), DispatchDevice::Flex(_)) {
        return None;
    }
    let x = x.clone();
    Some(match device.is_autodiff() {
        true => Input::Learning(x.try_into_primitive::<Learning>().expect("its device says so")),
        false => Input::Plain(x.try_into_primitive::<Flex>().expect("its device says so")),
    })
}

/// The function's value, on the tape where an input is.
pub(super) fn run<K: Kernel<N>, const N: usize, const D: usize>(
    kernel: K,
    inputs: [Input; N],
) -> Tensor<D> {
    if inputs.iter().all(|input| matches!(input, Input::Plain(_))) {
        let inputs = inputs.map(|input| match input {
            Input::Plain(x) => x,
            Input::Learning(x) => x.into_primitive(),
        });
        return Tensor::from_primitive::<Flex>(kernel.forward(inputs).0);
    }
    let inputs = inputs.map(|input| match input {
        Input::Plain(x) => Learning::from_inner(x),
        Input::Learning(x) => x,
    });
    let nodes = inputs.each_ref().map(FloatTensor::<Learning>::node);
    let inputs = inputs.map(FloatTensor::<Learning>::into_primitive);
    let step = Step::<K>(PhantomData).prepare::<NoCheckpointing>(nodes).compute_bound();
    let (value, kept) = kernel.forward(inputs);
    Tensor::from_primitive::<Learning>(match step.stateful() {
        OpsKind::Tracked(step) => step.finish((kernel, kept), value),
        OpsKind::UnTracked(step) => step.finish(value),
    })
}

#[derive(Debug)]
struct Step<K>(PhantomData<K>);

impl<K: Kernel<N>, const N: usize> Backward<Flex, N> for Step<K> {
    type State = (K, K::Kept);

    fn backward(self, ops: Ops<Self::State, N>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let gradient = gradients.consume::<Flex>(&ops.node);
        let (kernel, kept) = ops.state;
        let found = kernel.backward(kept, gradient);
        for (parent, gradient) in ops.parents.into_iter().zip(found) {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                gradients.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

/// A tensor of these numbers.
pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// A tensor of these numbers with the shape of another.
pub(super) fn like(values: Vec<f32>, other: &FlexTensor) -> FlexTensor {
    let layout = Layout::contiguous(other.layout().shape().clone());
    let count = values.len();
    tensor(values, [count]).with_layout(layout)
}

/// The numbers of a contiguous tensor, the last axis running fastest.
pub(super) fn values(x: &FlexTensor) -> &[f32] {
    x.as_slice().expect("contiguous 32-bit floats")
}
