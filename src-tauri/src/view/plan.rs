//! A plan with its schedule, as the window shows it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Problem;

/// A plan that was open before.
#[derive(Debug, Clone, Serialize, TS)]
pub struct RecentPlan {
    /// Path, absolute.
    pub path: String,
    /// When it was last opened.
    pub opened_at_ms: i64,
    /// False when there is no file any more.
    pub exists: bool,
}

/// A plan with its schedule.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Plan {
    /// Path, absolute.
    pub path: String,
    /// SHA-256 of the plan file and of the files it names.
    pub hash: String,
    /// True when this content was shown and trusted.
    pub trusted: bool,
    /// Name.
    pub name: String,
    /// Prose.
    pub summary: String,
    /// Time zone of local times.
    pub timezone: String,
    /// What the clocks of that zone show, from some time before the plan to some time after it.
    pub clock: Vec<ZoneOffset>,
    /// Planned start.
    pub start_at_ms: Option<i64>,
    /// Planned start as written.
    pub start: Option<String>,
    /// Planned duration of the whole.
    pub duration_ms: u64,
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
    /// Where its elements begin in the file; empty while there are no problems to be placed.
    pub places: Vec<Place>,
    /// Databases it acts on.
    pub targets: Vec<Target>,
    /// Groups of steps.
    pub phases: Vec<Phase>,
    /// Maintenance windows.
    pub windows: Vec<Window>,
    /// Steps in file order.
    pub steps: Vec<Step>,
    /// Steps of the critical path, in order.
    pub critical_path: Vec<String>,
    /// Step after which there is no way back.
    pub point_of_no_return: Option<String>,
    /// Checklists.
    pub checklists: Vec<Checklist>,
    /// Risks.
    pub risks: Vec<Risk>,
    /// Success criteria.
    pub criteria: Vec<Criterion>,
    /// Troubleshooting cards.
    pub cards: Vec<Card>,
}

/// From a moment on, how far the clocks of the plan's zone are from UTC.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ZoneOffset {
    /// When it begins; the first of a list holds for all time before, too.
    pub from_at_ms: i64,
    /// East of UTC.
    pub offset_ms: i64,
    /// Abbreviation, e.g. `CET`.
    pub name: String,
}

/// Where an element of a plan begins in its file.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Place {
    /// Key of its sort: `step`, `phase`, `risk`, …
    pub sort: String,
    /// Id.
    pub id: String,
    /// Line, from 1.
    pub line: u32,
}

/// A database a plan acts on.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Target {
    /// Id.
    pub id: String,
    /// Engine.
    pub engine: Engine,
    /// Prose.
    pub summary: String,
    /// Name the database must have.
    pub database: Option<String>,
    /// Saved connection the plan proposes.
    pub connection: Option<String>,
}

/// Database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// PostgreSQL.
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
}

/// How careful to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's own.
    Development,
    /// A shared copy.
    Staging,
    /// What customers use.
    Production,
}

/// A group of steps.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Phase {
    /// Id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Prose.
    pub summary: String,
    /// Phases that must end first.
    pub after: Vec<String>,
    /// Planned start as written.
    pub start: Option<String>,
    /// Planned duration as written.
    pub duration_ms: Option<u64>,
    /// Planned start.
    pub start_ms: Option<u64>,
    /// Planned end.
    pub finish_ms: Option<u64>,
}

/// A maintenance window.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Window {
    /// Id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Opening as written.
    pub opens: Option<String>,
    /// Steps that must fit into it.
    pub steps: Vec<String>,
    /// Opening.
    pub opens_ms: Option<u64>,
    /// How long it is open.
    pub length_ms: u64,
    /// What must fit into it.
    pub needed_ms: Option<u64>,
    /// False when it does not fit.
    pub fits: Option<bool>,
    /// Latest moment to start the rollback.
    pub start_rollback_by_ms: Option<u64>,
}

/// A step as it is planned.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Step {
    /// Id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Kind key.
    pub kind: String,
    /// Phase.
    pub phase: Option<String>,
    /// Predecessors.
    pub after: Vec<String>,
    /// True when `after` is written; else it follows the step above it.
    pub after_written: bool,
    /// Target.
    pub target: Option<String>,
    /// Project it runs in.
    pub project: Option<String>,
    /// Earliest start as written.
    pub start: Option<String>,
    /// Planned duration as written.
    pub estimate_ms: Option<u64>,
    /// Longest time it may run.
    pub timeout_ms: Option<u64>,
    /// Planned start.
    pub start_ms: Option<u64>,
    /// Planned end.
    pub finish_ms: Option<u64>,
    /// How much later it may end.
    pub slack_ms: Option<u64>,
    /// True on the critical path.
    pub critical: bool,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Prose.
    pub notes: String,
    /// True when the application is down while it runs.
    pub downtime: bool,
    /// True when there is no way back after it.
    pub point_of_no_return: bool,
    /// True when the file says it destroys data.
    pub destructive: bool,
    /// True when it may be repeated after a crash.
    pub idempotent: bool,
    /// Step whose effect it ends.
    pub finally_for: Option<String>,
    /// What it does.
    pub does: Vec<Passage>,
    /// What takes it back; empty: nothing does.
    pub undo: Vec<Passage>,
    /// Its checks.
    pub checks: Vec<Check>,
    /// Line in the file.
    pub line: u32,
}

