//! What published checkpoints call the parameters.

use super::parameters::NamedParameter;
use super::tables;

/// How the names and shapes in a file relate to a module's.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// Whether the file follows PyTorch: `weight` and `bias` of norms, `in_proj_weight` of packed
    /// attention, linear weights as `[out, in]`.
    torch: bool,
    /// Beginnings of names in the file that belong to something else.
    ignored: &'static [&'static str],
    /// Positional tables that may have another length, by their names.
    tables: &'static [(&'static str, Table)],
}

/// How a positional table becomes longer or shorter.
#[derive(Clone, Copy, Debug)]
enum Table {
    /// `[grid^2 + 1, width]`.
    Spatial,
    /// `[1, frames, width]`.
    Temporal,
}

/// Files of this program: names are paths.
pub const OWN: Names = Names { torch: false, ignored: &[], tables: &[] };

/// ViCLIP B/16 and L/14, for as many frames and patches as the model has.
pub const VICLIP: Names = Names {
    torch: true,
    ignored: &[],
    tables: &[
        ("vision_encoder.positional_embedding", Table::Spatial),
        ("vision_encoder.temporal_positional_embedding", Table::Temporal),
    ],
};

/// The text transformer of CLIP RN50 without its projection, from a file with all of CLIP.
pub const CLIP_TEXT: Names = Names {
    torch: true,
    ignored: &[
        "visual.",
        "text_projection",
        "logit_scale",
        "input_resolution",
        "context_length",
        "vocab_size",
    ],
    tables: &[],
};

/// Last fields of a path, ours and PyTorch's.
const ENDINGS: [(&str, &str); 4] = [
    (".in_proj.weight", ".in_proj_weight"),
    (".in_proj.bias", ".in_proj_bias"),
    (".gamma", ".weight"),
    (".beta", ".bias"),
];

impl Names {
    /// What the file calls a parameter.
    pub(super) fn stored(&self, parameter: &NamedParameter) -> String {
        let ending = |&&(ours, _): &&(&str, &str)| self.torch && parameter.path.ends_with(ours);
        match ENDINGS.iter().find(ending) {
            Some((ours, theirs)) => {
                format!("{}{theirs}", &parameter.path[..parameter.path.len() - ours.len()])
            }
            None => parameter.path.clone(),
        }
    }

    /// The shape that a parameter has in the file.
    pub(super) fn shape(&self, parameter: &NamedParameter) -> Vec<usize> {
        let mut shape = parameter.shape.clone();
        if self.transposed(parameter) {
            shape.reverse();
        }
        shape
    }

    /// Whether rows and columns are exchanged in the file.
    fn transposed(&self, parameter: &NamedParameter) -> bool {
        self.torch && parameter.linear
    }

    /// The numbers of `parameter` made from a tensor of shape `found`; `None` where that cannot be.
    pub(super) fn adapter(&self, parameter: &NamedParameter, found: &[usize]) -> Option<Adapter> {
        let expected = self.shape(parameter);
        // PyTorch keeps single numbers without an axis.
        if found == expected || (found.is_empty() && expected == [1]) {
            return Some(match self.transposed(parameter) {
                true => {
                    Adapter::Transpose { rows: parameter.shape[0], columns: parameter.shape[1] }
                }
                false => Adapter::Keep,
            });
        }
        let (_, table) = self.tables.iter().find(|(name, _)| *name == parameter.path)?;
        match (table, found, expected.as_slice()) {
            (Table::Temporal, &[1, from, width], &[1, to, same]) if width == same && from > 0 => {
                Some(Adapter::Temporal { from, to })
            }
            (Table::Spatial, &[rows, width], &[wanted, same]) if width == same => {
                let (from, to) = (side(rows)?, side(wanted)?);
                Some(Adapter::Spatial { from, to })
            }
            _ => None,
        }
    }

    pub(super) fn ignores(&self, name: &str) -> bool {
        self.ignored.iter().any(|start| name.starts_with(start))
    }
}

/// How the numbers of a file become those of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Adapter {
    Keep,
    /// To `[rows, columns]`.
    Transpose {
        rows: usize,
        columns: usize,
    },
    Temporal {
        from: usize,
        to: usize,
    },
    Spatial {
        from: usize,
        to: usize,
    },
}

impl Adapter {
    pub(super) fn apply(self, values: Vec<f32>) -> Vec<f32> {
        match self {
            Self::Keep => values,
            Self::Transpose { rows, columns } => transposed(&values, rows, columns),
            Self::Temporal { from, to } => tables::temporal(&values, from, to),
            Self::Spatial { from, to } => tables::spatial(&values, from, to),
        }
    }
}

/// Side of the grid of a table with `rows` rows, one of them for the class token.
fn side(rows: usize) -> Option<usize> {
    let side = rows.checked_sub(1)?.isqrt();
    (side > 0 && side * side + 1 == rows).then_some(side)
}

/// `[columns, rows] -> [rows, columns]`.
fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut turned = vec![0.0; values.len()];
    for (column, line) in values.chunks(rows).enumerate() {
        for (row, value) in line.iter().enumerate() {
            turned[row * columns + column] = *value;
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_published_names() {
        let parameter =
            |path: &str| NamedParameter { path: path.into(), shape: vec![2, 3], linear: false };
        let name = |path: String| VICLIP.stored(&parameter(&path));
        let block = "vision_encoder.transformer.resblocks.0";
        assert_eq!(
            name(format!("{block}.attn.in_proj.weight")),
            format!("{block}.attn.in_proj_weight")
        );
        assert_eq!(name(format!("{block}.ln_1.gamma")), format!("{block}.ln_1.weight"));
        assert_eq!(name(format!("{block}.mlp.c_fc.bias")), format!("{block}.mlp.c_fc.bias"));
        assert_eq!(OWN.stored(&parameter("a.gamma")), "a.gamma");
    }

    #[test]
    fn only_tables_may_have_another_length() {
        let parameter = |path: &str, shape: &[usize]| NamedParameter {
            path: path.into(),
            shape: shape.into(),
            linear: path.ends_with("weight"),
        };
        let time = parameter("vision_encoder.temporal_positional_embedding", &[1, 4, 6]);
        let adapter =
            |parameter: &NamedParameter, found: &[usize]| VICLIP.adapter(parameter, found);
        assert_eq!(adapter(&time, &[1, 8, 6]), Some(Adapter::Temporal { from: 8, to: 4 }));
        assert_eq!(adapter(&time, &[1, 8, 5]), None);
        let space = parameter("vision_encoder.positional_embedding", &[50, 6]);
        assert_eq!(adapter(&space, &[197, 6]), Some(Adapter::Spatial { from: 14, to: 7 }));
        assert_eq!(adapter(&space, &[196, 6]), None);
        assert_eq!(
            adapter(&parameter("text_encoder.positional_embedding", &[32, 6]), &[77, 6]),
            None
        );
        let linear = parameter("a.weight", &[2, 3]);
        assert_eq!(adapter(&linear, &[3, 2]), Some(Adapter::Transpose { rows: 2, columns: 3 }));
        assert_eq!(adapter(&linear, &[2, 3]), None);
        assert_eq!(
            transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3),
            [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]
        );
    }
}
