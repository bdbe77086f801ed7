//! The parameters of a module with their paths.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

/// One parameter of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedParameter {
    /// Field names from the root, joined by dots.
    pub path: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Whether it is the weight of a linear layer, which PyTorch keeps as `[out, in]`.
    pub linear: bool,
}

/// The floating-point parameters of `module` in the order of its fields. None is drawn for it.
#[must_use]
pub fn named_parameters(module: &impl Module) -> Vec<NamedParameter> {
    let mut walk = Listing::default();
    module.visit(&mut walk);
    walk.parameters
}

/// How many numbers `module` learns.
#[must_use]
pub fn parameters(module: &impl Module) -> usize {
    named_parameters(module).iter().map(|parameter| parameter.shape.iter().product::<usize>()).sum()
}

/// Where a walk through a module is.
#[derive(Clone, Debug, Default)]
pub(super) struct ModulePath {
    fields: Vec<String>,
    types: Vec<String>,
}

impl ModulePath {
    pub(super) fn enter(&mut self, field: &str, container: &str) {
        if !of_enum(container) {
            self.fields.push(field.into());
        }
        self.types.push(container.into());
    }

    pub(super) fn exit(&mut self) {
        if self.types.pop().is_some_and(|container| !of_enum(&container)) {
            self.fields.pop();
        }
    }

    pub(super) fn parameter<const D: usize>(&self, param: &Param<Tensor<D>>) -> NamedParameter {
        // The last container is the one that holds the parameter.
        let inside = self.types.last().is_some_and(|container| container == "Struct:Linear");
        let weight = self.fields.last().is_some_and(|field| field == "weight");
        let shape = param.lazy_shape().to_vec();
        NamedParameter { path: self.fields.join("."), shape, linear: inside && weight }
    }
}

/// Whether a walk enters a variant and no field: which one a model is of is no part of a path, so that a
/// model is called the same inside an enum and on its own.
fn of_enum(container: &str) -> bool {
    container.starts_with("Enum:")
}

#[derive(Default)]
struct Listing {
    path: ModulePath,
    parameters: Vec<NamedParameter>,
}

impl ModuleVisitor for Listing {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.parameters.push(self.path.parameter(param));
    }
}
