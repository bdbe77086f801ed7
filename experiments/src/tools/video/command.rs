//! `mirror video`: films of scripted episodes, as contact sheet or animation.

use anyhow::Context as _;

use super::arguments::FilmArguments;
use super::film::{film_all, job, record, scene};
use super::format::FORMATS;
use super::report::{FilmReport, FilmedEpisode};
use crate::cli::output::Output;
use crate::store::file;

/// Films, writes the file, and prints what it shows.
pub fn run(arguments: &FilmArguments, output: &Output) -> anyhow::Result<()> {
    let kind = file::extension("--out", &arguments.out, &FORMATS.map(|format| format.extension))?;
    arguments.refuse(kind)?;
    file::check_writable("--out", &arguments.out)?;
    let renderer = arguments.renderer.renderer.open()?;
    let (recordings, pictures) = match arguments.task {
        _ if arguments.all => film_all(arguments, &renderer)?,
        Some(task) => {
            let job = job(arguments, task);
            scene(arguments, task)?;
            let actions = arguments.actions(&[job])?;
            let actions = actions.as_ref().map(|actions| actions[0].as_slice());
            let mut recording = record(arguments, task, actions, &renderer)?;
            let format = FORMATS.into_iter().find(|format| format.extension == kind);
            let format = format.context("--out: no such format")?;
            let pictures = (format.write)(arguments, &mut recording)?;
            (vec![recording], pictures)
        }
        None => (Vec::new(), 0),
    };
    let bytes = arguments.out.metadata().map_or(0, |file| file.len());
    let episodes = recordings
        .iter()
        .map(|recording| FilmedEpisode::of(recording, arguments.agent.name()))
        .collect();
    output.print(&FilmReport { file: arguments.out.clone(), bytes, pictures, episodes })
}
