//! The fold: what a session is after its events. Engine, window, terminal and report read this and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::event::{
    Artifact, Binding, Body, CheckResult, Direction, Event, Evidence, Mode, Outcome, StepHead,
};
use crate::model::Environment;
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

/// A check's last result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckState {
    /// `pass`, `fail` or `not_tested`.
    pub result: &'static str,
    /// Expected, found, duration.
    #[serde(flatten)]
    pub detail: CheckResult,
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
    /// End of the last run, Unix milliseconds.
    pub finished_at_ms: Option<i64>,
    /// Monotonic duration of the last forward run.
    pub elapsed_ms: Option<u64>,
    /// Monotonic duration of the undo.
    pub undo_elapsed_ms: Option<u64>,
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

/// How many steps have a status that the state of the session depends on, kept so that an event of a session of
/// many thousand steps costs no look at all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    running: usize,
    paused: usize,
    unknown: usize,
    failed: usize,
}

impl Tally {
    fn of(steps: &[StepState]) -> Self {
        let mut tally = Self::default();
        for step in steps {
            tally.add(step.status);
        }
        tally
    }

    fn place(&mut self, status: Status) -> Option<&mut usize> {
        match status {
            Status::Running => Some(&mut self.running),
            Status::Paused => Some(&mut self.paused),
            Status::Unknown => Some(&mut self.unknown),
            Status::Failed => Some(&mut self.failed),
            _ => None,
        }
    }

    fn add(&mut self, status: Status) {
        if let Some(count) = self.place(status) {
            *count += 1;
        }
    }

    fn remove(&mut self, status: Status) {
        if let Some(count) = self.place(status) {
            *count = count.saturating_sub(1);
        }
    }
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

    /// Returns the backup a step made.
    pub fn backup_of(&self, step: &str) -> Option<&Artifact> {
        self.step(step)?
            .artifacts
            .iter()
            .find(|artifact| artifact.what == "backup")
    }

    fn set_steps(&mut self, heads: &[StepHead]) {
        let mut old: BTreeMap<String, StepState> = std::mem::take(&mut self.steps)
            .into_iter()
            .map(|step| (step.id.clone(), step))
            .collect();
        self.index.clear();
        for head in heads {
            let mut step = old.remove(&head.id).unwrap_or_default();
            step.id.clone_from(&head.id);
            step.title.clone_from(&head.title);
            step.step_kind.clone_from(&head.step_kind);
            step.phase.clone_from(&head.phase);
            step.after.clone_from(&head.after);
            step.estimate_ms = head.estimate_ms;
            step.finally_for.clone_from(&head.finally_for);
            step.detail.clone_from(&head.detail);
            step.has_undo = head.has_undo;
            self.index.insert(head.id.clone(), self.steps.len());
            self.steps.push(step);
        }
        // A step that ran and left the plan stays visible: it happened.
        for (id, step) in old {
            if step.status != Status::Waiting {
                self.index.insert(id, self.steps.len());
                self.steps.push(step);
            }
        }
        self.tally = Tally::of(&self.steps);
    }

    fn with(&mut self, id: &str, change: impl FnOnce(&mut StepState)) {
        if let Some(&position) = self.index.get(id) {
            let step = &mut self.steps[position];
            self.tally.remove(step.status);
            change(step);
            self.tally.add(step.status);
        }
    }

    /// Adds one event; events with a position already seen are ignored.
    pub fn apply(&mut self, event: &Event) {
        if event.seq <= self.seq {
            return;
        }
        self.seq = event.seq;
        self.id.clone_from(&event.session);
        if let Some(mono_ms) = event.mono_ms {
            if matches!(event.body, Body::RunnerStarted { .. }) {
                // The runner's clock went before: what is counted stays, and from here on it is counted further.
                self.runner_base_ms = self.duration_ms.saturating_sub(mono_ms);
            }
            self.duration_ms = self.duration_ms.max(self.runner_base_ms + mono_ms);
        }
        self.apply_body(event);
        if !matches!(
            self.state,
            State::Finished | State::Interrupted | State::Paused
        ) {
            self.state = self.derived_state();
        }
    }

    fn derived_state(&self) -> State {
        let Tally {
            running,
            paused,
            unknown,
            failed,
        } = self.tally;
        if unknown > 0 {
            State::Unknown
        } else if failed > 0 && running == 0 {
            State::Failed
        } else if self.rolling_back {
            State::RollingBack
        } else if paused > 0 && running == 0 {
            State::Waiting
        } else {
            State::Running
        }
    }

