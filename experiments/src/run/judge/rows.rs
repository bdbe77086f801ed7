//! One row for each keyframe, as CSV or JSON.

use std::path::Path;

use serde::Serialize;
use sim::tasks;

use crate::run::train::Pairs;
use crate::run::train::judge::JudgedKeyframe;
use crate::store::row_file;
use crate::store::row_file::FileRow;

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

/// Writes the rows, in the order of the dataset.
pub(super) fn write(path: &Path, judged: &[JudgedKeyframe], pairs: &Pairs) -> anyhow::Result<()> {
    let rows: Vec<KeyframeRow<'_>> = judged.iter().map(|one| row(one, pairs)).collect();
    row_file::write(path, &rows)
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

impl FileRow for KeyframeRow<'_> {
    const HEADER: &'static str =
        "task,episode,variation,keyframe,coarse,dx,dy,dz,turned,x,y,z,gripper,collision";

    /// Nothing here holds a comma or a quotation mark: names of episodes are made of letters, digits and
    /// hyphens.
    fn line(&self) -> String {
        let metres = |value: f32| format!("{value:.4}");
        let degrees = |value: f32| format!("{value:.2}");
        let bit = |value: bool| u8::from(value).to_string();
        [
            self.task.to_owned(),
            self.episode.to_owned(),
            self.variation.to_string(),
            self.keyframe.to_string(),
            self.coarse.map_or_else(String::new, metres),
            metres(self.dx),
            metres(self.dy),
            metres(self.dz),
            degrees(self.turned),
            degrees(self.x),
            degrees(self.y),
            degrees(self.z),
            bit(self.gripper),
            bit(self.collision),
        ]
        .join(",")
    }
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
        let line = row.line();
        assert_eq!(line.split(',').count(), KeyframeRow::HEADER.split(',').count());
        let expected =
            "turn_tap,turn_tap-val-00002,1,0,,0.5000,-0.2500,0.0000,3.00,1.00,0.00,2.50,1,0";
        assert_eq!(line, expected);
    }
}
