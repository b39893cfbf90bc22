//! What steps do: the kinds, and what takes them back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check::{Check, Expect};
use super::command::Command;

/// What a step does; exactly one kind per step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Dump of a target.
    Backup(Backup),
    /// From a backup into a fresh database.
    Restore(Restore),
    /// SQL statements.
    Sql(Sql),
    /// A program.
    Command(Command),
    /// One or more checks.
    Check(Vec<Check>),
    /// Instructions a person carries out and signs.
    Manual(Manual),
    /// Waits for approval by named people.
    Gate(Gate),
    /// Soaks: waits and samples.
    Wait(Wait),
    /// Sets a feature flag to a stage.
    Flag(Flag),
    /// A kind that is parsed and shown but cannot run yet: `backfill`, `migrate`, `files`, `compare`.
    /// Opening a session on a plan that has one is refused.
    Later(String),
}

impl Kind {
    /// Returns the kind's key in the plan file.
    pub fn word(&self) -> &str {
        match self {
            Kind::Backup(_) => "backup",
            Kind::Restore(_) => "restore",
            Kind::Sql(_) => "sql",
            Kind::Command(_) => "command",
            Kind::Check(_) => "check",
            Kind::Manual(_) => "manual",
            Kind::Gate(_) => "gate",
            Kind::Wait(_) => "wait",
            Kind::Flag(_) => "flag",
            Kind::Later(word) => word,
        }
    }
}

/// Format of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum BackupFormat {
    /// PostgreSQL custom archive, `mariadb-dump` script, or SQLite file: the engine's usual one.
    #[default]
    Custom,
    /// PostgreSQL directory archive, written by parallel jobs.
    Directory,
    /// SQL script.
    Plain,
}

/// `backup = { … }`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// File (or folder) to write, relative to the plan file; `{time}` becomes the UTC start time `20261205T010000Z`.
    pub file: String,
    /// Dump format.
    pub format: BackupFormat,
    /// Parallel jobs, at least 1.
    pub jobs: u32,
    /// True: restores into a scratch database and compares row counts and checksums.
    pub restore_check: bool,
}

/// `restore = { … }`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Restore {
    /// Step whose backup is restored.
    pub backup: Option<String>,
    /// Or a file, relative to the plan file.
    pub file: Option<String>,
    /// Name of the fresh database; default: the target's name with `_restored`.
    pub into: Option<String>,
    /// True: then swaps it with the target by rename.
    pub swap: bool,
}

/// `sql = "…"` or `sql = { … }`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sql {
    /// Statements, inline.
    pub text: Option<String>,
    /// Or a file, relative to the plan file.
    pub file: Option<String>,
    /// Longest wait for a lock; default 100 ms … is the engine's.
    pub lock_timeout: Option<Duration>,
    /// Longest run of one statement.
    pub statement_timeout: Option<Duration>,
    /// Attempts on a lock timeout, deadlock or serialization failure; default 10.
    pub attempts: Option<u32>,
}

/// `manual = "…"`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Manual {
    /// What the person does.
    pub instructions: String,
}

/// `gate = { … }`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// What is decided.
    pub question: String,
    /// Who may approve; empty: anyone but the one who runs it.
    pub approvers: Vec<String>,
    /// How many approvals it needs, at least 1.
    pub approvals: u32,
    /// True: the one who runs the session may approve too.
    pub runner_may_approve: bool,
}

/// `wait = "10m"` or `wait = { … }`
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Wait {
    /// How long.
    pub duration: Duration,
    /// Time between two samples; default 5 s.
    pub every: Option<Duration>,
    /// Query to sample; every sample must meet `expect`.
    pub sql: Option<String>,
    /// What each sample must return, else the step fails at once.
    pub expect: Option<Expect>,
}

/// `flag = { … }`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Flag {
    /// Flag's name.
    pub name: String,
    /// Stage it is set to: off, dual_write, shadow, live, ramp_down, complete, or a word of the project.
    pub stage: String,
    /// Stage before, which its undo restores.
    pub from: Option<String>,
    /// SQL that sets it; `:stage` stands for the quoted stage.
    pub sql: Option<String>,
    /// Or a file whose whole content becomes the stage, relative to the plan file.
    pub file: Option<String>,
    /// Or a command; `{stage}` in an argument stands for the stage.
    pub command: Option<Command>,
}

/// What takes a step back.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// Statements.
    Sql(Sql),
    /// A program.
    Command(Command),
    /// Instructions for a person.
    Manual(Manual),
    /// The flag's stage before.
    Flag,
}
