//! Runs a session: decides what comes next from the fold, records, acts, records.

mod access;
mod adopt;
mod backup_step;
mod check;
mod command_step;
mod course;
mod decide;
mod end;
mod expect;
mod flag;
mod in_flight;
mod index;
mod mark;
mod people;
mod recover;
mod secrets;
mod sql_step;
mod statements;
mod step;
mod wait;
mod work;

use std::cell::{Cell, Ref, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use stopover_plan::event::{Body, Direction, Outcome};
use stopover_plan::model::Step;
use stopover_plan::session::{Session, Status};
use stopover_plan::{Event, Plan, Problem, RecordError, Recorder};
use tokio::sync::{Notify, Semaphore};

pub use access::Access;
pub use adopt::{Marked, marked_sessions, marks_of};
use course::Course;
use decide::Next;
pub use decide::{Attendance, can_undo as has_undo};
pub use mark::Proof;
pub use people::{may_approve, signed_as};

/// How often the journal is asked for requests of people.
const POLL: Duration = Duration::from_millis(100);

/// How often a target's lock is looked at.
const LOCK_WATCH: Duration = Duration::from_secs(1);

/// A session to run or to continue.
pub struct Order {
    /// The plan.
    pub plan: Plan,
    /// Folder of the plan file; relative paths start here.
    pub folder: PathBuf,
    /// Texts of the SQL files the plan names, by the name in the plan.
    pub files: BTreeMap<String, String>,
    /// Open and locked targets by id.
    pub targets: BTreeMap<String, Access>,
    /// The fold so far: at least `session_started`.
    pub session: Session,
    /// Whether a person can be asked.
    pub attendance: Attendance,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The session is over.
    Finished(Outcome),
    /// The outcome of a step is unknown and nobody is there to settle it.
    NeedsPerson(Problem),
    /// The runner was told to stop; the session can be resumed.
    Stopped,
}

/// What ends a run against its will.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The journal failed: nothing more may be done.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A target could not be reached again, or is held by someone else.
    #[error("{0}")]
    Target(Problem),
}

/// Why running steps are cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Halt {
    Go,
    /// A person aborts or rolls back.
    Cancel,
    /// The process has to leave.
    Stop,
}

/// A session in flight; steps share it.
struct Run {
    plan: Plan,
    /// Places of the plan's steps by id.
    places: HashMap<String, usize>,
    folder: PathBuf,
    files: BTreeMap<String, String>,
    targets: BTreeMap<String, Access>,
    one_at_a_time: BTreeMap<String, Semaphore>,
    recorder: Arc<dyn Recorder>,
    session: RefCell<Session>,
    changed: Notify,
    halt: Cell<Halt>,
    halted: Notify,
}

impl Run {
    /// Records one event; it is durable when this returns.
    fn record(&self, body: Body) -> Result<(), RecordError> {
        self.take_in(self.recorder.record(self.masked(body))?)
    }

    /// Records the end of a step that its mark proves; see [`Recorder::record_proven`].
    fn record_proven(&self, body: Body) -> Result<(), RecordError> {
        self.take_in(self.recorder.record_proven(self.masked(body))?)
    }

    fn masked(&self, body: Body) -> Body {
        let secrets: Vec<String> = self
            .targets
            .values()
            .filter_map(Access::exposed_secret)
            .collect();
        secrets::masked(body, &secrets)
    }

    fn take_in(&self, event: Event) -> Result<(), RecordError> {
        let mut session = self.session.borrow_mut();
        if event.seq > session.seq + 1 {
            for event in self.recorder.since(session.seq)? {
                session.apply(&event);
            }
        } else {
            session.apply(&event);
        }
        drop(session);
        self.changed.notify_waiters();
        Ok(())
    }

    /// Takes in what people asked for since.
    fn catch_up(&self) -> Result<(), RecordError> {
        let after = self.session.borrow().seq;
        let events = self.recorder.since(after)?;
        if !events.is_empty() {
            let mut session = self.session.borrow_mut();
            for event in &events {
                session.apply(event);
            }
            drop(session);
            self.changed.notify_waiters();
        }
        Ok(())
    }

    fn step(&self, id: &str) -> Option<&Step> {
        self.places.get(id).map(|&place| &self.plan.steps[place])
    }

    fn session(&self) -> Ref<'_, Session> {
        self.session.borrow()
    }

    fn set_halt(&self, halt: Halt) {
        self.halt.set(halt);
        self.halted.notify_waiters();
        self.changed.notify_waiters();
    }

    /// Returns when running steps are to be cancelled.
    async fn halted(&self) -> Halt {
        loop {
            let notified = self.halted.notified();
            if self.halt.get() != Halt::Go {
                return self.halt.get();
            }
            notified.await;
        }
    }
}

/// Runs the session of `order` to its end, or until `stop` resolves with a reason.
///
/// # Errors
/// When the journal cannot be written or a target is lost for good; the session can be resumed.
pub async fn run(
    order: Order,
    recorder: Arc<dyn Recorder>,
    stop: impl Future<Output = String>,
) -> Result<End, RunError> {
    let attendance = order.attendance;
    let one_at_a_time = order
        .targets
        .iter()
        .map(|(id, access)| (id.clone(), Semaphore::new(access.parallel_steps())))
        .collect();
    let steps = order.plan.steps.iter();
    let run = Run {
        places: steps.map(|step| step.id.clone()).zip(0..).collect(),
        plan: order.plan,
        folder: order.folder,
        files: order.files,
        targets: order.targets,
        one_at_a_time,
        recorder,
        session: RefCell::new(order.session),
        changed: Notify::new(),
        halt: Cell::new(Halt::Go),
        halted: Notify::new(),
    };
    let course = Course::new(&run.plan, &run.session());
    recover::settle_interrupted(&run).await?;
    let end = drive(&run, &course, attendance, stop).await;
    if matches!(end, Ok(End::Finished(_))) {
        for access in run.targets.values() {
            access.release().await;
        }
    }
    end
}

