//! What the window has open on databases: per connection its login, the connection its schema is read over, and the
//! query pane with what it runs and its last result.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use stopover_engine::connect::Login;
use stopover_engine::db::{Canceller, Db};
use stopover_engine::query::Grid;
use stopover_plan::Problem;
use tokio::sync::Notify;

/// Longest wait for the servers to end what runs when the window closes.
const GOOD_BYE: Duration = Duration::from_secs(2);

/// What is open, by connection.
#[derive(Default)]
pub(crate) struct OpenDatabases(Mutex<HashMap<String, Arc<OpenDatabase>>>);

/// What is open on one connection.
#[derive(Default)]
pub(crate) struct OpenDatabase {
    login: tokio::sync::Mutex<Option<Login>>,
    /// The connection the schema is read over, kept between two looks.
    pub(crate) schema: tokio::sync::Mutex<Option<Db>>,
    pane: Mutex<Pane>,
}

#[derive(Default)]
struct Pane {
    runs: u32,
    running: Option<Running>,
    result: Option<(u32, Arc<Grid>)>,
}

/// What runs in a pane, and how it is stopped.
#[derive(Clone)]
pub(crate) struct Running {
    /// Which run of the pane.
    pub(crate) run: u32,
    canceller: Arc<Mutex<Option<Canceller>>>,
    asked: Arc<AtomicBool>,
    left: Arc<Notify>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OpenDatabases {
    /// Returns the database of a connection.
    pub(crate) fn of(&self, connection: &str) -> Arc<OpenDatabase> {
        Arc::clone(locked(&self.0).entry(connection.to_owned()).or_default())
    }

    /// Ends all that is open on a connection.
    pub(crate) fn close(&self, connection: &str) {
        let database = locked(&self.0).remove(connection);
        if let Some(database) = database {
            database.leave();
        }
    }

    /// Ends all that is open, and waits a moment for the servers to take note.
    pub(crate) fn close_all(&self) {
        let databases: Vec<Arc<OpenDatabase>> = locked(&self.0)
            .drain()
            .map(|(_, database)| database)
            .collect();
        let cancellers: Vec<Canceller> = databases
            .iter()
            .filter_map(|database| {
                locked(&database.pane)
                    .running
                    .as_ref()
                    .and_then(Running::canceller)
            })
            .collect();
        if cancellers.is_empty() {
            return;
        }
        tauri::async_runtime::block_on(async {
            for canceller in cancellers {
                let _ = tokio::time::timeout(GOOD_BYE, canceller.cancel()).await;
            }
        });
    }
}

impl OpenDatabase {
    /// Returns the login, made by `log_in` when there is none yet.
    pub(crate) async fn login<E>(
        &self,
        log_in: impl Future<Output = Result<Login, E>>,
    ) -> Result<Login, E> {
        let mut login = self.login.lock().await;
        if let Some(login) = &*login {
            return Ok(login.clone());
        }
        let made = log_in.await?;
        *login = Some(made.clone());
        Ok(made)
    }

    /// Enters a run; one that still runs is ended first. The result of the last one is dropped.
    pub(crate) fn enter(&self) -> Running {
        let mut pane = locked(&self.pane);
        if let Some(running) = pane.running.take() {
            running.left.notify_one();
        }
        pane.runs += 1;
        pane.result = None;
        let running = Running {
            run: pane.runs,
            canceller: Arc::default(),
            asked: Arc::default(),
            left: Arc::default(),
        };
        pane.running = Some(running.clone());
        running
    }

    /// Enters work beside the last result, which stays, e.g. its export.
    pub(crate) fn enter_beside(&self) -> Running {
        let result = locked(&self.pane).result.clone();
        let running = self.enter();
        locked(&self.pane).result = result;
        running
    }

    /// Notes that a run has ended, with its result if it has one. False when another one began meanwhile.
    pub(crate) fn ended(&self, run: u32, result: Option<Arc<Grid>>) -> bool {
        let mut pane = locked(&self.pane);
        if pane
            .running
            .as_ref()
            .is_none_or(|running| running.run != run)
        {
            return false;
        }
        pane.running = None;
        if let Some(result) = result {
            pane.result = Some((run, result));
        }
        true
    }

    /// Returns the result of a run.
    pub(crate) fn result(&self, run: u32) -> Result<Arc<Grid>, Problem> {
        match &locked(&self.pane).result {
            Some((kept, grid)) if *kept == run => Ok(Arc::clone(grid)),
            _ => Err(Problem::new(
                "result-gone",
                "This result is not kept any more",
                "Run the query again.",
            )),
        }
    }

    /// Returns what runs.
    pub(crate) fn running(&self) -> Option<Running> {
        locked(&self.pane).running.clone()
    }

    /// Ends what runs and drops the result.
    pub(crate) fn leave(&self) {
        let mut pane = locked(&self.pane);
        pane.result = None;
        if let Some(running) = pane.running.take() {
            running.left.notify_one();
        }
    }
}

impl Running {
    /// Says how the statement in flight is cancelled.
    pub(crate) fn opened(&self, db: &Db) {
        *locked(&self.canceller) = Some(db.canceller());
    }

    fn canceller(&self) -> Option<Canceller> {
        locked(&self.canceller).clone()
    }

    /// Cancels what runs.
    pub(crate) async fn cancel(&self) -> Result<(), stopover_engine::EngineError> {
        self.asked.store(true, Ordering::Release);
        match self.canceller() {
            Some(canceller) => canceller.cancel().await,
            // Nothing was said to the server yet.
            None => {
                self.left.notify_one();
                Ok(())
            }
        }
    }

    /// Returns true when it was asked to end.
    pub(crate) fn was_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    /// Carries out `work` until it ends or the pane is left; what is left so cancels its statement on the server.
    pub(crate) async fn until_left<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.left.notified() => None,
            done = work => Some(done),
        }
    }
}
