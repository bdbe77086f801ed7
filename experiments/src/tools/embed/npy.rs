//! Clips from NumPy's `.npy` files.

use std::fs;
use std::path::Path;

use agents::video::Clip;
use anyhow::{Context as _, bail, ensure};

const MAGIC: &[u8] = b"\x93NUMPY";

/// Reads a clip `[frames, height, width, 3]` of bytes or of f32 in [0, 1].
pub(super) fn read(path: &Path) -> anyhow::Result<Clip> {
    parse(&fs::read(path)?)
}

fn parse(bytes: &[u8]) -> anyhow::Result<Clip> {
    let damaged = "not a whole .npy file";
    let rest = bytes.strip_prefix(MAGIC).context("not a .npy file")?;
    let (&[major, _minor], rest) = rest.split_first_chunk().context(damaged)?;
    // Version 1 counts the header in two bytes, later ones in four.
    let (length, rest) = if major == 1 {
        let (length, rest) = rest.split_first_chunk().context(damaged)?;
        (usize::from(u16::from_le_bytes(*length)), rest)
    } else {
        let (length, rest) = rest.split_first_chunk().context(damaged)?;
        (u32::from_le_bytes(*length) as usize, rest)
    };
    let (header, body) = rest.split_at_checked(length).context(damaged)?;
    let header = std::str::from_utf8(header).context(damaged)?;
    let shape = shape(field(header, "shape").context(damaged)?).context(damaged)?;
    let rows = field(header, "fortran_order").context(damaged)?;
    ensure!(
        rows.starts_with("False"),
        "columns come first (fortran_order); save a C-ordered array"
    );
    let kind = field(header, "descr").context(damaged)?;
    let kind = kind.split(['\'', '"']).nth(1).unwrap_or(kind);
    Ok(match kind {
        "|u1" | "u1" => Clip::from_bytes(&shape, body)?,
        "<f4" => {
            let numbers = body.as_chunks::<4>();
            ensure!(numbers.1.is_empty(), damaged);
            Clip::new(&shape, numbers.0.iter().map(|&number| f32::from_le_bytes(number)).collect())?
        }
        other => bail!("elements are {other}; a clip has bytes (|u1) or f32 (<f4)"),
    })
}

/// What follows `'name':` in the header, which is a Python dictionary.
fn field<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let key = header.find(&format!("'{name}'"))? + name.len() + 2;
    Some(header.get(key..)?.trim_start().strip_prefix(':')?.trim_start())
}

fn shape(text: &str) -> Option<Vec<usize>> {
    let (inside, _) = text.strip_prefix('(')?.split_once(')')?;
    let axes = inside.split(',').map(str::trim).filter(|axis| !axis.is_empty());
    axes.map(|axis| axis.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: &str, shape: &str, body: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let length = (header.len() as u16).to_le_bytes();
        [MAGIC, &[1, 0], &length, header.as_bytes(), body].concat()
    }

    #[test]
    fn bytes_and_floats_give_the_same_clip() {
        let bytes = parse(&file("|u1", "(1, 1, 2, 3)", &[0, 51, 102, 153, 204, 255])).unwrap();
        let floats = [0.0_f32, 0.2, 0.4, 0.6, 0.8, 1.0].map(f32::to_le_bytes).concat();
        assert_eq!(parse(&file("<f4", "(1,1,2,3)", &floats)).unwrap(), bytes);
    }

    #[test]
    fn what_is_not_a_clip_is_refused_in_words() {
        let refuse = |bytes: &[u8]| format!("{:#}", parse(bytes).unwrap_err());
        let good = file("|u1", "(1, 1, 2, 3)", &[0; 6]);
        assert_eq!(refuse(b"PK"), "not a .npy file");
        for length in MAGIC.len()..good.len() {
            refuse(&good[..length]);
        }
        assert!(refuse(&file("<f8", "(1, 1, 2, 3)", &[0; 48])).contains("<f8"));
        assert!(refuse(&file("|u1", "(6,)", &[0; 6])).contains("[frames, height, width, 3]"));
        let huge = format!("({}, 9, 9, 3)", usize::MAX);
        assert!(refuse(&file("|u1", &huge, &[0; 6])).contains("[frames, height, width, 3]"));
        let nan = [f32::NAN; 3].map(f32::to_le_bytes).concat();
        assert!(refuse(&file("<f4", "(1, 1, 1, 3)", &nan)).contains("[0, 1]"));
    }
}
