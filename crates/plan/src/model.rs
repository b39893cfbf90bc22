//! The plan as data: what [`crate::parse`] reads out of a plan file. Field names are the file's keys.
//!
//! A value that refers to another element does so by its id. Order is the order of the file.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

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

/// `command = ["program", "argument"]` or `command = { … }`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Command {
    /// Program and arguments.
    pub run: Vec<String>,
    /// Folder, relative to the plan file.
    pub dir: Option<String>,
    /// Environment added to the inherited one.
    pub env: BTreeMap<String, String>,
    /// Expected exit code; default 0.
    pub exit: i32,
    /// Text the output must contain.
    pub output: Option<String>,
    /// True: gets a terminal.
    pub interactive: bool,
}

/// How bad a check's failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Stops the session.
    #[default]
    Error,
    /// Is reported and lets the session go on.
    Warning,
}

/// One assertion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// Slug, unique within its step; `1`, `2`, … when absent in the file.
    pub id: String,
    /// What it asserts, in words.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// Target; the step's when absent.
    pub target: Option<String>,
    /// What is evaluated.
    pub test: Test,
}

/// What a check evaluates.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// `sql = "SELECT …"` with `expect`.
    Sql {
        /// A query.
        sql: String,
        /// What it must return.
        expect: Expect,
    },
    /// `equal = ["SELECT …", "SELECT …"]`: both return the same rows.
    Equal {
        /// First query.
        left: String,
        /// Second query.
        right: String,
        /// Target of the second query; the check's when absent.
        right_target: Option<String>,
    },
    /// `snapshot = "name"` with `sql`: the first evaluation stores the result, later ones must return the same.
    Snapshot {
        /// Name shared by the checks to be compared.
        name: String,
        /// A query.
        sql: String,
    },
    /// `not_null = "table.column"`.
    NotNull {
        /// Table, as written in SQL.
        table: String,
        /// Column.
        column: String,
    },
    /// `unique = "table(column, …)"`.
    Unique {
        /// Table, as written in SQL.
        table: String,
        /// Columns.
        columns: Vec<String>,
    },
    /// `no_orphans = "child.column -> parent.column"`.
    NoOrphans {
        /// Referencing table and column.
        child: (String, String),
        /// Referenced table and column.
        parent: (String, String),
    },
    /// `index_valid = "name"`: the index exists and is valid.
    IndexValid {
        /// Index name.
        index: String,
    },
    /// `command = { … }`: exit code and output.
    Command(Command),
}

/// What a query must return.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// One row of one column with this value, compared as text; numbers compared as numbers.
    Value(String),
    /// One number from `min` to `max`, both inclusive.
    Range {
        /// Smallest allowed.
        min: Option<f64>,
        /// Largest allowed.
        max: Option<f64>,
    },
    /// This many rows.
    Rows(u64),
    /// Exactly these rows, in order, as text; `None` is NULL.
    Table(Vec<Vec<Option<String>>>),
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

/// A list of things people tick.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checklist {
    /// Slug, unique among checklists.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Step before which every item must be signed; `None`: any time.
    pub before: Option<String>,
    /// Items.
    pub items: Vec<Item>,
}

/// One thing to tick.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Slug, unique in the plan over all checklists.
    pub id: String,
    /// What is ticked.
    pub title: String,
    /// Who is to tick it.
    pub owner: Option<String>,
    /// `step` or `step/check` that ticks it by passing.
    pub check: Option<String>,
    /// When it is to be ticked.
    pub due: Option<Due>,
    /// How many different people must sign it; 0 is read as 1.
    pub signatures: u32,
}

impl Item {
    /// Returns how many different people must sign it.
    pub fn signers(&self) -> usize {
        self.signatures.max(1) as usize
    }
}

/// When a checklist item is to be ticked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// So long before the start.
    Before(#[serde(with = "crate::duration::as_ms")] Duration),
    /// So long after the start.
    After(#[serde(with = "crate::duration::as_ms")] Duration),
    /// At a time, as the plan's other times: `2026-12-05T01:00:00`, with an offset or without.
    At(String),
}

impl std::fmt::Display for Due {
    /// Writes it as the file has it: `-2h`, `30m` or the time.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Due::Before(ahead) => write!(f, "-{}", crate::duration::format(*ahead)),
            Due::After(behind) => f.write_str(&crate::duration::format(*behind)),
            Due::At(time) => f.write_str(time),
        }
    }
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
