//! The fold: what a session is after its events. Engine, window, terminal and report read this and nothing else.

mod apply;
mod apply_step;
mod tally;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use tally::Tally;

use crate::event::{Artifact, Binding, CheckResult, Direction, Event, Evidence, Mode, Outcome};
use crate::model::{Environment, Item};
use crate::problem::Problem;

/// State of a session as its events tell it. Whether its runner still lives, they cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A runner works on it.
    #[default]
    Running,
    /// Paused between two steps.
    Paused,
    /// Waits for an approval or a signature, and nothing else runs.
    Waiting,
    /// A step failed; a person chooses.
    Failed,
    /// The outcome of a step is unknown; a person settles it.
    Unknown,
    /// The rollback runs.
    RollingBack,
    /// The runner left before the end.
    Interrupted,
    /// Over; see the outcome.
    Finished,
}

/// Status of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its turn has not come.
    #[default]
    Waiting,
    /// Running, forward or back.
    Running,
    /// Waits for people.
    Paused,
    /// A crash or cancellation stopped it without effect.
    Interrupted,
    /// A crash hid its outcome.
    Unknown,
    /// Ended well.
    Succeeded,
    /// Ended badly.
    Failed,
    /// Left out with a reason.
    Skipped,
    /// Taken back.
    Undone,
}

impl Status {
    /// Returns true when steps after this one may start.
    pub fn is_done(self) -> bool {
        matches!(self, Status::Succeeded | Status::Skipped)
    }
}

/// A signature under an item or manual step, or an approval of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Who.
    pub by: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Remark.
    pub note: String,
    /// Evidence.
    pub evidence: Option<Evidence>,
}

/// What a person said of an unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// True: it was applied.
    pub applied: bool,
    /// Who said so.
    pub by: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// How the person knows.
    pub note: String,
    /// Whether it is about the step or its undo.
    pub direction: Direction,
}

/// A check's last result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckState {
    /// `pass`, `fail` or `not_tested`.
    pub result: &'static str,
    /// Expected, found, duration.
    #[serde(flatten)]
    pub detail: CheckResult,
}

/// A run of a step that a run in the other direction followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherRun {
    /// How it was left.
    pub status: Status,
    /// Start, Unix milliseconds.
    pub started_at_ms: i64,
    /// End, Unix milliseconds; `None` when nobody saw it.
    pub finished_at_ms: Option<i64>,
    /// Monotonic duration.
    pub elapsed_ms: Option<u64>,
}

/// One step of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct StepState {
    /// Step id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Kind key.
    pub step_kind: String,
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
    /// Direction of the last start.
    pub direction: Direction,
    /// Attempts so far in that direction.
    pub attempts: u32,
    /// How often it was started, in either direction; names the run in the target's marks.
    pub starts: u32,
    /// Start of the last run, Unix milliseconds.
    pub started_at_ms: Option<i64>,
    /// Where `duration_ms` of the session stood when the last run started.
    #[serde(skip)]
    pub started_ms: Option<u64>,
    /// End of the last run, Unix milliseconds.
    pub finished_at_ms: Option<i64>,
    /// Monotonic duration of the last forward run.
    pub elapsed_ms: Option<u64>,
    /// Monotonic duration of the undo.
    pub undo_elapsed_ms: Option<u64>,
    /// Last run in the other direction: of a step that is taken back, its run forward.
    #[serde(skip)]
    pub other_run: Option<OtherRun>,
    /// Rows changed by the last forward run.
    pub rows: Option<u64>,
    /// Exit code of its program.
    pub exit: Option<i32>,
    /// Reason and person of a skip.
    pub skipped: Option<(String, String)>,
    /// Why it failed or is unknown.
    pub problem: Option<Problem>,
    /// Card that matches.
    pub card: Option<String>,
    /// What people said of its unknown outcomes, in order.
    #[serde(skip)]
    pub settlements: Vec<Settlement>,
    /// Who said that its last run ended well, where nobody saw it end.
    #[serde(skip)]
    pub told_by: Option<String>,
    /// Statement in flight: index, text.
    pub statement: Option<(u32, String)>,
    /// Statements known to be finished, in the present direction.
    pub statements_done: BTreeSet<u32>,
    /// Number of statements, once known.
    pub statements_total: Option<u32>,
    /// Done, total, unit.
    pub progress: Option<(u64, u64, String)>,
    /// Checks by id.
    pub checks: Vec<CheckState>,
    /// What it left behind.
    pub artifacts: Vec<Artifact>,
    /// Approvals of a gate.
    pub approvals: Vec<Signature>,
    /// Approvals a gate needs.
    pub approvals_needed: u32,
    /// What it waits for, in words.
    pub waits_for: Option<String>,
    /// Items, or the step itself, whose signatures it waits for.
    pub awaits: Vec<String>,
    /// Position of the event that ended it; orders the rollback.
    pub ended_seq: u64,
}

