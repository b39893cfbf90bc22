//! Events: the past-tense facts of a session. Requests of people are events too, written by the door they came through.
//!
//! The serialised form is that of the journal and of `--json`: one flat object `{seq, at_ms, session, kind, …}`.
//! Variants and fields are only ever added, with a default, so that yesterday's journal stays readable.

use serde::{Deserialize, Serialize};

use crate::model::Environment;
use crate::problem::Problem;

mod facts;

pub use facts::{
    Artifact, Binding, CheckResult, Direction, Evidence, Mode, Outcome, Restored, StepHead, Stream,
};

/// One event of one session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Position in the session, from 1 without gaps. The order of events is the order of `seq`, never of `at_ms`.
    pub seq: u64,
    /// Wall clock when it was recorded, Unix milliseconds; may jump.
    pub at_ms: i64,
    /// Monotonic milliseconds since the runner that recorded it started; `None` when a door recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mono_ms: Option<u64>,
    /// Session id.
    pub session: String,
    /// What happened.
    #[serde(flatten)]
    pub body: Body,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// A person started a session.
    SessionStarted {
        /// Name of the plan.
        plan: String,
        /// Plan file, absolute.
        plan_path: String,
        /// SHA-256 of the plan file and of the files it names.
        plan_hash: String,
        /// Mode.
        mode: Mode,
        /// Most harmful environment among the bindings.
        environment: Environment,
        /// Bound targets.
        bindings: Vec<Binding>,
        /// Steps in file order.
        steps: Vec<StepHead>,
        /// Steps the session is limited to; empty: all.
        #[serde(default)]
        only: Vec<String>,
        /// OS user.
        by: String,
        /// Host name.
        host: String,
        /// Version of this program.
        program: String,
        /// Why production runs without a rehearsal, if so.
        #[serde(default)]
        reason: Option<String>,
    },
    /// A runner process took the session: at its start and at every resume.
    RunnerStarted {
        /// Process id.
        pid: u32,
        /// Host name.
        host: String,
        /// True when it continues a session.
        resumed: bool,
    },
    /// The runner left in good order before the session's end (signal, lost target).
    RunnerStopped {
        /// Why.
        reason: String,
    },
    /// A changed plan was accepted on resume.
    PlanChanged {
        /// Hash before.
        from: String,
        /// Hash now.
        to: String,
        /// Who accepted.
        by: String,
        /// Steps as they are now.
        steps: Vec<StepHead>,
    },
    /// A target was lost and is being connected again.
    ConnectionLost {
        /// Target.
        target: String,
        /// What the driver said.
        message: String,
    },
    /// A restore was swapped in: the target is another database from now on.
    TargetSwapped {
        /// Target.
        target: String,
        /// What makes it this database and no other.
        identity: String,
    },
    /// A server process of an earlier runner of this session still works.
    OrphanFound {
        /// Target.
        target: String,
        /// Its id on the server.
        backend: String,
        /// What it runs, redacted and bounded.
        query: String,
    },
    /// It ended, or was ended.
    OrphanEnded {
        /// Target.
        target: String,
        /// Its id on the server.
        backend: String,
        /// True when Stopover ended it.
        terminated: bool,
    },
    /// Someone asked to pause before the next step.
    PauseRequested {
        /// Who.
        by: String,
    },
    /// The session stands between two steps.
    SessionPaused {},
    /// Someone asked to go on.
    ResumeRequested {
        /// Who.
        by: String,
    },
    /// Someone asked to end it: what runs is cancelled.
    AbortRequested {
        /// Who.
        by: String,
    },
    /// Someone asked to run a failed step again.
    RetryRequested {
        /// Step.
        step: String,
        /// Who.
        by: String,
    },
    /// Someone asked to go on without a step.
    SkipRequested {
        /// Step.
        step: String,
        /// Why; never empty.
        reason: String,
        /// Who.
        by: String,
    },
    /// Someone said what became of a statement of unknown outcome.
    SettleRequested {
        /// Step.
        step: String,
        /// True: it was applied.
        applied: bool,
        /// Who.
        by: String,
        /// How the person knows.
        #[serde(default)]
        note: String,
    },
    /// Someone asked to take everything back.
    RollbackRequested {
        /// Who.
        by: String,
    },
    /// Someone answered the offer of the `finally_for` steps.
    FinallyAnswered {
        /// True: run them.
        accepted: bool,
        /// Who; `automatic` where nobody could be asked.
        by: String,
    },
    /// A gate waits.
    GateOpened {
        /// Step.
        step: String,
        /// Question.
        question: String,
        /// Who may approve.
        approvers: Vec<String>,
        /// How many.
        approvals: u32,
    },
    /// Someone approved a gate.
    GateApproved {
        /// Step.
        step: String,
        /// Who.
        by: String,
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// An item, or a manual step, was signed.
    ItemSigned {
        /// Item or step id.
        item: String,
        /// Who.
        by: String,
        /// Remark.
        #[serde(default)]
        note: String,
        /// Evidence.
        #[serde(default)]
        evidence: Option<Evidence>,
    },
    /// Work waits for signatures.
    SignatureAwaited {
        /// Step that waits.
        step: String,
        /// Items or the step itself.
        items: Vec<String>,
        /// What the person does.
        instructions: String,
        /// Whether it is a step's undo that waits.
        #[serde(default)]
        direction: Direction,
    },
    /// A step begins; recorded before anything of it goes out.
    StepStarted {
        /// Step.
        step: String,
        /// Attempt, from 1.
        attempt: u32,
        /// Forward or back.
        #[serde(default)]
        direction: Direction,
    },
    /// A statement that cannot share a transaction with its mark goes out.
    StatementStarted {
        /// Step.
        step: String,
        /// Forward or back.
        #[serde(default)]
        direction: Direction,
        /// Position, from 0.
        index: u32,
        /// Number of statements.
        total: u32,
        /// The statement, redacted, bounded to 4 KiB.
        sql: String,
    },
    /// A statement ended.
    StatementFinished {
        /// Step.
        step: String,
        /// Forward or back.
        #[serde(default)]
        direction: Direction,
        /// Position, from 0.
        index: u32,
        /// Number of statements.
        total: u32,
        /// Rows changed or returned.
        rows: u64,
        /// Monotonic duration.
        elapsed_ms: u64,
    },
    /// Output of a program or notices of a server.
    StepOutput {
        /// Step.
        step: String,
        /// Where it came from.
        stream: Stream,
        /// Text with control characters and invalid UTF-8 escaped.
        text: String,
        /// Bytes left out after the bound was reached.
        #[serde(default)]
        dropped_bytes: u64,
    },
    /// How far a step is.
    StepProgressed {
        /// Step.
        step: String,
        /// Done.
        done: u64,
        /// Of; 0 when unknown.
        total: u64,
        /// `rows`, `bytes`, `ms`, `samples`.
        unit: String,
    },
    /// An attempt failed in a way that trying again may mend.
    StepRetried {
        /// Step.
        step: String,
        /// SQLSTATE or error code.
        code: String,
        /// What happened.
        message: String,
        /// Attempt that follows.
        attempt: u32,
        /// Wait before it.
        backoff_ms: u64,
    },
    /// A step ended well.
    StepSucceeded {
        /// Step.
        step: String,
        /// Forward or back.
        #[serde(default)]
        direction: Direction,
        /// Rows changed.
        #[serde(default)]
        rows: Option<u64>,
        /// Exit code of a program.
        #[serde(default)]
        exit: Option<i32>,
        /// Monotonic duration.
        elapsed_ms: u64,
        /// What it left behind.
        #[serde(default)]
        artifacts: Vec<Artifact>,
        /// True when a crash hid the end and the mark in the target proved it.
        #[serde(default)]
        by_mark: bool,
    },
    /// A step ended badly; what it did in a transaction is not there.
    StepFailed {
        /// Step.
        step: String,
        /// Forward or back.
        #[serde(default)]
        direction: Direction,
        /// What and the next move.
        problem: Problem,
        /// Exit code of a program.
        #[serde(default)]
        exit: Option<i32>,
        /// Monotonic duration.
        elapsed_ms: u64,
        /// Card that matches.
        #[serde(default)]
        card: Option<String>,
    },
    /// A crash hid whether a step took effect, and the target cannot tell.
    StepUnknown {
        /// Step.
        step: String,
        /// Forward or back.
        #[serde(default)]
        direction: Direction,
        /// Statement in flight, from 0; `None` for a program.
        #[serde(default)]
        index: Option<u32>,
        /// The statement or command line.
        statement: String,
        /// What is known, and how to find out.
        problem: Problem,
    },
    /// A crash or cancellation left a step without effect; it will run again.
    StepInterrupted {
        /// Step.
        step: String,
        /// Forward or back.
        #[serde(default)]
        direction: Direction,
        /// Why that is certain.
        reason: String,
    },
    /// A step was left out.
    StepSkipped {
        /// Step.
        step: String,
        /// Why.
        reason: String,
        /// Who.
        by: String,
    },
    /// A step is to run again because its effect was ended on a way out.
    StepReset {
        /// Step.
        step: String,
        /// Why.
        reason: String,
    },
    /// A check held.
    CheckPassed {
        /// Result.
        #[serde(flatten)]
        result: CheckResult,
    },
    /// A check did not hold.
    CheckFailed {
        /// Result.
        #[serde(flatten)]
        result: CheckResult,
    },
    /// A check could not be evaluated.
    CheckNotTested {
        /// Result; `found` says why.
        #[serde(flatten)]
        result: CheckResult,
    },
    /// A snapshot was stored for later checks.
    SnapshotTaken {
        /// Name.
        name: String,
        /// Step.
        step: String,
        /// SHA-256 of the rows in canonical text.
        sha256: String,
        /// Number of rows.
        rows: u64,
    },
    /// A way out was reached and these steps are still owed.
    FinallyOffered {
        /// Steps, in order.
        steps: Vec<String>,
        /// `failed`, `aborted`, `rolled_back`.
        because: String,
    },
    /// The rollback begins.
    RollbackStarted {
        /// Steps whose undo runs, in order.
        steps: Vec<String>,
        /// Steps that ran and have no undo.
        #[serde(default)]
        without_undo: Vec<String>,
        /// Steps whose effect was ended by their `finally_for` partner and that run again first, and those partners.
        #[serde(default)]
        rearmed: Vec<String>,
    },
    /// The session ended.
    SessionFinished {
        /// How.
        outcome: Outcome,
    },
    /// An event of a newer program; kept, not understood.
    #[serde(other)]
    Other,
}

