//! Hosts one session in this process: the journal's log, the engine, the signals.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use stopover_engine::run::{End, Order, RunError, run};
use stopover_journal::SessionLog;
use stopover_plan::event::{Body, Outcome};
use stopover_plan::{Problem, Recorder};
use tokio::signal::unix::{SignalKind, signal};

use crate::liveness::Hold;
use crate::tee::{Observer, Tee};
use crate::trouble::Trouble;
use crate::who::host_name;

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

/// Puts something between a session and its log, through which every event but the first goes.
pub type Wrap = Box<dyn FnOnce(Arc<dyn Recorder>) -> Arc<dyn Recorder> + Send + Sync>;

/// Opens the log of a session that exists; `observer` is told what comes after position `seen`.
pub(crate) fn open_log(
    journal_path: &Path,
    id: &str,
    seen: u64,
    observer: Observer,
    wrap: Wrap,
) -> Result<Arc<dyn Recorder>, Trouble> {
    let log = SessionLog::new(journal_path, id, Instant::now())?;
    Ok(Arc::new(Tee {
        inner: wrap(Arc::new(log)),
        observer,
        told: AtomicU64::new(seen),
    }))
}

/// Runs the engine on the session until its end or a signal.
pub(crate) async fn run_order(
    id: &str,
    mut order: Order,
    recorder: Arc<dyn Recorder>,
    hold: Hold,
    resumed: bool,
) -> Result<Ended, Trouble> {
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
