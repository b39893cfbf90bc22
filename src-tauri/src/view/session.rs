//! A session, what is asked of it, and what a watcher of it is told.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::plan::{Engine, Environment, Plan};
use super::{Bind, Problem};

/// What is needed to start a session.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct Start {
    /// Plan file.
    pub plan_path: String,
    /// Bindings of its targets.
    pub binds: Vec<Bind>,
    /// True: the person saw what will run and trusts it.
    pub trust: bool,
    /// What was typed to confirm production.
    pub confirm: Option<String>,
    /// Why it runs without a rehearsal.
    pub reason: Option<String>,
    /// Session of a lost journal to go on with, after what its targets have marked as done.
    pub adopt: Option<String>,
    /// True: nobody watches; a failure ends the session after its `finally_for` steps.
    pub unattended: bool,
}

/// What is needed to go on with an interrupted session.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct Resume {
    /// Session.
    pub session: String,
    /// True: the plan as it is now is accepted.
    pub accept_change: bool,
    /// True: server processes of the earlier runner are ended.
    pub end_orphans: bool,
    /// Passwords typed again for targets that were bound to an address.
    pub passwords: Vec<TargetPassword>,
}

/// A password typed for a target.
#[derive(Clone, Deserialize, TS)]
pub struct TargetPassword {
    /// Target id.
    pub target: String,
    /// Password; kept in memory only.
    pub password: String,
}

impl std::fmt::Debug for TargetPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TargetPassword")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// What a person asks of a session.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Request {
    /// Pause before the next step.
    Pause,
    /// Go on.
    Resume,
    /// End it; what runs is cancelled.
    Abort,
    /// Take everything back.
    Rollback,
    /// Run a failed step again.
    Retry {
        /// Step.
        step: String,
    },
    /// Go on without a step.
    Skip {
        /// Step.
        step: String,
        /// Why.
        reason: String,
    },
    /// Approve a gate.
    Approve {
        /// Step.
        gate: String,
        /// Remark.
        note: String,
        /// Who approves.
        by: String,
    },
    /// Sign an item or a manual step.
    Sign {
        /// Item or step.
        item: String,
        /// Remark.
        note: String,
        /// File kept as evidence.
        evidence: Option<String>,
        /// Who signs.
        by: String,
    },
    /// Say what became of a statement.
    Settle {
        /// Step.
        step: String,
        /// True: it was applied.
        applied: bool,
    },
    /// Answer the offer of the `finally_for` steps.
    AnswerFinally {
        /// True: run them.
        accepted: bool,
    },
}

/// How a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// On a restored copy.
    Rehearsal,
    /// On the targets.
    Live,
}

/// State of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A runner works on it.
    Running,
    /// Paused between two steps.
    Paused,
    /// Waits for people.
    Waiting,
    /// A step failed; a person chooses.
    Failed,
    /// An outcome is unknown; a person settles it.
    Unknown,
    /// The rollback runs.
    RollingBack,
    /// The runner is gone.
    Interrupted,
    /// Over.
    Finished,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
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

/// A session in one line.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SessionLine {
    /// Id.
    pub id: String,
    /// Plan's name.
    pub plan: String,
    /// Plan file.
    pub plan_path: String,
    /// Mode.
    pub mode: Mode,
    /// Environment.
    pub environment: Environment,
    /// Who started it.
    pub by: String,
    /// State.
    pub state: State,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Start.
    pub started_at_ms: i64,
    /// End.
    pub finished_at_ms: Option<i64>,
    /// Time in which a runner lived.
    pub duration_ms: u64,
}

/// A target as it was bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Binding {
    /// Target id.
    pub target: String,
    /// Engine.
    pub engine: Engine,
    /// Address without password.
    pub url: String,
    /// Saved connection.
    pub connection: Option<String>,
    /// Environment.
    pub environment: Environment,
    /// Server's version.
    pub server_version: String,
    /// Database.
    pub database: String,
    /// Database user.
    pub database_user: String,
}

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

/// A session without its steps.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SessionHead {
    /// The line of History.
    pub id: String,
    /// Plan's name.
    pub plan: String,
    /// Plan file.
    pub plan_path: String,
    /// Hash of the plan.
    pub plan_hash: String,
    /// Mode.
    pub mode: Mode,
    /// Environment.
    pub environment: Environment,
    /// Bound targets.
    pub bindings: Vec<Binding>,
    /// Who started it.
    pub by: String,
    /// Where.
    pub host: String,
    /// Version of the program.
    pub program: String,
    /// Why production runs without a rehearsal.
    pub reason: Option<String>,
    /// State.
    pub state: State,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Start.
    pub started_at_ms: i64,
    /// End.
    pub finished_at_ms: Option<i64>,
    /// Time in which a runner lived.
    pub duration_ms: u64,
    /// When `duration_ms` was true.
    pub as_of_at_ms: i64,
    /// Signatures, in order.
    pub signatures: Vec<Signature>,
    /// `finally_for` steps that are offered.
    pub finally_offered: Vec<String>,
    /// True once a rollback was started.
    pub rolling_back: bool,
    /// Steps that ran and have no undo.
    pub without_undo: Vec<String>,
    /// A pause is asked for.
    pub pause_requested: bool,
    /// An abort is asked for.
    pub abort_requested: bool,
    /// A rollback is asked for.
    pub rollback_requested: bool,
    /// Last position.
    pub seq: u64,
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

/// A session with the plan as it was run.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Session {
    /// The session.
    pub head: SessionHead,
    /// Its steps.
    pub steps: Vec<SessionStep>,
    /// The plan; missing when the journal does not have it.
    pub plan: Option<Plan>,
    /// How long ago `duration_ms` of the head was true.
    pub age_ms: u64,
}

/// How a line of the log reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// A fact.
    Plain,
    /// Text of a program or server.
    Output,
    /// Went well.
    Good,
    /// Needs a look.
    Look,
    /// Went badly.
    Bad,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LogLine {
    /// Position of its event.
    pub seq: u64,
    /// When.
    pub at_ms: i64,
    /// Step.
    pub step: Option<String>,
    /// How it reads.
    pub tone: Tone,
    /// What happened.
    pub text: String,
}

/// What a watcher is told: everything that changed since the message before.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Watched {
    /// The session without its steps.
    pub head: SessionHead,
    /// Steps that changed.
    pub steps: Vec<SessionStep>,
    /// New lines of the log; the oldest are left out when there are too many.
    pub log: Vec<LogLine>,
    /// How many lines were left out.
    pub dropped: u64,
    /// How long ago `duration_ms` of the head was true, by the window's own clock.
    pub age_ms: u64,
    /// Set when the watch cannot go on.
    pub problem: Option<Problem>,
}

/// A written report.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Written {
    /// File.
    pub file: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256.
    pub sha256: String,
}
