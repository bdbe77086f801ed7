//! From a file into a module, all or nothing.

use std::collections::{BTreeMap, BTreeSet};

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Shape, Tensor, TensorData};

use super::error::{Mismatch, WeightsError};
use super::file::File;
use super::import::Names;
use super::parameters::{ModulePath, NamedParameter, named_parameters};

/// Gives `module` the weights of `file`. In the file the module's names stand behind `prefix`, and
/// what does not start with it is somebody else's; an empty prefix claims the whole file.
///
/// # Errors
///
/// When a tensor is missing, surplus, misshapen or damaged.
pub fn load<M: Module>(
    module: M,
    file: &File,
    prefix: &str,
    names: Names,
) -> Result<M, WeightsError> {
    let mismatch = compare(&named_parameters(&module), file, prefix, names);
    if !mismatch.is_empty() {
        return Err(WeightsError::Mismatch { path: file.path().into(), mismatch });
    }
    let mut filling = Filling { path: ModulePath::default(), file, prefix, names, failed: None };
    let module = module.map(&mut filling);
    match filling.failed {
        None => Ok(module),
        Some(error) => Err(error),
    }
}

fn compare(parameters: &[NamedParameter], file: &File, prefix: &str, names: Names) -> Mismatch {
    let mut left: BTreeSet<&str> = file.shapes().map(|(name, _)| name).collect();
    left.retain(|name| name.strip_prefix(prefix).is_some_and(|rest| !names.ignores(rest)));
    let shapes: BTreeMap<&str, &[usize]> = file.shapes().collect();
    let mut mismatch = Mismatch::default();
    for parameter in parameters {
        let name = format!("{prefix}{}", names.stored(parameter));
        left.remove(name.as_str());
        match shapes.get(name.as_str()) {
            None => mismatch.missing.push(name),
            Some(found) if names.adapter(parameter, found).is_none() => {
                mismatch.misshapen.push((name, found.to_vec(), names.shape(parameter)));
            }
            Some(_) => {}
        }
    }
    mismatch.surplus = left.into_iter().map(str::to_owned).collect();
    mismatch
}

struct Filling<'a> {
    path: ModulePath,
    file: &'a File,
    prefix: &'a str,
    names: Names,
    failed: Option<WeightsError>,
}

impl ModuleMapper for Filling<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.failed.is_some() {
            return param;
        }
        let parameter = self.path.parameter(&param);
        let name = format!("{}{}", self.prefix, self.names.stored(&parameter));
        let read = self.file.read(&name);
        // Shapes were compared before the first tensor was read.
        let adapter =
            self.file.shape(&name).and_then(|shape| self.names.adapter(&parameter, shape));
        match (read, adapter) {
            (Err(error), _) => {
                self.failed = Some(error);
                param
            }
            (Ok(_), None) => param,
            (Ok(values), Some(adapter)) => {
                let values = adapter.apply(values);
                let data = TensorData::new(values, Shape::from(parameter.shape));
                let tensor = Tensor::from_data(data, &param.lazy_device());
                let id = param.id;
                param.transform_for_load(tensor, id)
            }
        }
    }
}
