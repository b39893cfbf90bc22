//! Hosts one session in this process: the journal's log, the engine, the signals.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use stopover_engine::run::{End, Order, RunError, run};
use stopover_journal::{Journal, SessionLog};
use stopover_plan::event::{Body, Outcome};
use stopover_plan::{Event, Problem, Recorder};
use tokio::signal::unix::{SignalKind, signal};

use crate::liveness::Hold;
use crate::tee::Tee;
use crate::trouble::Trouble;
use crate::who::host_name;

/// Told every event of the session in order, after it is durable.
pub type Observer = Box<dyn Fn(&Event) + Send + Sync>;

/// How a hosted session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Session id.
    pub session: String,
    /// Outcome; `None` when it is interrupted or unknown.
    pub outcome: Option<Outcome>,
    /// What a person has to decide, if so.
    pub problem: Option<Problem>,
}

/// Writes the first event of a session; returns the clock of its runner.
pub(crate) fn begin(journal: &Journal, id: &str, first: Body) -> Result<Instant, Trouble> {
    let clock = Instant::now();
    match first {
        first @ Body::SessionStarted { .. } => journal.create_session(id, first)?,
        other => journal.append(id, other, None)?,
    };
    Ok(clock)
}

/// Runs the engine on the session until its end or a signal.
pub(crate) async fn run_order(
    journal_path: &Path,
    id: &str,
    clock: Instant,
    mut order: Order,
    observer: Observer,
    hold: Hold,
    resumed: bool,
) -> Result<Ended, Trouble> {
    let log = SessionLog::new(journal_path, id, clock)?;
    let recorder: Arc<dyn Recorder> = Arc::new(Tee {
        inner: Arc::new(log),
        observer,
        // A resumed session was seen before; a new one is told from its first event.
        told: AtomicU64::new(if resumed { order.session.seq } else { 0 }),
    });
    let event = recorder.record(Body::RunnerStarted {
        pid: std::process::id(),
        host: host_name(),
        resumed,
    })?;
    for event in recorder.since(order.session.seq.min(event.seq - 1))? {
        order.session.apply(&event);
    }
    let end = run(order, recorder, told_to_stop()).await;
    drop(hold);
    let (outcome, problem) = match end {
        Ok(End::Finished(outcome)) => (Some(outcome), None),
        Ok(End::NeedsPerson(problem)) => (None, Some(problem)),
        Ok(End::Stopped) => (
            None,
            Some(Problem::new(
                "interrupted",
                format!("Session {id} was told to stop."),
                format!("Resume it: `stopover resume {id}`."),
            )),
        ),
        Err(RunError::Record(error)) => return Err(error.into()),
        Err(RunError::Target(problem)) => return Err(Trouble::Unreachable(problem)),
    };
    Ok(Ended {
        session: id.to_owned(),
        outcome,
        problem,
    })
}

/// Resolves with the name of the signal that asks this process to leave.
async fn told_to_stop() -> String {
    let (Ok(mut term), Ok(mut int), Ok(mut hup)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => "SIGTERM".to_owned(),
        _ = int.recv() => "SIGINT".to_owned(),
        _ = hup.recv() => "SIGHUP".to_owned(),
    }
}
