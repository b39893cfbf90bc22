//! The steps of a session: how far each is and what it left behind.

use serde::Serialize;
use ts_rs::TS;

use super::Problem;

/// A signature or an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Signature {
    /// Item or step.
    pub item: String,
    /// Who.
    pub by: String,
    /// When.
    pub at_ms: i64,
    /// Remark.
    pub note: String,
    /// Name of the evidence.
    pub evidence: Option<String>,
}

/// Status of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its turn has not come.
    Waiting,
    /// Runs.
    Running,
    /// Waits for people.
    Paused,
    /// Stopped without effect.
    Interrupted,
    /// A crash hid its outcome.
    Unknown,
    /// Ended well.
    Succeeded,
    /// Ended badly.
    Failed,
    /// Left out.
    Skipped,
    /// Taken back.
    Undone,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Progress {
    /// Done.
    pub done: u64,
    /// Of; 0 when unknown.
    pub total: u64,
    /// Unit.
    pub unit: String,
}

/// A check's last result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CheckResult {
    /// Check id.
    pub id: String,
    /// What it asserts.
    pub title: String,
    /// `pass`, `fail` or `not_tested`.
    pub result: String,
    /// True when a failure is only reported.
    pub warning: bool,
    /// Expected.
    pub expected: String,
    /// Found.
    pub found: String,
    /// Duration.
    pub elapsed_ms: u64,
}

/// What a step left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Artifact {
    /// `backup`, `database` or `file`.
    pub what: String,
    /// Path or name.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256.
    pub sha256: String,
}

/// A run of a step that a run in the other direction followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct OtherRun {
    /// How it was left.
    pub status: Status,
    /// Start.
    pub started_at_ms: i64,
    /// End; missing when nobody saw it.
    pub finished_at_ms: Option<i64>,
    /// Duration.
    pub elapsed_ms: Option<u64>,
}

/// What a person said of an unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Settlement {
    /// True: it was applied.
    pub applied: bool,
    /// Who said so.
    pub by: String,
    /// When.
    pub at_ms: i64,
    /// How the person knows.
    pub note: String,
    /// True when it is about the undo.
    pub back: bool,
}

/// A step as the session has it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SessionStep {
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
    /// Planned duration.
    pub estimate_ms: Option<u64>,
    /// Step whose effect it ends.
    pub finally_for: Option<String>,
    /// What it does, redacted.
    pub detail: String,
    /// True when it can be taken back.
    pub has_undo: bool,
    /// Status.
    pub status: Status,
    /// True when the last start was of its undo.
    pub back: bool,
    /// Attempts.
    pub attempts: u32,
    /// Start of the last run.
    pub started_at_ms: Option<i64>,
    /// Where `duration_ms` of the session stood at the start of the last run.
    pub started_ms: Option<u64>,
    /// End of the last run.
    pub finished_at_ms: Option<i64>,
    /// Position of the event that ended it, which orders a rollback; 0 when it did not end.
    pub ended_seq: u64,
    /// Duration of the last forward run.
    pub elapsed_ms: Option<u64>,
    /// Duration of the undo.
    pub undo_elapsed_ms: Option<u64>,
    /// Last run in the other direction: of a step that is taken back, its run forward.
    pub other_run: Option<OtherRun>,
    /// Rows changed.
    pub rows: Option<u64>,
    /// Exit code.
    pub exit: Option<i32>,
    /// Why it was skipped.
    pub skip_reason: Option<String>,
    /// Who skipped it.
    pub skipped_by: Option<String>,
    /// Why it failed or is unknown.
    pub problem: Option<Problem>,
    /// Card that matches.
    pub card: Option<String>,
    /// What people said of its unknown outcomes, in order.
    pub settlements: Vec<Settlement>,
    /// Who said that its last run ended well, where nobody saw it end.
    pub told_by: Option<String>,
    /// Statement in flight.
    pub statement: Option<String>,
    /// Its position, from 0.
    pub statement_index: Option<u32>,
    /// Number of statements.
    pub statements_total: Option<u32>,
    /// How many of them are known to be done.
    pub statements_done: u32,
    /// How far it is.
    pub progress: Option<Progress>,
    /// Results of its checks.
    pub checks: Vec<CheckResult>,
    /// What it left behind.
    pub artifacts: Vec<Artifact>,
    /// Approvals of a gate.
    pub approvals: Vec<Signature>,
    /// How many it needs.
    pub approvals_needed: u32,
    /// What it waits for.
    pub waits_for: Option<String>,
}
