//! What moves the weights.

use burn::module::{Module, ModuleVisitor, Param, ParamGroup, ParamId};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamWConfig, AdjustLrFn, LearningRate, ModuleOptimizer, MuonConfig, Optimizer};
use burn::tensor::{Device, Tensor};

use crate::run::config::{Config, Optimiser};
use crate::run::models::Models;

/// AdamW, decay on matrices only: not on biases, norms, tables of positions, classes or tokens, nor the
/// temperature (ViCLIP's recipe). With Muon, that moves the matrices of linear layers, and AdamW the rest.
pub(super) fn optimisers(config: &Config, models: &Models) -> [ModuleOptimizer; 3] {
    let train = &config.train;
    let adam = AdamWConfig::new()
        .with_beta_1(train.beta1 as f32)
        .with_beta_2(train.beta2 as f32)
        .with_epsilon(1e-8);
    let plain = adam.clone().with_weight_decay(0.0);
    let decayed = adam.with_weight_decay(train.weight_decay as f32).build();
    let muon = MuonConfig::new()
        .with_adjust_lr_fn(AdjustLrFn::MatchRmsAdamW)
        .with_weight_decay(Some(WeightDecayConfig::new(train.weight_decay as f32)))
        .build();
    let muon = Scaled { optimiser: muon, factor: train.muon_lr };
    let tower = |Matrices { linear, convolutions, .. }| {
        let both = [&linear[..], &convolutions[..]].concat();
        let tower = plain.init().with_group(ParamGroup::from_ids(both), decayed.clone(), None);
        match train.optimiser {
            Optimiser::Adamw => tower,
            Optimiser::Muon => tower.with_group(ParamGroup::from_ids(linear), muon.clone(), None),
        }
    };
    [tower(Matrices::of(&models.video)), tower(Matrices::of(&models.policy)), plain.init()]
}

/// The weights of linear layers and convolutions.
#[derive(Default)]
struct Matrices {
    containers: Vec<String>,
    /// Of two dimensions.
    linear: Vec<ParamId>,
    /// Of more.
    convolutions: Vec<ParamId>,
}

impl Matrices {
    fn of(module: &impl Module) -> Self {
        let mut walk = Self::default();
        module.visit(&mut walk);
        walk
    }
}

impl ModuleVisitor for Matrices {
    fn enter_module(&mut self, _name: &str, container_type: &str) {
        self.containers.push(container_type.into());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.containers.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let layer = |name: &String| name.ends_with(":Linear") || name.contains(":Conv");
        if D >= 2 && self.containers.last().is_some_and(layer) {
            let found = if D == 2 { &mut self.linear } else { &mut self.convolutions };
            found.push(param.id);
        }
    }
}

/// An optimiser whose learning rate is a multiple of the one it is given.
#[derive(Clone)]
struct Scaled<O> {
    optimiser: O,
    factor: f64,
}

impl<O: Optimizer> Optimizer for Scaled<O> {
    type State<const D: usize> = O::State<D>;

    fn step<const D: usize>(
        &self,
        lr: LearningRate,
        tensor: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        self.optimiser.step(self.factor * lr, tensor, gradient, state)
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        O::to_device(state, device)
    }
}
