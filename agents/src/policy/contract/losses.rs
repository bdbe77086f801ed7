//! The losses of a training batch, by name.

use burn::tensor::Tensor;

/// The losses of a batch, in nats. All have weight 1 (RVT-2, ARP).
#[derive(Clone, Debug)]
pub struct Losses {
    /// What each is called, in the order of every tensor that holds them.
    pub names: &'static [&'static str],
    /// Every loss of every sample, `[b, losses]`.
    pub each: Tensor<2>,
    /// Entropies of the labels that are distributions, the least that these losses can be: `[b, k]` for
    /// the first `k` losses. The others can fall to 0.
    pub floor: Tensor<2>,
}

impl Losses {
    /// The training objective: the sum over losses, averaged over samples; one number `[1]`.
    #[must_use]
    pub fn total(&self) -> Tensor<1> {
        self.per_sample().mean()
    }

    /// The sum of each sample's losses, `[b]`.
    #[must_use]
    pub fn per_sample(&self) -> Tensor<1> {
        let b = self.each.dims()[0];
        self.each.clone().sum_dim(1).reshape([b])
    }

    /// Each loss averaged over samples, `[losses]`.
    #[must_use]
    pub fn means(&self) -> Tensor<1> {
        self.each.clone().mean_dim(0).reshape([self.names.len()])
    }

    /// The same with the labels' entropy taken off: the Kullback-Leibler divergence, 0 when the answer
    /// is the label. `[losses]`.
    #[must_use]
    pub fn divergences(&self) -> Tensor<1> {
        let [b, soft] = self.floor.dims();
        let rest = Tensor::zeros([b, self.names.len() - soft], &self.floor.device());
        let each = self.each.clone() - Tensor::cat(vec![self.floor.clone(), rest], 1);
        each.mean_dim(0).reshape([self.names.len()])
    }
}
