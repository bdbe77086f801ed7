//! Tables as files.

use std::path::Path;

use anyhow::Context as _;

use super::{Row, codec};
use crate::store::file;

/// Writes a table as Parquet, sorted; the file appears whole or not at all and replaces an older one.
/// Folders that are missing are created.
pub fn write<R: Row>(path: &Path, rows: &[R]) -> anyhow::Result<()> {
    path.parent().map_or(Ok(()), file::create_folder)?;
    file::write(path, &codec::parquet(rows)?)
}

/// Reads a table. Whatever is wrong with the file is one line with its path.
pub fn read<R: Row>(path: &Path) -> anyhow::Result<Vec<R>> {
    parse(path, &file::read(path)?)
}

/// The table in the bytes of a file that was read already.
pub fn parse<R: Row>(path: &Path, bytes: &[u8]) -> anyhow::Result<Vec<R>> {
    codec::rows(bytes).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::super::{ALL, Cell, Episode, Kind, Probe, table};
    use super::*;

    fn episode(i: i64) -> Episode {
        Episode {
            run: "0123456789abcdef".into(),
            arm: "instruction 0.1".into(),
            pairing: "instruction".into(),
            tau: 0.1,
            seed: i % 3,
            task: format!("task {}", i % 5),
            variation: i % 7,
            scene_seed: i,
            success: i % 2 == 0,
            reason: if i % 2 == 0 { "success" } else { "no_path" }.into(),
            actions: i,
            film: (i % 3 == 0).then(|| format!("videos/{i}.mp4")),
        }
    }

    #[test]
    fn rows_come_back_sorted_and_their_order_does_not_change_the_bytes() {
        let rows: Vec<Episode> = (0..50).map(episode).collect();
        let turned: Vec<Episode> = rows.iter().rev().cloned().collect();
        let bytes = codec::parquet(&rows).unwrap();
        assert_eq!(bytes, codec::parquet(&turned).unwrap());
        let back: Vec<Episode> = parse(Path::new("x"), &bytes).unwrap();
        assert!(back.is_sorted_by_key(|row| (row.seed, row.task.clone(), row.variation)));
        assert!(back.len() == 50 && rows.iter().all(|row| back.contains(row)));
    }

    #[test]
    fn gaps_stay_gaps_and_no_rows_are_a_table_too() {
        let mut cell = Cell {
            cell: "a".into(),
            run: String::new(),
            arm: "baseline".into(),
            pairing: "none".into(),
            tau: 0.1,
            seed: 0,
            status: "failed".into(),
            success: None,
            success_low: None,
            success_high: None,
            a_inst: Some(0.25),
            a_inst_low: None,
            a_inst_high: None,
            a_within: None,
            a_task: None,
            hit_rate: None,
            episodes: 0,
        };
        let bytes = codec::parquet(std::slice::from_ref(&cell)).unwrap();
        assert_eq!(parse::<Cell>(Path::new("x"), &bytes).unwrap(), [cell.clone()]);
        cell.a_inst = None;
        let bytes = codec::parquet(&[cell.clone()]).unwrap();
        assert_eq!(parse::<Cell>(Path::new("x"), &bytes).unwrap(), [cell]);
        let bytes = codec::parquet::<Probe>(&[]).unwrap();
        assert_eq!(parse::<Probe>(Path::new("x"), &bytes).unwrap(), []);
    }

    #[test]
    fn csv_has_the_columns_and_full_digits() {
        let text = String::from_utf8(codec::csv(&[episode(2)]).unwrap()).unwrap();
        let expected =
            "run,arm,pairing,tau,seed,task,variation,scene_seed,success,reason,actions,film
0123456789abcdef,instruction 0.1,instruction,0.1,2,task 2,2,2,true,success,2,
";
        assert_eq!(text, expected);
    }

    table! {
        /// A count.
        struct Count in "count" {
            /// Its unit.
            unit: String,
            /// The count.
            value: i64,
        }
    }

    table! {
        /// A number.
        struct Number in "number" {
            /// Its unit.
            unit: String,
            /// The number.
            value: f64,
        }
    }

    table! {
        /// A number that may be missing.
        struct Maybe in "maybe" {
            /// Its unit.
            unit: String,
            /// The number.
            value: Option<f64>,
        }
    }

    table! {
        /// A word that may be missing.
        struct Word in "word" {
            /// Its unit.
            unit: String,
            /// The word.
            word: Option<String>,
        }
    }

    #[test]
    fn a_remark_that_an_older_table_lacks_is_a_gap() {
        let unit = codec::parquet(&[Unit { unit: "m".into() }]).unwrap();
        let found = parse::<Word>(Path::new("x"), &unit).unwrap();
        assert_eq!(found, [Word { unit: "m".into(), word: None }]);
        let rows = [None, Some("far")]
            .map(|word| Word { unit: "m".into(), word: word.map(str::to_owned) });
        assert_eq!(parse::<Word>(Path::new("x"), &codec::parquet(&rows).unwrap()).unwrap(), rows);
    }

    table! {
        /// No number at all.
        struct Unit in "unit" {
            /// The unit.
            unit: String,
        }
    }

    const DAMAGED: &str = "not a table that this program wrote, or damaged since";

    fn refusal<R: Row>(bytes: &[u8]) -> String {
        format!("{:#}", parse::<R>(Path::new("some/table.parquet"), bytes).err().unwrap())
    }

    #[test]
    fn another_schema_is_refused_with_the_column() {
        let number = codec::parquet(&[Number { unit: "m".into(), value: f64::NAN }]).unwrap();
        let gap = codec::parquet(&[Maybe { unit: "m".into(), value: None }]).unwrap();
        let unit = codec::parquet(&[Unit { unit: "m".into() }]).unwrap();
        let lines = [
            refusal::<Count>(&number),
            refusal::<Number>(&gap),
            refusal::<Number>(&unit),
            refusal::<Unit>(&number),
            refusal::<Unit>(b""),
            refusal::<Unit>(b"PAR1 and so on PAR1"),
            refusal::<Unit>(&unit[..unit.len() / 2]),
        ];
        let expected = [
            "column `value` holds f64, not i64",
            "column `value` has gaps",
            "no column `value`",
            "column `value` does not belong to the table `unit`",
            DAMAGED,
            DAMAGED,
            DAMAGED,
        ];
        assert_eq!(lines, expected.map(|line| format!("some/table.parquet: {line}")));
    }

    #[test]
    fn a_file_is_replaced_whole_and_a_missing_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("episodes.parquet");
        write(&path, &[episode(1)]).unwrap();
        write(&path, &[episode(1), episode(2)]).unwrap();
        assert_eq!(read::<Episode>(&path).unwrap().len(), 2);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let error = read::<Episode>(&folder.path().join("none.parquet")).unwrap_err();
        assert!(format!("{error:#}").contains("none.parquet: "), "{error:#}");
    }

    #[test]
    fn every_table_begins_alike_and_no_two_share_a_name() {
        for (index, (name, columns)) in ALL.iter().enumerate() {
            assert!(ALL[..index].iter().all(|(other, _)| other != name));
            let start: Vec<&str> = columns.iter().map(|column| column.name).collect();
            let start = start.strip_prefix(&["cell"]).unwrap_or(&start);
            assert_eq!(start[..5], ["run", "arm", "pairing", "tau", "seed"], "{name}");
            assert!(columns.iter().any(|column| column.kind == Kind::Real));
        }
    }

    proptest! {
        /// Without the seal, 30,000 of these were enough for one that made the Parquet reader end the program.
        #[test]
        fn damaged_bytes_are_an_error_or_rows(
            hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
            cut in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let rows: Vec<Episode> = (0..40).map(episode).collect();
            let whole = codec::parquet(&rows).unwrap();
            let mut bytes = whole.clone();
            for (place, byte) in hits {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            let result = parse::<Episode>(Path::new("some/table.parquet"), &bytes);
            match result {
                Ok(_) => prop_assert!(bytes == whole),
                Err(error) => {
                    let line = format!("{error:#}");
                    prop_assert_eq!(line, format!("some/table.parquet: {DAMAGED}"));
                }
            }
        }
    }
}
