//! The plan as data: what [`crate::parse`] reads out of a plan file. Field names are the file's keys.
//!
//! A value that refers to another element does so by its id. Order is the order of the file.

use std::time::Duration;

use serde::{Deserialize, Serialize};

mod check;
mod checklist;
mod command;
mod kinds;

pub use check::{Check, Expect, Severity, Test};
pub use checklist::{Checklist, Due, Item};
pub use command::Command;
pub use kinds::{Backup, BackupFormat, Flag, Gate, Kind, Manual, Restore, Sql, Undo, Wait};

/// Database engines a target can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// PostgreSQL.
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
    /// SQLite 3.
    Sqlite,
}

impl Engine {
    /// Returns the word used in files and on screens.
    pub fn word(self) -> &'static str {
        match self {
            Engine::Postgresql => "postgresql",
            Engine::Mysql => "mysql",
            Engine::Sqlite => "sqlite",
        }
    }
}

/// Environments of a connection, from harmless to harmful.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's own database.
    #[default]
    Development,
    /// A shared copy that may be lost.
    Staging,
    /// What customers use.
    Production,
}

impl Environment {
    /// Returns the word used in files and on screens.
    pub fn word(self) -> &'static str {
        match self {
            Environment::Development => "development",
            Environment::Staging => "staging",
            Environment::Production => "production",
        }
    }
}

/// A whole plan. Every field may be empty: a broken file yields what could be read beside its problems.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Plan {
    /// Human name of the plan.
    pub name: String,
    /// Prose; plain text.
    pub summary: String,
    /// IANA time zone in which local times of this plan are meant; `UTC` when absent.
    pub timezone: Option<String>,
    /// Planned start, as written: an offset date-time, or a local one in `timezone`.
    pub start: Option<String>,
    /// Databases the plan acts on, by id.
    pub targets: Vec<Target>,
    /// Folders of application code.
    pub projects: Vec<Project>,
    /// Groups of steps in order.
    pub phases: Vec<Phase>,
    /// Maintenance windows.
    pub windows: Vec<Window>,
    /// Steps in file order.
    pub steps: Vec<Step>,
    /// Checklists.
    pub checklists: Vec<Checklist>,
    /// Risks.
    pub risks: Vec<Risk>,
    /// Success criteria.
    pub criteria: Vec<Criterion>,
    /// Troubleshooting cards.
    pub cards: Vec<Card>,
}

/// A database the plan acts on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// Slug, unique among targets.
    pub id: String,
    /// Engine it must have.
    pub engine: Engine,
    /// Prose.
    pub summary: String,
    /// Name the connected database must have; a different one is refused.
    pub database: Option<String>,
    /// Name of the saved connection proposed at the start sheet.
    pub connection: Option<String>,
}

/// A folder of application code with framework migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Project {
    /// Slug, unique among projects.
    pub id: String,
    /// Target its migrations act on.
    pub target: Option<String>,
    /// Folder, relative to the plan file.
    pub path: String,
    /// Framework, e.g. `django`.
    pub framework: Option<String>,
    /// Interpreter to run it with, relative to `path`.
    pub python: Option<String>,
}

/// An ordered group of steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Phase {
    /// Slug, unique among phases.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Prose.
    pub summary: String,
    /// Planned start as written.
    pub start: Option<String>,
    /// Planned duration.
    pub duration: Option<Duration>,
    /// Phases that must end first; `None` means: no constraint besides its steps'.
    pub after: Option<Vec<String>>,
}

/// A maintenance window.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Slug, unique among windows.
    pub id: String,
    /// Heading.
    pub title: String,
    /// When it opens, as written.
    pub opens: Option<String>,
    /// How long it is open.
    pub length: Duration,
    /// Steps that must fit into it.
    pub steps: Vec<String>,
}

