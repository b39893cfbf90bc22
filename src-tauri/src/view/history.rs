//! History: which sessions a list shows, how long steps took before, two sessions side by side.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::plan::Environment;
use super::ran::Status;
use super::session::SessionLine;

/// Which sessions a list shows.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct Filter {
    /// Only sessions of this plan file.
    pub plan_path: Option<String>,
    /// Only sessions of this environment.
    pub environment: Option<Environment>,
    /// Only sessions that ended like this.
    pub end: Option<End>,
    /// Only sessions started at or after this moment.
    pub from_at_ms: Option<i64>,
    /// Only sessions started before this moment.
    pub until_at_ms: Option<i64>,
    /// Only sessions with this text in their id, plan, file, person or host.
    pub search: String,
}

/// How a session ended, if it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It is not over.
    Unfinished,
    /// Everything succeeded or was skipped with a reason.
    Succeeded,
    /// Left at a failure.
    Failed,
    /// Ended by a person.
    Aborted,
    /// Everything taken back.
    RolledBack,
    /// Taken back as far as undos exist.
    PartlyRolledBack,
}

/// A plan that was run.
#[derive(Debug, Clone, Serialize, TS)]
pub struct PlanRun {
    /// Plan file.
    pub path: String,
    /// Its name when it was run last.
    pub name: String,
    /// How many sessions it has.
    pub sessions: u64,
}

/// How long a step took in earlier sessions of the same plan and environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Past {
    /// Step id.
    pub step: String,
    /// How many runs are known.
    pub runs: u32,
    /// Shortest.
    pub least_ms: u64,
    /// Median.
    pub median_ms: u64,
    /// Longest.
    pub most_ms: u64,
}

/// Two sessions side by side.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Comparison {
    /// The session the other is measured by.
    pub left: SessionLine,
    /// The other.
    pub right: SessionLine,
    /// Rows changed by all steps of the left one.
    pub left_rows: u64,
    /// Rows changed by all steps of the right one.
    pub right_rows: u64,
    /// Steps of either: those that ended otherwise first, then those that differ most in duration.
    pub steps: Vec<ComparedStep>,
    /// Checks of either, those that differ first.
    pub checks: Vec<ComparedCheck>,
}

/// What a step came to in one session.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Ran {
    /// Status.
    pub status: Status,
    /// True when the last run was of its undo.
    pub back: bool,
    /// Duration of the last forward run.
    pub elapsed_ms: Option<u64>,
    /// Rows changed.
    pub rows: Option<u64>,
    /// Attempts.
    pub attempts: u32,
}

/// A step in both sessions.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ComparedStep {
    /// Step id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// What it came to on the left.
    pub left: Option<Ran>,
    /// What it came to on the right.
    pub right: Option<Ran>,
    /// How much longer it took on the right; negative when it was faster.
    pub difference_ms: Option<i64>,
}

/// What a check found in one session.
#[derive(Debug, Clone, Serialize, TS)]
pub struct FoundBy {
    /// `pass`, `fail` or `not_tested`.
    pub result: String,
    /// What was found.
    pub found: String,
}

/// A check in both sessions.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ComparedCheck {
    /// Step id.
    pub step: String,
    /// What it asserts.
    pub title: String,
    /// What it found on the left.
    pub left: Option<FoundBy>,
    /// What it found on the right.
    pub right: Option<FoundBy>,
    /// True when it ended alike.
    pub alike: bool,
}
