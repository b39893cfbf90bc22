//! What a person wants to be run, and where.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use stopover_plan::connection::Connection;
use stopover_plan::event::Mode;

/// A target and how it is reached for this session.
#[derive(Clone, Serialize, Deserialize)]
pub struct Bound {
    /// Target id of the plan.
    pub target: String,
    /// How to reach it.
    pub connection: Connection,
    /// Password; travels through a pipe only and is written nowhere.
    pub secret: Option<String>,
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bound")
            .field("target", &self.target)
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}

/// What a person wants to be run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Start {
    /// Plan file.
    pub plan_path: PathBuf,
    /// Its targets.
    pub bindings: Vec<Bound>,
    /// Mode.
    pub mode: Mode,
    /// True: the person saw the steps and trusts them.
    pub trust: bool,
    /// What was typed to confirm production: the plan's name or the database's.
    pub confirm: Option<String>,
    /// Why production runs without a rehearsal.
    pub reason: Option<String>,
    /// Steps to run; empty: all.
    pub only: Vec<String>,
    /// Gates approved beforehand, with who.
    pub approvals: Vec<(String, String)>,
    /// Items signed beforehand, with who.
    pub signatures: Vec<(String, String)>,
    /// Who runs it.
    pub by: String,
    /// True: on failure the `finally_for` steps run and the session ends. False: it waits for a choice.
    pub unattended: bool,
    /// An unfinished session whose marks lie in the target and whose journal is lost: its steps count as done.
    #[serde(default)]
    pub adopt: Option<String>,
}

impl Start {
    /// Returns a live, attended start of the whole plan by `by`, without bindings.
    pub fn new(plan_path: PathBuf, by: String) -> Self {
        Self {
            plan_path,
            bindings: Vec::new(),
            mode: Mode::Live,
            trust: false,
            confirm: None,
            reason: None,
            only: Vec::new(),
            approvals: Vec::new(),
            signatures: Vec::new(),
            by,
            unattended: false,
            adopt: None,
        }
    }
}
