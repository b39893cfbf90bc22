//! A step of a plan: what it does, what takes it back, what it checks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A step as it is planned. Where it stands in the file is told apart: an edit above it does not change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
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
