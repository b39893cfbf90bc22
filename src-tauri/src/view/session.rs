//! A session, and what a watcher of it is told.

use serde::Serialize;
use ts_rs::TS;

use super::Problem;
use super::plan::{Engine, Environment, Plan};
use super::ran::{SessionStep, Signature};

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

/// What a person asked a session to do about its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndingKind {
    /// To end it where it stands.
    Abort,
    /// To take everything back.
    Rollback,
    /// To run the closing steps that are owed.
    Close,
    /// To leave the closing steps that are owed.
    Leave,
}

/// A choice of a person that led to the end of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Ending {
    /// What was asked.
    pub kind: EndingKind,
    /// Who asked.
    pub by: String,
    /// When.
    pub at_ms: i64,
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
    /// What people asked about its end, in order.
    pub endings: Vec<Ending>,
    /// Last position.
    pub seq: u64,
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