/// One unit of work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Slug, unique among steps.
    pub id: String,
    /// Heading; the id when absent.
    pub title: String,
    /// Phase it belongs to.
    pub phase: Option<String>,
    /// Steps that must have ended first, as resolved: explicit `after`, or the step above it in the file.
    pub after: Vec<String>,
    /// True when `after` was written in the file.
    pub after_written: bool,
    /// Target it acts on; the only target when absent in the file.
    pub target: Option<String>,
    /// Project it runs in.
    pub project: Option<String>,
    /// Planned duration.
    pub estimate: Option<Duration>,
    /// Longest time it may run before it is cancelled.
    pub timeout: Option<Duration>,
    /// Fixed start, as written: it does not start earlier.
    pub start: Option<String>,
    /// Person who answers for it.
    pub owner: Option<String>,
    /// Prose.
    pub notes: String,
    /// True when the application is down while it runs.
    pub downtime: bool,
    /// True when a rollback is no longer possible once it ran.
    pub point_of_no_return: bool,
    /// True when it destroys data and so needs a verified backup first; `None`: derived from its statements.
    pub destructive: Option<bool>,
    /// True when running it twice is the same as running it once, so that it may be repeated after a crash.
    pub idempotent: bool,
    /// Step whose effect this one ends; offered on every way out once that one ran.
    pub finally_for: Option<String>,
    /// What it does.
    pub kind: Kind,
    /// What takes it back.
    pub undo: Option<Undo>,
    /// Line of the step in the file, from 1.
    pub line: u32,
}

/// A risk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Risk {
    /// Slug.
    pub id: String,
    /// What may happen.
    pub title: String,
    /// What is done about it.
    pub mitigation: String,
    /// Steps that mitigate it.
    pub steps: Vec<String>,
}

/// A success criterion, bound to a check or to a checklist item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Criterion {
    /// Slug.
    pub id: String,
    /// What must hold.
    pub title: String,
    /// `step` or `step/check` that shows it.
    pub check: Option<String>,
    /// Item whose signature shows it.
    pub item: Option<String>,
}

/// A troubleshooting card, shown when a step fails with matching text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Slug.
    pub id: String,
    /// What goes wrong.
    pub issue: String,
    /// How it shows: texts of which one occurs in the error or output, compared without case.
    pub symptoms: Vec<String>,
    /// What to do.
    pub solution: String,
    /// Steps it belongs to; empty: all.
    pub steps: Vec<String>,
}

impl Plan {
    /// Returns the step with this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// Returns the target with this id.
    pub fn target(&self, id: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.id == id)
    }

    /// Returns the SQL files its steps and their undos name, each once, in the order of the file, relative to it.
    pub fn files(&self) -> Vec<String> {
        let mut seen = std::collections::HashSet::new();
        self.steps
            .iter()
            .flat_map(|step| {
                let forward = match &step.kind {
                    Kind::Sql(sql) => sql.file.as_ref(),
                    _ => None,
                };
                let back = match &step.undo {
                    Some(Undo::Sql(sql)) => sql.file.as_ref(),
                    _ => None,
                };
                [forward, back]
            })
            .flatten()
            .filter(|file| seen.insert(file.as_str()))
            .cloned()
            .collect()
    }

    /// Returns the first card that belongs to `step` and has a symptom in `text`, compared without case.
    pub fn card_for(&self, step: &str, text: &str) -> Option<&Card> {
        let text = text.to_lowercase();
        self.cards.iter().find(|card| {
            (card.steps.is_empty() || card.steps.iter().any(|id| id == step))
                && card
                    .symptoms
                    .iter()
                    .any(|symptom| !symptom.is_empty() && text.contains(&symptom.to_lowercase()))
        })
    }

    /// Returns true when the check named `step` or `step/check` is `check` of `step`.
    pub fn names_check(name: &str, step: &str, check: &str) -> bool {
        name.split_once('/')
            .map_or(name == step, |(s, c)| s == step && c == check)
    }
}