impl Body {
    /// Returns the step the event is about.
    pub fn step(&self) -> Option<&str> {
        use Body::*;
        match self {
            RetryRequested { step, .. }
            | SkipRequested { step, .. }
            | SettleRequested { step, .. }
            | GateOpened { step, .. }
            | GateApproved { step, .. }
            | SignatureAwaited { step, .. }
            | StepStarted { step, .. }
            | StatementStarted { step, .. }
            | StatementFinished { step, .. }
            | StepOutput { step, .. }
            | StepProgressed { step, .. }
            | StepRetried { step, .. }
            | StepSucceeded { step, .. }
            | StepFailed { step, .. }
            | StepUnknown { step, .. }
            | StepInterrupted { step, .. }
            | StepSkipped { step, .. }
            | StepReset { step, .. }
            | SnapshotTaken { step, .. } => Some(step),
            CheckPassed { result } | CheckFailed { result } | CheckNotTested { result } => {
                Some(&result.step)
            }
            _ => None,
        }
    }

    /// Returns the event's kind as written in JSON, e.g. `step_started`.
    pub fn word(&self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| Some(value.get("kind")?.as_str()?.to_owned()))
            .unwrap_or_else(|| "other".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_flat_object_and_reads_back() {
        let event = Event {
            seq: 3,
            at_ms: 1_000,
            mono_ms: Some(5),
            session: "s1".into(),
            body: Body::StepStarted {
                step: "a".into(),
                attempt: 1,
                direction: Direction::Forward,
            },
        };
        let text = serde_json::to_string(&event).expect("events serialise");
        assert_eq!(
            text,
            r#"{"seq":3,"at_ms":1000,"mono_ms":5,"session":"s1","kind":"step_started","step":"a","attempt":1,"direction":"forward"}"#
        );
        assert_eq!(
            serde_json::from_str::<Event>(&text).expect("reads back"),
            event
        );
    }

    #[test]
    fn an_unknown_kind_is_kept_as_other() {
        let text = r#"{"seq":1,"at_ms":0,"session":"s","kind":"from_the_future","x":1}"#;
        let event: Event = serde_json::from_str(text).expect("is read");
        assert_eq!(event.body, Body::Other);
    }
}
