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
    // Before anything runs: a signal that comes with the first step finds someone who listens.
    let stop = told_to_stop();
    let event = recorder.record(Body::RunnerStarted {
        pid: std::process::id(),
        host: host_name(),
        resumed,
    })?;
    for event in recorder.since(order.session.seq.min(event.seq - 1))? {
        order.session.apply(&event);
    }
    let end = run(order, recorder, stop).await;
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

/// Listens from now on for a signal that asks this process to leave; resolves with its name.
fn told_to_stop() -> impl Future<Output = String> {
    let signals = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    );
    async move {
        let (Ok(mut term), Ok(mut int), Ok(mut hup)) = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = term.recv() => "SIGTERM".to_owned(),
            _ = int.recv() => "SIGINT".to_owned(),
            _ = hup.recv() => "SIGHUP".to_owned(),
        }
    }
}
