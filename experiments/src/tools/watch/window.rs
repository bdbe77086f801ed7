//! From arguments to a session, and from a refusal to one line.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use sim::episode::log::Log;
use sim::episode::rollout::Agent;
use sim::episode::sample::SceneError;
use sim::task::{Rules, Task};
use sim::tasks;
use sim::viewer::app;
use sim::viewer::app::{Options, Script};
use sim::viewer::playback::{Actor, Entry, Playlist, Session, Source};

use super::arguments::WatchArguments;
use super::export::Files;
use super::list;
use super::policy::Policy;
use crate::cli::usage::UsageError;
use crate::data::cameras::VIEWS;
use crate::store::dataset;
use crate::tools::doctor::display;

/// What to do where there is no window.
const INSTEAD: &str = "`mirror video` films episodes without one";

/// Opens the window, and returns when it is closed.
///
/// # Errors
/// One line that says why there is none, and what to do instead.
pub fn run(arguments: &WatchArguments) -> anyhow::Result<()> {
    // First what is cheap and the user's own: a wrong flag is worth knowing of even without a display.
    let script = arguments.script.as_deref().map(script).transpose()?;
    let files = Files::new(arguments.out.as_deref())?;
    let (playlist, rules) = playlist(arguments)?;
    if let Some(reason) = display::refusal() {
        anyhow::bail!("no display ({reason}): {INSTEAD}");
    }
    let (actor, rules, news) = match &arguments.run {
        Some(folder) => {
            let policy = Policy::open(folder)?;
            let rules = policy.rules();
            let actor: Arc<dyn Actor> = match arguments.agent {
                Some(agent) => Arc::new(agent),
                None => Arc::new(policy),
            };
            let alone = arguments.failures.is_none() && arguments.agent.is_none();
            (actor, rules, alone.then(|| list::follow(folder)))
        }
        None => {
            let actor: Arc<dyn Actor> = Arc::new(arguments.agent.unwrap_or(Agent::Expert));
            (actor, rules, None)
        }
    };
    let source = Source { actor, rules, grasp: arguments.grasp.grasp, read };
    let session = Session::new(source, playlist);
    let views = VIEWS.map(str::to_owned).to_vec();
    let options = Options { views, export: Box::new(files), script, news };
    // Bevy and the window system panic where they cannot go on; to the user that is an error like others.
    match catch_unwind(AssertUnwindSafe(|| app::run(session, options))) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(refusal)) => Err(anyhow::Error::new(refusal).context(INSTEAD_OF_WINDOW)),
        Err(_) => anyhow::bail!("the window system gave up: {INSTEAD}"),
    }
}

const INSTEAD_OF_WINDOW: &str = "no window (`mirror video` films episodes without one)";

fn script(path: &Path) -> anyhow::Result<Script> {
    let named = || format!("--script {}", path.display());
    let text = std::fs::read_to_string(path).with_context(named)?;
    text.parse().map_err(anyhow::Error::msg).with_context(named)
}

fn read(path: &Path) -> Result<Log, String> {
    dataset::load_log(path).map_err(|error| format!("{error:#}"))
}

/// What there is to watch, and the rules of its scenes.
fn playlist(arguments: &WatchArguments) -> anyhow::Result<(Playlist, Rules)> {
    let rules = arguments.rules.rules;
    let list = match (&arguments.episode, &arguments.failures) {
        (Some(path), _) => Some((path, list::recordings(path)?, "no episode in it")),
        (None, Some(path)) => Some((path, list::failures(path)?, "no failure in it")),
        (None, None) => None,
    };
    if let Some((path, entries, empty)) = list {
        let playlist = Playlist::list(entries);
        let playlist = playlist.with_context(|| format!("{}: {empty}", path.display()))?;
        return Ok((playlist, rules));
    }
    let task = match (arguments.task, &arguments.run) {
        (Some(task), _) => task,
        (None, Some(folder)) => first_task(folder)?,
        (None, None) => &tasks::ALL[0],
    };
    let WatchArguments { variation, seed, .. } = arguments;
    if *variation >= task.variations {
        let (task, variation, count) = (task.name, *variation, task.variations);
        let error = SceneError::NoVariation { task, variation, count };
        return Err(UsageError(format!("--variation: {error}")).into());
    }
    Ok((Playlist::scenes(Entry::live(task.name, *variation, seed.seed)), rules))
}

/// A task that the run has learned.
fn first_task(folder: &Path) -> anyhow::Result<&'static Task> {
    let config = crate::run::config::Config::load(
        &crate::store::run_folder::RunFolder::new(folder).config(),
    )?;
    let known = config.tasks();
    let task = known.first().and_then(|name| tasks::find(name));
    task.with_context(|| format!("{}: the run knows no task", folder.display()))
}
