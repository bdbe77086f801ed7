//! Parameters that are the same ones in every process.

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::tensor::Tensor;

use super::parameters::ModulePath;

/// The module with each parameter identified by its path behind `prefix`. The library draws identities
/// at random; an optimiser's saved state would not find its parameters again.
#[must_use]
pub fn identified<M: Module>(module: M, prefix: &str) -> M {
    module.map(&mut Naming { path: ModulePath::default(), prefix })
}

struct Naming<'a> {
    path: ModulePath,
    prefix: &'a str,
}

impl ModuleMapper for Naming<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn map_float<const D: usize>(&mut self, mut param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let path = format!("{}{}", self.prefix, self.path.parameter(&param).path);
        let digest = blake3::hash(path.as_bytes());
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest.as_bytes()[..8]);
        param.id = ParamId::from(u64::from_le_bytes(bytes));
        param
    }
}

#[cfg(test)]
mod tests {
    use burn::module::ModuleVisitor;
    use burn::tensor::Device;

    use super::*;
    use crate::nn::weights::Init;
    use crate::policy::PolicyModel;
    use crate::presets::TINY;

    #[derive(Default)]
    struct Ids(Vec<u64>);

    impl ModuleVisitor for Ids {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(param.id.val());
        }
    }

    #[test]
    fn every_parameter_has_an_identity_of_its_own_and_always_the_same() {
        let ids = |seed| {
            let policy = PolicyModel::new(&Init::new(seed, &Device::flex()), &TINY.policy);
            let mut ids = Ids::default();
            identified(policy, "policy.").visit(&mut ids);
            ids.0
        };
        let mut first = ids(1);
        assert_eq!(first, ids(2));
        let count = first.len();
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), count);
    }
}
