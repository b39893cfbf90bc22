//! What the tests of the journal share: a folder with a journal, and events to put into it.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::path::PathBuf;

use stopover_journal::Journal;
use stopover_plan::Body;
use stopover_plan::event::{Direction, Mode, Outcome, StepHead, Stream};
use stopover_plan::model::Environment;
use tempfile::TempDir;

/// A journal's path in a folder of its own.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("home").join("journal.db");
        Self { folder, path }
    }

    pub(crate) fn open(&self) -> Journal {
        Journal::open(&self.path).expect("the journal opens")
    }

    /// Opens the file as any SQLite client would, to look at it or to change it.
    pub(crate) fn sql(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(&self.path).expect("the file opens")
    }
}

pub(crate) fn started(steps: &[&str]) -> Body {
    Body::SessionStarted {
        plan: "Audit fields".into(),
        plan_path: "/plans/audit.plan.toml".into(),
        plan_hash: "abc".into(),
        mode: Mode::Rehearsal,
        environment: Environment::Staging,
        bindings: Vec::new(),
        steps: steps.iter().map(|id| head(id)).collect(),
        only: Vec::new(),
        by: "ada".into(),
        host: "engine".into(),
        program: "0.1.0".into(),
        reason: None,
    }
}

pub(crate) fn head(id: &str) -> StepHead {
    StepHead {
        id: id.into(),
        title: id.into(),
        step_kind: "sql".into(),
        phase: None,
        after: Vec::new(),
        estimate_ms: None,
        finally_for: None,
        detail: String::new(),
        has_undo: true,
    }
}

pub(crate) fn runner(resumed: bool) -> Body {
    Body::RunnerStarted {
        pid: 7,
        host: "engine".into(),
        resumed,
    }
}

pub(crate) fn step_started(step: &str) -> Body {
    Body::StepStarted {
        step: step.into(),
        attempt: 1,
        direction: Direction::Forward,
    }
}

pub(crate) fn output(text: impl Into<String>) -> Body {
    Body::StepOutput {
        step: "a".into(),
        stream: Stream::Out,
        text: text.into(),
        dropped_bytes: 0,
    }
}

pub(crate) fn finished() -> Body {
    Body::SessionFinished {
        outcome: Outcome::Succeeded,
    }
}