/// A piece of SQL, a command line or instructions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Passage {
    /// What it is, in words.
    pub label: String,
    /// The text, bounded.
    pub text: String,
    /// True for SQL and command lines.
    pub code: bool,
    /// Characters left out.
    pub left_out: u32,
    /// Language it is written in.
    pub language: Language,
    /// File it is read from.
    pub file: Option<String>,
    /// Where it stands in its step, as an edit names it; empty when it is not one text of the plan file.
    pub path: Vec<String>,
    /// Line ends and spaces that follow it in the file.
    pub tail: String,
    /// The text an edit begins with, where more is shown than that: a program without its folder and environment.
    pub written: Option<String>,
    /// Keys beside the text.
    pub details: Vec<Detail>,
}

/// One key of what a step does or checks, as a person edits it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Detail {
    /// What it is, in words.
    pub label: String,
    /// Where it stands in its step, as an edit names it; empty when it cannot be edited here.
    pub path: Vec<String>,
    /// How it is typed.
    pub form: DetailForm,
    /// What is there, as a person types it; empty where nothing is.
    pub text: String,
    /// What holds where nothing is.
    pub absent: String,
    /// Words it is chosen from, besides the absent one.
    pub options: Vec<String>,
    /// Names and values.
    pub pairs: Vec<Pair>,
    /// Key that goes when this one is set, because there can be only one of the two.
    pub instead: Option<Vec<String>>,
}

/// How a detail is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DetailForm {
    /// Any words.
    Text,
    /// A path.
    Path,
    /// A whole number.
    Whole,
    /// `yes`, or nothing.
    Yes,
    /// A duration.
    Duration,
    /// One of its options.
    Choice,
    /// Names parted by commas.
    List,
    /// A step that makes a backup.
    BackupStep,
    /// A target.
    Target,
    /// Names with values.
    Pairs,
}

/// A name with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Pair {
    /// Name.
    pub name: String,
    /// Value; missing when it looks like a secret.
    pub value: Option<String>,
}

/// What giving a step another kind would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct KindChange {
    /// Keys of the new kind that get what the old one has; empty for the whole.
    pub keeps: Vec<String>,
    /// Keys that go, as the file spells them.
    pub goes: Vec<String>,
    /// Keys the new kind cannot do without and that have nothing yet.
    pub needs: Vec<String>,
}

/// Which of a step's passages are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What it does.
    Does,
    /// What takes it back.
    Undo,
}

/// Language of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Statements.
    Sql,
    /// A command line.
    Shell,
    /// Words for people.
    Prose,
}

/// One assertion of a step.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Check {
    /// Id.
    pub id: String,
    /// What it asserts.
    pub title: String,
    /// True when a failure is only reported.
    pub warning: bool,
    /// Target.
    pub target: Option<String>,
    /// True when it runs a program.
    pub command: bool,
    /// What is evaluated.
    pub test: String,
    /// What must come out.
    pub expected: String,
    /// Key of what it evaluates: `sql`, `equal`, `snapshot`, `not_null`, …
    pub key: String,
    /// The text at that key, when it is one text that can be edited.
    pub written: Option<String>,
    /// Where it stands in its step, as an edit names it.
    pub path: Vec<String>,
    /// What it evaluates, where that is not one text: two queries, a program.
    pub parts: Vec<Passage>,
    /// Keys beside what it evaluates.
    pub details: Vec<Detail>,
}

/// A list of things people tick.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Checklist {
    /// Id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Step that waits for it.
    pub before: Option<String>,
    /// Items.
    pub items: Vec<Item>,
}

/// One thing to tick.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Item {
    /// Id.
    pub id: String,
    /// What is ticked.
    pub title: String,
    /// Who is to tick it.
    pub owner: Option<String>,
    /// Check that ticks it.
    pub check: Option<String>,
    /// When it is due; missing while the start is not known.
    pub due_at_ms: Option<i64>,
    /// When it is due as the file has it: `-2h`, `30m` or a time.
    pub due: Option<String>,
    /// When it is due after the start, negative before it; missing for a time of its own.
    pub due_from_start_ms: Option<i64>,
    /// How many different people must sign it.
    pub signatures: u32,
}

/// A risk.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Risk {
    /// Id.
    pub id: String,
    /// What may happen.
    pub title: String,
    /// What is done about it.
    pub mitigation: String,
    /// Steps that mitigate it.
    pub steps: Vec<String>,
}

/// A success criterion.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Criterion {
    /// Id.
    pub id: String,
    /// What must hold.
    pub title: String,
    /// Check that shows it.
    pub check: Option<String>,
    /// Item that shows it.
    pub item: Option<String>,
}

/// A troubleshooting card.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Card {
    /// Id.
    pub id: String,
    /// What goes wrong.
    pub issue: String,
    /// How it shows.
    pub symptoms: Vec<String>,
    /// What to do.
    pub solution: String,
    /// Steps it belongs to; empty: all.
    pub steps: Vec<String>,
}

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    /// It stays, and nothing is written.
    Keep,
    /// It is replaced whole.
    Replace,
}