    fn apply_body(&mut self, event: &Event) {
        match &event.body {
            Body::SessionStarted {
                plan,
                plan_path,
                plan_hash,
                mode,
                environment,
                bindings,
                steps,
                only,
                by,
                host,
                program,
                reason,
            } => {
                self.plan.clone_from(plan);
                self.plan_path.clone_from(plan_path);
                self.plan_hash.clone_from(plan_hash);
                self.mode = *mode;
                self.environment = *environment;
                self.bindings.clone_from(bindings);
                self.only.clone_from(only);
                self.by.clone_from(by);
                self.host.clone_from(host);
                self.program.clone_from(program);
                self.reason.clone_from(reason);
                self.started_at_ms = event.at_ms;
                self.set_steps(steps);
            }
            Body::RunnerStarted { pid, host, .. } => {
                self.runner = Some((*pid, host.clone()));
                self.state = State::Running;
                self.outcome = None;
                self.finished_at_ms = None;
                self.finally_answer = None;
                self.finally_offered.clear();
                self.pause_requested = false;
            }
            Body::RunnerStopped { .. } => {
                // A question to a person outlives the runner that asked it.
                self.state = match self.derived_state() {
                    State::Unknown => State::Unknown,
                    _ => State::Interrupted,
                };
            }
            Body::PlanChanged { to, steps, .. } => {
                self.plan_hash.clone_from(to);
                self.set_steps(steps);
            }
            Body::TargetSwapped { target, identity } => {
                for binding in &mut self.bindings {
                    if binding.target == *target {
                        binding.identity.clone_from(identity);
                    }
                }
            }
            Body::PauseRequested { .. } => self.pause_requested = true,
            Body::SessionPaused {} => self.state = State::Paused,
            Body::ResumeRequested { .. } => {
                self.pause_requested = false;
                if self.state == State::Paused {
                    self.state = State::Running;
                }
            }
            Body::AbortRequested { .. } => self.abort_requested = true,
            Body::RetryRequested { step, .. } => {
                self.abort_requested = false;
                self.finally_answer = None;
                self.with(step, |step| {
                    if step.status == Status::Failed {
                        step.status = Status::Waiting;
                        step.problem = None;
                        step.card = None;
                    }
                });
            }
            Body::SkipRequested { step, reason, by } => {
                self.skips_requested
                    .insert(step.clone(), (reason.clone(), by.clone()));
            }
            Body::SettleRequested { step, applied, .. } => {
                self.settled.insert(step.clone(), *applied);
            }
            Body::RollbackRequested { .. } => self.rollback_requested = true,
            Body::FinallyAnswered { accepted, .. } => {
                self.finally_answer = Some(*accepted);
                self.finally_offered.clear();
            }
            Body::FinallyOffered { steps, .. } => {
                self.finally_offered.clone_from(steps);
                self.finally_answer = None;
            }
            Body::RollbackStarted {
                steps,
                without_undo,
                rearmed,
            } => {
                self.rolling_back = true;
                self.rollback_requested = false;
                self.finally_answer = None;
                self.finally_offered.clear();
                self.rollback_steps.clone_from(steps);
                self.without_undo.clone_from(without_undo);
                self.rearmed.clone_from(rearmed);
                for id in rearmed {
                    self.with(id, |step| step.status = Status::Waiting);
                }
                // What failed on the way forward is no longer an open question.
                for step in &mut self.steps {
                    if matches!(step.status, Status::Failed | Status::Paused)
                        && step.direction == Direction::Forward
                    {
                        step.status = Status::Interrupted;
                        step.waits_for = None;
                    }
                }
                self.tally = Tally::of(&self.steps);
            }
            Body::ItemSigned {
                item,
                by,
                note,
                evidence,
            } => {
                self.signatures
                    .entry(item.clone())
                    .or_default()
                    .push(Signature {
                        by: by.clone(),
                        at_ms: event.at_ms,
                        note: note.clone(),
                        evidence: evidence.clone(),
                    });
            }
            Body::SnapshotTaken {
                name, sha256, rows, ..
            } => {
                self.snapshots.insert(name.clone(), (sha256.clone(), *rows));
            }
            Body::SessionFinished { outcome } => {
                self.state = State::Finished;
                self.outcome = Some(*outcome);
                self.finished_at_ms = Some(event.at_ms);
                self.finally_offered.clear();
                self.pause_requested = false;
                self.abort_requested = false;
            }
            _ => self.apply_step(event),
        }
    }