/// What a person asked a session to do about its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndingKind {
    /// To end it where it stands.
    Abort,
    /// To take everything back.
    Rollback,
    /// To run the `finally_for` steps that are owed.
    Close,
    /// To leave the `finally_for` steps that are owed.
    Leave,
}

/// A choice of a person that led to the end of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// What was asked.
    pub kind: EndingKind,
    /// Who asked.
    pub by: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
}

/// A session, folded.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Session {
    /// Id.
    pub id: String,
    /// Name of the plan.
    pub plan: String,
    /// Plan file.
    pub plan_path: String,
    /// Plan hash now in force.
    pub plan_hash: String,
    /// Mode.
    pub mode: Mode,
    /// Most harmful environment.
    pub environment: Environment,
    /// Bound targets.
    pub bindings: Vec<Binding>,
    /// Who started it.
    pub by: String,
    /// Where.
    pub host: String,
    /// Program version.
    pub program: String,
    /// Why production runs without a rehearsal.
    pub reason: Option<String>,
    /// Steps it is limited to.
    pub only: Vec<String>,
    /// State.
    pub state: State,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Start, Unix milliseconds.
    pub started_at_ms: i64,
    /// End, Unix milliseconds.
    pub finished_at_ms: Option<i64>,
    /// Monotonic milliseconds in which a runner lived.
    pub duration_ms: u64,
    /// Wall clock when `duration_ms` was true, Unix milliseconds.
    #[serde(skip)]
    pub as_of_at_ms: i64,
    /// Steps in plan order.
    pub steps: Vec<StepState>,
    /// Signatures by item or manual step; the last one counts.
    pub signatures: BTreeMap<String, Vec<Signature>>,
    /// Snapshots by name: SHA-256 and rows.
    pub snapshots: BTreeMap<String, (String, u64)>,
    /// `finally_for` steps that are offered and not answered.
    pub finally_offered: Vec<String>,
    /// True once a rollback was started.
    pub rolling_back: bool,
    /// Steps whose undo the rollback runs, in order.
    pub rollback_steps: Vec<String>,
    /// Steps that run again before the rollback, and their `finally_for` partners.
    pub rearmed: Vec<String>,
    /// Steps that ran and have no undo, as the rollback found them.
    pub without_undo: Vec<String>,
    /// A pause is asked for and not yet taken back.
    pub pause_requested: bool,
    /// An abort is asked for.
    pub abort_requested: bool,
    /// A rollback is asked for and not yet started.
    pub rollback_requested: bool,
    /// Answer to the last offer of `finally_for` steps.
    pub finally_answer: Option<bool>,
    /// What people asked about its end, in order.
    #[serde(skip)]
    pub endings: Vec<Ending>,
    /// Skips asked for and not yet carried out: step → reason, person.
    pub skips_requested: BTreeMap<String, (String, String)>,
    /// Statements settled by a person: step → applied.
    pub settled: BTreeMap<String, bool>,
    /// Process id and host of the last runner.
    pub runner: Option<(u32, String)>,
    /// Last position.
    pub seq: u64,
    #[serde(skip)]
    index: BTreeMap<String, usize>,
    #[serde(skip)]
    tally: Tally,
    #[serde(skip)]
    runner_base_ms: u64,
}

impl Session {
    /// Returns the session after `events`, which are in order of `seq`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut session = Self::default();
        for event in events {
            session.apply(event);
        }
        session
    }

    /// Returns the step with this id.
    pub fn step(&self, id: &str) -> Option<&StepState> {
        self.index.get(id).map(|&position| &self.steps[position])
    }

    /// Returns how many steps failed.
    pub fn failed_steps(&self) -> usize {
        self.tally.failed
    }

    /// Returns how many steps have an unknown outcome.
    pub fn unknown_steps(&self) -> usize {
        self.tally.unknown
    }

    /// Returns true when `item` is signed.
    pub fn is_signed(&self, item: &str) -> bool {
        self.signatures
            .get(item)
            .is_some_and(|list| !list.is_empty())
    }

    /// Returns the people who signed `item`, each once however the name is written.
    pub fn signers(&self, item: &str) -> BTreeSet<String> {
        let list = self.signatures.get(item);
        list.into_iter()
            .flatten()
            .map(|signature| signature.by.trim().to_lowercase())
            .collect()
    }

    /// Returns true when as many different people signed an item of a checklist as it needs.
    pub fn is_ticked(&self, item: &Item) -> bool {
        self.signers(&item.id).len() >= item.signers()
    }

    /// Returns the backup a step made.
    pub fn backup_of(&self, step: &str) -> Option<&Artifact> {
        self.step(step)?
            .artifacts
            .iter()
            .find(|artifact| artifact.what == "backup")
    }
}
