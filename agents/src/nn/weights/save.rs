//! From modules into a safetensors file, keyed by path.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;
use safetensors::tensor::View;
use safetensors::{Dtype, serialize};

use super::parameters::ModulePath;

/// One parameter with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// Its name in the file.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Their precision.
    pub(super) kind: Dtype,
    /// Its numbers, little-endian, row-major.
    pub(super) bytes: Vec<u8>,
}

/// The parameters of `module`, their paths behind `prefix`.
#[must_use]
pub fn collect(module: &impl Module, prefix: &str) -> Vec<Saved> {
    let mut walk = Collecting { path: ModulePath::default(), prefix, saved: Vec::new() };
    module.visit(&mut walk);
    walk.saved
}

/// Writes parameters, of one module or of several behind their prefixes. The same numbers give the
/// same bytes. The caller sees to it that the file appears whole.
///
/// # Errors
///
/// When two parameters have the same name, or `out` takes no more.
pub fn write(parameters: Vec<Saved>, out: &mut impl Write) -> io::Result<()> {
    write_with(parameters, None, out)
}

/// As [`write`], with a text under a key in the header, which [`File::text`](super::File::text) finds again.
/// One text only: the library writes several in any order.
///
/// # Errors
///
/// As [`write`].
pub fn write_with(
    parameters: Vec<Saved>,
    text: Option<(&str, &str)>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut names: Vec<&str> = parameters.iter().map(|saved| saved.name.as_str()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(io::Error::other(format!("two parameters are called {}", twice[0])));
    }
    let named = parameters.iter().map(|saved| (saved.name.as_str(), saved));
    let texts = text.map(|(key, text)| HashMap::from([(key.to_owned(), text.to_owned())]));
    let bytes = serialize(named, texts).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

impl View for &Saved {
    fn dtype(&self) -> Dtype {
        self.kind
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

struct Collecting<'a> {
    path: ModulePath,
    prefix: &'a str,
    saved: Vec<Saved>,
}

impl ModuleVisitor for Collecting<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let parameter = self.path.parameter(param);
        let data = param.val().detach().into_data().convert::<f32>();
        let bytes = data.iter::<f32>().flat_map(f32::to_le_bytes).collect();
        let name = format!("{}{}", self.prefix, parameter.path);
        self.saved.push(Saved { name, shape: parameter.shape, kind: Dtype::F32, bytes });
    }
}