    fn apply_step(&mut self, event: &Event) {
        let at_ms = event.at_ms;
        let seq = event.seq;
        match &event.body {
            Body::GateOpened {
                step,
                question,
                approvals,
                ..
            } => self.with(step, |step| {
                step.status = Status::Paused;
                step.approvals_needed = *approvals;
                step.waits_for = Some(question.clone());
            }),
            Body::GateApproved { step, by, note } => self.with(step, |step| {
                step.approvals.retain(|signature| signature.by != *by);
                step.approvals.push(Signature {
                    by: by.clone(),
                    at_ms,
                    note: note.clone(),
                    evidence: None,
                });
            }),
            Body::SignatureAwaited {
                step,
                items,
                instructions,
                ..
            } => self.with(step, |step| {
                step.status = Status::Paused;
                step.awaits.clone_from(items);
                step.waits_for = Some(instructions.clone());
            }),
            Body::StepStarted {
                step,
                attempt,
                direction,
            } => self.with(step, |step| {
                if step.direction != *direction {
                    step.statements_done.clear();
                    step.statements_total = None;
                }
                step.status = Status::Running;
                step.direction = *direction;
                step.attempts = *attempt;
                step.starts += 1;
                step.started_at_ms = Some(at_ms);
                step.finished_at_ms = None;
                step.problem = None;
                step.card = None;
                step.statement = None;
                step.progress = None;
                step.waits_for = None;
            }),
            Body::StatementStarted {
                step,
                index,
                total,
                sql,
                ..
            } => self.with(step, |step| {
                step.statement = Some((*index, sql.clone()));
                step.statements_total = Some(*total);
            }),
            Body::StatementFinished {
                step, index, total, ..
            } => self.with(step, |step| {
                step.statement = None;
                step.statements_total = Some(*total);
                step.statements_done.insert(*index);
            }),
            Body::StepProgressed {
                step,
                done,
                total,
                unit,
            } => self.with(step, |step| {
                step.progress = Some((*done, *total, unit.clone()));
            }),
            Body::StepRetried { step, attempt, .. } => {
                self.with(step, |step| step.attempts = *attempt);
            }
            Body::StepSucceeded {
                step,
                direction,
                rows,
                exit,
                elapsed_ms,
                artifacts,
                ..
            } => {
                self.finally_offered.retain(|id| id != step);
                self.with(step, |step| {
                    step.finished_at_ms = Some(at_ms);
                    step.ended_seq = seq;
                    step.statement = None;
                    step.waits_for = None;
                    step.problem = None;
                    match direction {
                        Direction::Forward => {
                            step.status = Status::Succeeded;
                            step.elapsed_ms = Some(*elapsed_ms);
                            step.rows = *rows;
                            step.exit = *exit;
                            step.artifacts.clone_from(artifacts);
                        }
                        Direction::Back => {
                            step.status = Status::Undone;
                            step.undo_elapsed_ms = Some(*elapsed_ms);
                        }
                    }
                });
            }
            Body::StepFailed {
                step,
                problem,
                exit,
                elapsed_ms,
                card,
                direction,
            } => self.with(step, |step| {
                step.status = Status::Failed;
                step.direction = *direction;
                step.finished_at_ms = Some(at_ms);
                step.statement = None;
                step.waits_for = None;
                step.elapsed_ms = Some(*elapsed_ms);
                step.exit = *exit;
                step.problem = Some(problem.clone());
                step.card.clone_from(card);
            }),
            Body::StepUnknown {
                step,
                problem,
                index,
                statement,
                direction,
            } => {
                self.settled.remove(step);
                self.with(step, |step| {
                    step.status = Status::Unknown;
                    step.direction = *direction;
                    step.problem = Some(problem.clone());
                    step.statement = Some((index.unwrap_or(0), statement.clone()));
                });
            }
            Body::StepInterrupted { step, .. } => self.with(step, |step| {
                step.status = Status::Interrupted;
                step.statement = None;
                step.waits_for = None;
                step.problem = None;
            }),
            Body::StepSkipped { step, reason, by } => {
                self.finally_offered.retain(|id| id != step);
                self.skips_requested.remove(step);
                self.with(step, |step| {
                    step.status = Status::Skipped;
                    step.skipped = Some((reason.clone(), by.clone()));
                    step.statement = None;
                    step.waits_for = None;
                    step.ended_seq = seq;
                });
            }
            Body::StepReset { step, .. } => {
                self.finally_answer = None;
                self.with(step, |step| {
                    step.status = Status::Waiting;
                    step.statements_done.clear();
                    step.problem = None;
                });
            }
            Body::CheckPassed { result } => self.check("pass", result),
            Body::CheckFailed { result } => self.check("fail", result),
            Body::CheckNotTested { result } => self.check("not_tested", result),
            _ => {}
        }
    }

    fn check(&mut self, word: &'static str, result: &CheckResult) {
        self.with(&result.step, |step| {
            step.checks
                .retain(|state| state.detail.check != result.check);
            step.checks.push(CheckState {
                result: word,
                detail: result.clone(),
            });
        });
    }
}
