//! Cancels a statement in flight, and notices when the backend that runs it is gone without a word.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use stopover_plan::model::Engine;

use super::sqlite::Watch;
use super::{Settings, mysql, postgres};
use crate::connect::Login;
use crate::error::EngineError;

/// Time before a statement in flight is asked after, and between two such questions.
const ASK_EVERY: Duration = Duration::from_secs(8);
/// Longest wait for an answer. With two questions a dead network is noticed within 30 s.
const ANSWER: Duration = Duration::from_secs(8);
/// Time to the second question when the first found no server.
const ASK_AGAIN: Duration = Duration::from_secs(2);
/// How long a result may still be on its way when its backend is gone.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Cancels the statement in flight on one connection; may be used from any task, as often as one likes.
#[derive(Clone)]
pub struct Canceller(Aim);

#[derive(Clone)]
enum Aim {
    Backend { login: Login, backend: String },
    File(Arc<Watch>),
}

/// Why a watched statement failed.
pub(super) enum Failure {
    Sql(sqlx::Error),
    Gone(String),
}

impl Canceller {
    pub(super) fn of_backend(login: Login, backend: String) -> Self {
        Self(Aim::Backend { login, backend })
    }

    /// Returns the backend as the server numbered it when the connection was opened; none for a file.
    pub(super) fn backend(&self) -> Option<&str> {
        match &self.0 {
            Aim::Backend { backend, .. } => Some(backend),
            Aim::File(_) => None,
        }
    }

    pub(super) fn of_file(watch: Arc<Watch>) -> Self {
        Self(Aim::File(watch))
    }

    /// Cancels the statement in flight; does nothing when there is none. The call that waits for the statement
    /// returns [`super::DbClass::Cancelled`].
    ///
    /// # Errors
    /// When a second connection to the server, which this needs, cannot be opened.
    pub async fn cancel(&self) -> Result<(), EngineError> {
        match &self.0 {
            Aim::File(watch) => watch.cancel(),
            Aim::Backend { login, backend } => {
                let sql = match login.engine() {
                    Engine::Mysql => format!("KILL QUERY {backend}"),
                    _ => format!("SELECT pg_cancel_backend({backend})"),
                };
                Box::pin(aside(login, sql)).await?;
            }
        }
        Ok(())
    }

    /// Ends when the backend is gone, with the reason.
    async fn gone(&self) -> String {
        let Aim::Backend { login, backend } = &self.0 else {
            return std::future::pending().await;
        };
        let mut unanswered = 0;
        loop {
            tokio::time::sleep(if unanswered == 0 {
                ASK_EVERY
            } else {
                ASK_AGAIN
            })
            .await;
            let sql = match login.engine() {
                Engine::Mysql => {
                    format!("SELECT 1 FROM information_schema.processlist WHERE id = {backend}")
                }
                _ => format!("SELECT 1 FROM pg_stat_activity WHERE pid = {backend}"),
            };
            match tokio::time::timeout(ANSWER, Box::pin(aside(login, sql))).await {
                Ok(Ok(0)) => return "the server has no such backend any more".to_owned(),
                Ok(Ok(_)) => unanswered = 0,
                // A server that refuses is a server that lives.
                Ok(Err(EngineError::Connect { code: Some(_), .. })) => unanswered = 0,
                Ok(Err(_)) | Err(_) => unanswered += 1,
            }
            if unanswered == 2 {
                return "the server has not answered for half a minute".to_owned();
            }
        }
    }
}

/// Cancels the statement of a connection that is dropped while one is in flight: the server would go on with what
/// nobody waits for; MySQL to its end, whatever it changes.
pub(super) struct InFlight {
    /// True while a statement is in flight; still true afterwards when its future was dropped.
    pub(super) busy: bool,
    pub(super) canceller: Canceller,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.busy {
            return;
        }
        if let Aim::File(watch) = &self.canceller.0 {
            watch.cancel();
        } else if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let canceller = self.canceller.clone();
            runtime.spawn(async move {
                if let Err(error) = canceller.cancel().await {
                    tracing::debug!(%error, "the abandoned statement could not be cancelled");
                }
            });
        }
    }
}

/// Runs one statement on a connection of its own; returns the number of rows it returned.
async fn aside(login: &Login, sql: String) -> Result<usize, EngineError> {
    let settings = Settings {
        application: "stopover-watch".to_owned(),
        statement_timeout: Some(ANSWER),
        ..Settings::default()
    };
    let mut rows = super::Collector::new(1);
    let outcome = match login.engine() {
        Engine::Mysql => {
            let (mut link, _) = mysql::Link::open(login, &settings).await?;
            let outcome = link.run(sql, Some(&mut rows)).await;
            link.close().await;
            outcome
        }
        _ => {
            let (mut link, _) = postgres::Link::open(login, &settings).await?;
            let outcome = link.run(sql, Some(&mut rows)).await;
            link.close().await;
            outcome
        }
    };
    outcome.map_err(|error| super::DbError::of(login.engine(), &error))?;
    Ok(rows.into_rows().rows.len())
}

/// Waits for `work`; cancels it after `limit`, and gives it up when its backend is gone.
pub(super) async fn watched<T>(
    work: impl Future<Output = Result<T, sqlx::Error>>,
    canceller: &Canceller,
    limit: Option<Duration>,
) -> Result<T, Failure> {
    let mut work = pin!(work);
    let mut gone = pin!(canceller.gone());
    let mut overdue = pin!(async {
        match limit {
            Some(limit) => tokio::time::sleep(limit).await,
            None => std::future::pending().await,
        }
    });
    let mut cancelled = false;
    loop {
        tokio::select! {
            biased;
            outcome = &mut work => return outcome.map_err(Failure::Sql),
            why = &mut gone => {
                return match tokio::time::timeout(LAST_WORDS, &mut work).await {
                    Ok(outcome) => outcome.map_err(Failure::Sql),
                    Err(_) => Err(Failure::Gone(why)),
                };
            }
            () = &mut overdue, if !cancelled => {
                cancelled = true;
                if let Err(error) = canceller.cancel().await {
                    tracing::debug!(%error, "the overdue statement could not be cancelled");
                }
            }
        }
    }
}
