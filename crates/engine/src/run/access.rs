//! A bound target: how it is reached, its lock, and the connections that wait for the next step.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use stopover_plan::connection::{Connection, Secret};
use stopover_plan::event::{Binding, Body, Stream};
use stopover_plan::model::Engine;
use stopover_plan::{Problem, RecordError};

use crate::connect::{Login, log_in};
use crate::db::{Db, Settings};
use crate::error::EngineError;
use crate::target::{Identity, Orphan, TargetLock};

/// Steps of one target that may run at once where the engine can do more than one.
const PARALLEL_STEPS: usize = 4;

/// How long a lost backend is awaited.
const GONE_WITHIN: Duration = Duration::from_secs(30);

/// A target that is open, identified and locked by this process.
pub struct Access {
    connection: Connection,
    secret: Option<Secret>,
    login: RefCell<Login>,
    identity: RefCell<Identity>,
    session: String,
    by: String,
    lock: tokio::sync::Mutex<Option<TargetLock>>,
    idle: RefCell<Vec<Db>>,
    /// True once the mark table is known to exist.
    pub(super) marks_ready: Cell<bool>,
}

impl Access {
    /// Opens, identifies and locks a target for `session`.
    ///
    /// # Errors
    /// When it cannot be reached, is a replica, lies behind a transaction-pooling proxy, or is held by another runner.
    pub async fn open(
        connection: Connection,
        secret: Option<Secret>,
        session: &str,
        by: &str,
    ) -> Result<Self, EngineError> {
        let login = log_in(&connection, secret.clone()).await?;
        crate::target::refuse_pooling_proxy(&login).await?;
        let mut db = Db::open(&login, &settings(&connection, session, by)).await?;
        let identity = crate::target::inspect_identity(&mut db).await?;
        refuse_read_only(&connection, &identity).map_err(EngineError::Problem)?;
        let lock = TargetLock::take(&login, session, by).await?;
        Ok(Self {
            connection,
            secret,
            login: RefCell::new(login),
            identity: RefCell::new(identity),
            session: session.to_owned(),
            by: by.to_owned(),
            lock: tokio::sync::Mutex::new(Some(lock)),
            idle: RefCell::new(vec![db]),
            marks_ready: Cell::new(false),
        })
    }

