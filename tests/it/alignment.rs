//! The alignment losses and their gradients agree with PyTorch.

use std::path::Path;

use agents::alignment::losses;
use agents::alignment::losses::Case;
use agents::alignment::{Label, Labels, Level, Negatives, Settings};
use agents::nn::weights::File;
use burn::tensor::{Device, Shape, Tensor, TensorData};

/// Who is in the batch of `tests/fixtures/make_losses.py`: episode, instruction, task.
const SEEN: [[usize; 3]; 8] =
    [[0, 0, 0], [1, 0, 0], [2, 1, 0], [3, 2, 1], [4, 3, 1], [5, 3, 1], [6, 4, 2], [7, 5, 2]];
const DONE: [[usize; 3]; 8] =
    [[1, 0, 0], [0, 0, 0], [8, 1, 0], [9, 2, 1], [5, 3, 1], [4, 3, 1], [6, 4, 2], [10, 5, 2]];

#[test]
fn losses_and_gradients_agree_with_pytorch() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/losses_golden.safetensors");
    let golden = File::open(&path).unwrap();
    let device = Device::flex().autodiff();
    let features = |name: &str| {
        let values = TensorData::new(golden.read(name).unwrap(), Shape::from([8, 6]));
        Tensor::<2>::from_data(values, &device).require_grad()
    };
    let label = |[episode, instruction, task]: [usize; 3]| Label { episode, instruction, task };
    let labels = Labels {
        seen: SEEN.map(label).to_vec(),
        done: DONE.map(label).to_vec(),
        level: Level::Instruction,
    };
    for (name, loss, negatives) in [
        ("infonce.all", "infonce", Negatives::All),
        ("infonce.mask_same_label", "infonce", Negatives::MaskSameLabel),
        ("infonce.multi_positive", "infonce", Negatives::MultiPositive),
        ("supcon", "supcon", Negatives::All),
        ("siglip", "siglip", Negatives::All),
        ("hierarchical", "hierarchical", Negatives::All),
    ] {
        let loss = losses::find(loss).unwrap();
        let (seen, done) = (features("seen"), features("done"));
        let learned = loss.learned.map(|values| Tensor::from_data(values, &device));
        let value = (loss.value)(&Case {
            similarity: agents::nn::contrast::cosines(seen.clone(), done.clone()),
            labels: &labels,
            settings: &Settings { negatives, ..Settings::default() },
            learned,
        });
        let gradients = value.backward();
        let close = |found: Vec<f32>, part: &str| {
            let expected = golden.read(&format!("{name}.{part}")).unwrap();
            let pairs = found.iter().zip(&expected);
            let off = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(found.len() == expected.len() && off < 1e-5, "{name}.{part}: {off}");
        };
        let numbers = |tensor: Tensor<2>| tensor.into_data().try_to_vec().unwrap();
        close(value.into_data().try_to_vec().unwrap(), "loss");
        close(numbers(seen.grad(&gradients).unwrap()), "grad_seen");
        close(numbers(done.grad(&gradients).unwrap()), "grad_done");
    }
    assert_eq!(losses::ALL.len(), 4, "a new loss needs a golden");
}
