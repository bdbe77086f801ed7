use std::fs;
use std::path::Path;

use agents::nn::weights::File;

use super::command::{export, within};
use crate::run::config::Config;
use crate::run::evaluate::Policy;
use crate::run::models::Models;
use crate::store::file;
use crate::store::run_folder::{INDEX, RunFolder, WEIGHTS};

/// A run that never learned anything, but has everything a run has.
fn run(folder: &Path) -> Models {
    let config = Config::default();
    let shape = config.shape().unwrap();
    let models = Models::new(&config, &shape, &agents::nn::device::cpu()).unwrap();
    let folder = RunFolder::new(folder);
    file::write(&folder.config(), config.to_json().unwrap().as_bytes()).unwrap();
    let weights = models.to_bytes().unwrap();
    folder.finish(config.hash().unwrap(), &[(WEIGHTS, &weights)]).unwrap();
    models
}

fn line(result: anyhow::Result<Policy>) -> String {
    format!("{:#}", result.err().unwrap())
}

#[test]
fn an_exported_run_is_half_as_large_and_loads_as_the_run() {
    let home = tempfile::tempdir().unwrap();
    let models = run(home.path());
    let out = home.path().join("out");
    let largest = 400 << 10;
    let report = within(home.path(), &out, largest).unwrap();
    assert!(report.files.len() > 5, "{report}");
    let whole = fs::metadata(home.path().join(WEIGHTS)).unwrap().len();
    let size: u64 = report.files.iter().map(|one| one.bytes).sum();
    assert!(size < whole * 53 / 100, "{size} of {whole}");
    assert!(report.files.iter().all(|one| one.bytes <= largest as u64), "{report}");

    let loaded = Policy::load(&out, &agents::nn::device::cpu()).unwrap().models;
    let values = |models: &Models| {
        let bytes = models.to_bytes().unwrap();
        let file = File::from_bytes(Path::new("x"), bytes).unwrap();
        let names: Vec<String> = file.shapes().map(|(name, _)| name.to_owned()).collect();
        names.iter().flat_map(|name| file.read(name).unwrap()).collect::<Vec<f32>>()
    };
    let (before, after) = (values(&models), values(&loaded));
    assert_eq!(before.len(), report.parameters);
    // f16 keeps eleven binary digits, and steps of 2^-24 below 2^-14.
    let near = |(a, b): (&f32, &f32)| (a - b).abs() <= a.abs() / 2048.0 + 2_f32.powi(-25);
    assert!(before.iter().zip(&after).all(near));
    // What f16 can say once it can say again.
    let again = home.path().join("again");
    export(&out, &again).unwrap();
    assert_eq!(values(&Policy::load(&again, &agents::nn::device::cpu()).unwrap().models), after);
}

#[test]
fn weights_in_many_files_are_found_and_damage_is_named() {
    let home = tempfile::tempdir().unwrap();
    run(home.path());
    let out = home.path().join("out");
    export(home.path(), &out).unwrap();
    let refused = export(home.path(), &out).unwrap_err().to_string();
    assert!(refused.ends_with("out: exists already"), "{refused}");

    let index = out.join(INDEX);
    let text = fs::read_to_string(&index).unwrap();
    fs::write(&index, text.replace("model-00001-of", "../model-00001-of")).unwrap();
    let wrong = line(Policy::load(&out, &agents::nn::device::cpu()));
    assert!(wrong.ends_with("index.json: damaged: not what manifest.json recorded"), "{wrong}");
    fs::write(&index, &text).unwrap();

    let shard = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
    let shard = shard.filter(|path| path.extension().is_some_and(|e| e == "safetensors")).min();
    let shard = shard.unwrap();
    let mut bytes = fs::read(&shard).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&shard, &bytes).unwrap();
    let damaged = line(Policy::load(&out, &agents::nn::device::cpu()));
    assert!(damaged.contains("model-00001-of-") && damaged.contains("damaged"), "{damaged}");
    fs::remove_file(&shard).unwrap();
    let missing = line(Policy::load(&out, &agents::nn::device::cpu()));
    assert!(missing.starts_with(&format!("cannot read {}", shard.display())), "{missing}");
}

#[test]
fn a_runs_own_weights_are_looked_at_before_they_are_used() {
    let home = tempfile::tempdir().unwrap();
    run(home.path());
    let load = || Policy::load(home.path(), &agents::nn::device::cpu());
    assert!(load().is_ok());
    let folder = RunFolder::new(home.path());
    let whole = fs::read(folder.weights()).unwrap();
    let mut bytes = whole.clone();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(folder.weights(), bytes).unwrap();
    let damaged = line(load());
    assert!(
        damaged.ends_with("safetensors: damaged: not what manifest.json recorded"),
        "{damaged}"
    );
    fs::write(folder.weights(), whole).unwrap();
    let text = fs::read_to_string(folder.config()).unwrap();
    fs::write(folder.config(), text.replace("\"seed\": 0", "\"seed\": 1")).unwrap();
    let other = line(load());
    assert!(other.contains("manifest.json: belongs to run "), "{other}");
}