async fn drive(
    run: &Run,
    course: &Course<'_>,
    attendance: Attendance,
    stop: impl Future<Output = String>,
) -> Result<End, RunError> {
    let mut stop = std::pin::pin!(stop);
    let mut stopping: Option<String> = None;
    let mut running: BTreeSet<String> = BTreeSet::new();
    let mut flights: FuturesUnordered<LocalBoxFuture<'_, (String, Result<(), RunError>)>> =
        FuturesUnordered::new();
    let mut lock_taken = std::pin::pin!(watch_locks(run));
    let mut poll = tokio::time::interval(POLL);
    poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let next = match &stopping {
            Some(reason) if running.is_empty() => {
                run.record(Body::RunnerStopped {
                    reason: reason.clone(),
                })?;
                return Ok(End::Stopped);
            }
            Some(_) => Next::Wait,
            None => course.next(&run.session(), &running, attendance),
        };
        match next {
            Next::Wait => {}
            Next::Cancel => run.set_halt(Halt::Cancel),
            Next::Start(steps) => {
                run.halt.set(Halt::Go);
                for (id, direction) in steps {
                    running.insert(id.clone());
                    flights.push(Box::pin(async move {
                        let result = step::carry_out(run, &id, direction).await;
                        (id, result)
                    }));
                }
            }
            next => {
                if let Some(end) = act(run, next).await? {
                    return Ok(end);
                }
                continue;
            }
        }
        tokio::select! {
            Some((id, result)) = flights.next(), if !running.is_empty() => {
                running.remove(&id);
                if let Err(error) = result {
                    // Nothing may run that is not in the journal: cancel the rest before leaving.
                    run.set_halt(Halt::Stop);
                    while flights.next().await.is_some() {}
                    return Err(error);
                }
            }
            _ = poll.tick() => run.catch_up()?,
            problem = &mut lock_taken => {
                // Another runner may act on the target from now on: this one must not.
                run.set_halt(Halt::Stop);
                while flights.next().await.is_some() {}
                return Err(RunError::Target(problem));
            }
            reason = &mut stop, if stopping.is_none() => {
                stopping = Some(reason);
                run.set_halt(Halt::Stop);
            }
        }
    }
}

/// Keeps the locks of the targets while steps run; returns why when another runner has one of them.
async fn watch_locks(run: &Run) -> Problem {
    loop {
        tokio::time::sleep(LOCK_WATCH).await;
        for access in run.targets.values() {
            if let Err(problem) = access.keep_lock().await {
                return problem;
            }
        }
    }
}

/// Carries out the moves that are a matter of the journal alone.
async fn act(run: &Run, next: Next) -> Result<Option<End>, RunError> {
    match next {
        Next::Skip { step, reason, by } => run.record(Body::StepSkipped { step, reason, by })?,
        Next::Settle { step, applied } => recover::settle(run, &step, applied)?,
        Next::Reset(steps) => {
            for step in steps {
                run.record(Body::StepReset {
                    step,
                    reason: "its effect was ended on a way out that was not taken".to_owned(),
                })?;
            }
        }
        Next::Offer { steps, because } => run.record(Body::FinallyOffered {
            steps,
            because: because.to_owned(),
        })?,
        Next::AcceptOffer => run.record(Body::FinallyAnswered {
            accepted: true,
            by: "automatic".to_owned(),
        })?,
        Next::BeginRollback {
            steps,
            without_undo,
            rearmed,
        } => {
            run.halt.set(Halt::Go);
            run.record(Body::RollbackStarted {
                steps,
                without_undo,
                rearmed,
            })?;
        }
        Next::Pause => run.record(Body::SessionPaused {})?,
        Next::Leave => {
            let problem = unknown_problem(&run.session());
            run.record(Body::RunnerStopped {
                reason: problem.message.clone(),
            })?;
            return Ok(Some(End::NeedsPerson(problem)));
        }
        Next::Finish(outcome) => {
            run.recorder.settle()?;
            mark::remove_all(run).await?;
            run.record(Body::SessionFinished { outcome })?;
            return Ok(Some(End::Finished(outcome)));
        }
        Next::Start(_) | Next::Wait | Next::Cancel => {}
    }
    Ok(None)
}

fn unknown_problem(session: &Session) -> Problem {
    session
        .steps
        .iter()
        .find(|step| step.status == Status::Unknown)
        .and_then(|step| step.problem.clone())
        .unwrap_or_else(|| {
            Problem::new(
                "unknown",
                "The outcome of a step is unknown.",
                "Look at the target, then settle the step.",
            )
        })
}

/// Returns the first `limit` bytes of a text, cut at a character, with an ellipsis when cut.
fn bounded(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

/// Returns a duration as whole milliseconds.
fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The direction's word in marks.
fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward => "forward",
        Direction::Back => "back",
    }
}

impl Run {
    /// Waits for the turn of a step on a target that does one thing at a time.
    async fn turn(&self, target: &str) -> Option<tokio::sync::SemaphorePermit<'_>> {
        // The semaphores are never closed.
        self.one_at_a_time.get(target)?.acquire().await.ok()
    }
}
