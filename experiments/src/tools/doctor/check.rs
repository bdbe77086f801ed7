//! One thing that a machine may lack.

use serde::Serialize;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// There and usable.
    Ok,
    /// Not there; the rest works without it.
    Missing,
    /// Required and unusable.
    Broken,
}

impl State {
    /// As people read it: what needs attention stands out.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::Broken => "BROKEN",
        }
    }
}

/// The outcome of looking at one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it ended.
    pub state: State,
    /// What was found.
    pub detail: String,
    /// What it is for.
    pub purpose: &'static str,
    /// What to do; only where it is not `ok`.
    pub remedy: Option<String>,
}

impl Check {
    /// Found and usable.
    pub fn ok(name: &'static str, purpose: &'static str, detail: String) -> Self {
        Self { name, state: State::Ok, detail, purpose, remedy: None }
    }

    /// Optional, and not found.
    pub fn missing(
        name: &'static str,
        purpose: &'static str,
        detail: String,
        remedy: impl Into<String>,
    ) -> Self {
        Self { name, state: State::Missing, detail, purpose, remedy: Some(remedy.into()) }
    }

    /// Required, and unusable.
    pub fn broken(
        name: &'static str,
        purpose: &'static str,
        detail: String,
        remedy: impl Into<String>,
    ) -> Self {
        Self { state: State::Broken, ..Self::missing(name, purpose, detail, remedy) }
    }

    /// What the state means for its purpose.
    pub fn verdict(&self) -> &'static str {
        match self.state {
            State::Ok => "works",
            State::Missing => "not here",
            State::Broken => "FIX",
        }
    }
}
