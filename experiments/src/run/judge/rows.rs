//! One row for each keyframe, as CSV or JSON.

use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use sim::tasks;

use crate::run::train::Pairs;
use crate::run::train::judge::JudgedKeyframe;
use crate::store::file::{extension, write_with};

/// What the file may be.
pub(super) const EXTENSIONS: [&str; 2] = ["csv", "json"];

/// How far a decision lay from the expert's.
#[derive(Serialize)]
struct KeyframeRow<'a> {
    task: &'static str,
    /// The episode's name in the dataset.
    episode: &'a str,
    variation: u64,
    keyframe: usize,
    /// Distance of the coarse stage's point, m.
    coarse: Option<f32>,
    /// From the expert's position to the decided one, world, m.
    dx: f32,
    dy: f32,
    dz: f32,
    /// Angle between the rotations, degrees.
    turned: f32,
    /// Between the angles about the fixed axes, degrees.
    x: f32,
    y: f32,
    z: f32,
    gripper: bool,
    collision: bool,
}

const HEADER: &str =
    "task,episode,variation,keyframe,coarse,dx,dy,dz,turned,x,y,z,gripper,collision";

/// Writes the rows, in the order of the dataset.
pub(super) fn write(path: &Path, judged: &[JudgedKeyframe], pairs: &Pairs) -> anyhow::Result<()> {
    let rows: Vec<KeyframeRow<'_>> = judged.iter().map(|one| row(one, pairs)).collect();
    let json = extension("--out", path, &EXTENSIONS)? == "json";
    write_with(path, |file| {
        if json {
            serde_json::to_writer_pretty(&mut *file, &rows)?;
            return Ok(writeln!(file)?);
        }
        writeln!(file, "{HEADER}")?;
        rows.iter().try_for_each(|row| Ok(writeln!(file, "{}", line(row))?))
    })
}

fn row<'a>(judged: &JudgedKeyframe, pairs: &'a Pairs) -> KeyframeRow<'a> {
    let demonstration = &pairs.loader.rows()[judged.episode];
    let [dx, dy, dz] = judged.offset;
    let [x, y, z] = judged.angles.map(f32::to_degrees);
    KeyframeRow {
        task: tasks::ALL[judged.task].name,
        episode: &demonstration.id,
        variation: demonstration.variation,
        keyframe: judged.keyframe,
        coarse: judged.coarse,
        dx,
        dy,
        dz,
        turned: judged.turned.to_degrees(),
        x,
        y,
        z,
        gripper: judged.gripper,
        collision: judged.collision,
    }
}

/// Nothing here holds a comma or a quotation mark: names of episodes are made of letters, digits and
/// hyphens.
fn line(row: &KeyframeRow<'_>) -> String {
    let metres = |value: f32| format!("{value:.4}");
    let degrees = |value: f32| format!("{value:.2}");
    let bit = |value: bool| u8::from(value).to_string();
    [
        row.task.to_owned(),
        row.episode.to_owned(),
        row.variation.to_string(),
        row.keyframe.to_string(),
        row.coarse.map_or_else(String::new, metres),
        metres(row.dx),
        metres(row.dy),
        metres(row.dz),
        degrees(row.turned),
        degrees(row.x),
        degrees(row.y),
        degrees(row.z),
        bit(row.gripper),
        bit(row.collision),
    ]
    .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_as_many_fields_as_the_header() {
        let row = KeyframeRow {
            task: "turn_tap",
            episode: "turn_tap-val-00002",
            variation: 1,
            keyframe: 0,
            coarse: None,
            dx: 0.5,
            dy: -0.25,
            dz: 0.0,
            turned: 3.0,
            x: 1.0,
            y: 0.0,
            z: 2.5,
            gripper: true,
            collision: false,
        };
        let line = line(&row);
        assert_eq!(line.split(',').count(), HEADER.split(',').count());
        let expected =
            "turn_tap,turn_tap-val-00002,1,0,,0.5000,-0.2500,0.0000,3.00,1.00,0.00,2.50,1,0";
        assert_eq!(line, expected);
    }
}