    /// Returns what the journal keeps of this binding; no secret.
    pub fn binding(&self, target: &str) -> Binding {
        let identity = self.identity.borrow();
        Binding {
            target: target.to_owned(),
            engine: self.connection.engine,
            url: self.connection.url(),
            connection: (!self.connection.name.is_empty()).then(|| self.connection.name.clone()),
            environment: self.connection.environment,
            read_only: self.connection.read_only,
            server_version: identity.server_version.clone(),
            database: identity.database.clone(),
            identity: identity.identity.clone(),
            database_user: identity.user.clone(),
        }
    }

    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        self.connection.engine
    }

    /// Returns the session it is locked for.
    pub(super) fn session(&self) -> &str {
        &self.session
    }

    /// Returns true when every write is refused.
    pub fn is_read_only(&self) -> bool {
        self.connection.read_only
    }

    pub(super) fn environment(&self) -> stopover_plan::model::Environment {
        self.connection.environment
    }

    /// Returns the secret, for replacing it in the output of programs.
    pub(super) fn exposed_secret(&self) -> Option<String> {
        Some(self.secret.as_ref()?.expose().to_owned())
    }

    pub(super) fn login(&self) -> Login {
        self.login.borrow().clone()
    }

    pub(super) fn parallel_steps(&self) -> usize {
        match self.connection.engine {
            Engine::Sqlite => 1,
            _ => PARALLEL_STEPS,
        }
    }

    /// Returns a connection: one that waits, or a new one.
    pub(super) async fn checkout(&self) -> Result<Db, EngineError> {
        if let Some(db) = self.idle.borrow_mut().pop() {
            return Ok(db);
        }
        let login = self.login();
        Db::open(&login, &settings(&self.connection, &self.session, &self.by)).await
    }

    /// Gives a connection back for the next step; only in good order and outside a transaction.
    pub(super) fn checkin(&self, db: Db) {
        self.idle.borrow_mut().push(db);
    }

    /// Takes the database that was swapped in under the target's name for the target: lock, identity, no marks yet.
    /// Returns its identity.
    ///
    /// # Errors
    /// When it cannot be reached or locked.
    pub(super) async fn take_swapped(&self) -> Result<String, EngineError> {
        self.close_idle().await;
        let mut lock = self.lock.lock().await;
        if let Some(old) = lock.take() {
            old.release().await;
        }
        let login = self.login();
        *lock = Some(TargetLock::take(&login, &self.session, &self.by).await?);
        let mut db = Db::open(&login, &settings(&self.connection, &self.session, &self.by)).await?;
        let identity = crate::target::inspect_identity(&mut db).await?;
        self.checkin(db);
        self.marks_ready.set(false);
        let name = identity.identity.clone();
        *self.identity.borrow_mut() = identity;
        Ok(name)
    }

    /// Looks whether the lock is still ours, and takes it again when its connection was lost: an administrator may have
    /// ended it, or the server itself for having been idle. A target that cannot be reached is left to the steps.
    ///
    /// # Errors
    /// When another runner took the lock.
    pub(super) async fn keep_lock(&self) -> Result<(), Problem> {
        let mut lock = self.lock.lock().await;
        if let Some(lock) = lock.as_mut()
            && lock.still_held().await
        {
            return Ok(());
        }
        *lock = None;
        match TargetLock::take(&self.login(), &self.session, &self.by).await {
            Ok(taken) => *lock = Some(taken),
            Err(error @ EngineError::Held { .. }) => return Err(error.problem()),
            Err(error) => tracing::warn!(%error, "the lock of a target could not be taken again"),
        }
        Ok(())
    }

    /// Connects, locks and identifies again after a connection was lost, with bounded retries.
    ///
    /// # Errors
    /// When the target stays away, is another database now, or another runner took the lock.
    pub(super) async fn reconnect(&self) -> Result<Db, Problem> {
        self.idle.borrow_mut().clear();
        let mut wait = Duration::from_millis(100);
        let mut last = None;
        for _ in 0..10 {
            match self.try_reconnect().await {
                Ok(db) => return Ok(db),
                Err(Reconnect::Final(problem)) => return Err(problem),
                Err(Reconnect::Again(problem)) => last = Some(problem),
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(5));
        }
        Err(last.unwrap_or_else(|| {
            Problem::new(
                "target-lost",
                "The target was lost and did not come back.",
                "Check the server, then resume the session.",
            )
        }))
    }

    async fn try_reconnect(&self) -> Result<Db, Reconnect> {
        let again = |error: EngineError| Reconnect::Again(error.problem());
        let mut lock = self.lock.lock().await;
        let held = match lock.as_mut() {
            Some(lock) => lock.still_held().await,
            None => false,
        };
        if !held {
            *lock = None;
            let login = log_in(&self.connection, self.secret.clone())
                .await
                .map_err(again)?;
            match TargetLock::take(&login, &self.session, &self.by).await {
                Ok(taken) => *lock = Some(taken),
                Err(error) => return Err(again(error)),
            }
            *self.login.borrow_mut() = login;
        }
        let login = self.login();
        let mut db = Db::open(&login, &settings(&self.connection, &self.session, &self.by))
            .await
            .map_err(again)?;
        let identity = crate::target::inspect_identity(&mut db)
            .await
            .map_err(again)?;
        if identity.identity != self.identity.borrow().identity {
            return Err(Reconnect::Final(Problem::new(
                "wrong-database",
                format!(
                    "The address {} now leads to another database than the session began with.",
                    self.connection.url()
                ),
                "Restore the address of the original database, then resume.",
            )));
        }
        refuse_read_only(&self.connection, &identity).map_err(Reconnect::Final)?;
        Ok(db)
    }

    /// Returns the server processes that an earlier runner of this session left at work.
    ///
    /// # Errors
    /// When the target cannot be read.
    pub async fn orphans(&self) -> Result<Vec<Orphan>, EngineError> {
        // The only connection of this runner is the one that asks: steps have not begun.
        let mut db = self.checkout().await?;
        let found = crate::target::orphans(&mut db, &self.session).await?;
        self.checkin(db);
        Ok(found)
    }

    /// Ends a server process of an earlier runner of this session.
    ///
    /// # Errors
    /// When the target refuses.
    pub async fn end_orphan(&self, orphan: &Orphan) -> Result<(), EngineError> {
        let mut db = self.checkout().await?;
        crate::target::end_orphan(&mut db, &self.session, orphan).await?;
        self.checkin(db);
        Ok(())
    }

    /// Drops the scratch databases of restore checks that a killed runner of this session left on the server, and
    /// records each as output of `step`. A server that refuses is no reason to stop: nothing depends on it.
    ///
    /// # Errors
    /// When the journal fails.
    pub async fn sweep(
        &self,
        step: &str,
        record: impl Fn(Body) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        match crate::backup::sweep(&self.login(), &self.session).await {
            Ok(names) => names.into_iter().try_for_each(|name| {
                record(Body::StepOutput {
                    step: step.to_owned(),
                    stream: Stream::Err,
                    text: format!(
                        "dropped the scratch database {name}, which an earlier runner of this session left behind\n"
                    ),
                    dropped_bytes: 0,
                })
            }),
            Err(error) => {
                tracing::warn!(%error, "what an earlier restore check left behind could not be dropped");
                Ok(())
            }
        }
    }

    /// Waits until the server has let go of a backend of this session that was lost: what it was last told may still
    /// be carried out, a COMMIT among it.
    ///
    /// # Errors
    /// When it is still there after [`GONE_WITHIN`].
    pub(super) async fn await_gone(&self, db: &mut Db, backend: &str) -> Result<(), Problem> {
        let deadline = std::time::Instant::now() + GONE_WITHIN;
        loop {
            let left = crate::target::orphans(db, &self.session)
                .await
                .map_err(|error| error.problem())?;
            if !left.iter().any(|orphan| orphan.backend == backend) {
                return Ok(());
            }
            if std::time::Instant::now() > deadline {
                return Err(Problem::new(
                    "orphan",
                    format!("Backend {backend} still works on what was lost with its connection."),
                    "Wait until it ends, or end it on the server, then resume.",
                ));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Closes the connections that wait for the next step.
    pub(super) async fn close_idle(&self) {
        let idle = std::mem::take(&mut *self.idle.borrow_mut());
        for db in idle {
            db.close().await;
        }
    }

    /// Closes idle connections and lets the lock go.
    pub(super) async fn release(&self) {
        self.close_idle().await;
        *self.lock.lock().await = None;
    }
}

enum Reconnect {
    Again(Problem),
    Final(Problem),
}

/// Refuses a target that takes no writes, unless the connection is meant only to read.
fn refuse_read_only(connection: &Connection, identity: &Identity) -> Result<(), Problem> {
    if connection.read_only || !(identity.read_only || identity.is_replica) {
        return Ok(());
    }
    let why = match identity.is_replica {
        true => "follows another server and takes no writes",
        false => "takes no writes",
    };
    Err(Problem::new(
        "read-only-target",
        format!("The database {} {why}.", identity.database),
        "Bind the primary server, or a database that takes writes.",
    ))
}

fn settings(connection: &Connection, session: &str, by: &str) -> Settings {
    Settings {
        application: format!("stopover {session} {by}"),
        read_only: connection.read_only,
        lock_timeout: None,
        statement_timeout: None,
    }
}
