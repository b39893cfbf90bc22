//! SQL steps: in one transaction with their mark where the engine can, statement by statement where it cannot.

use std::time::{Duration, Instant};

use futures::future::{Either, select};
use stopover_plan::Problem;
use stopover_plan::event::{Body, Direction};
use stopover_plan::model::{Engine, Sql, Step};
use stopover_plan::sql::{redact, split};

use super::end::StepEnd;
use super::in_flight::after_loss;
use super::index::index_is_invalid;
use super::mark::Proof;
use super::work::{Try, Work};
use super::{Halt, Run, RunError, mark, ms, statements};
use crate::db::{Db, DbClass, DbError};
use crate::target::open_transactions;

/// Longest wait for a lock where the plan names none: what other clients may have to wait because of us.
const LOCK_TIMEOUT: Duration = Duration::from_millis(100);
/// Attempts on a lock timeout, deadlock or serialization failure where the plan names none.
const ATTEMPTS: u32 = 10;
/// First wait between two attempts; doubles up to [`LONGEST_BACKOFF`].
const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);
/// How long a cancelled statement may take to say so.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What a piece of work asks to be done next.
enum Again {
    End(StepEnd),
    Retry,
}

/// Runs the statements of a step or of its undo.
pub(super) async fn run_sql(
    run: &Run,
    step: &Step,
    sql: &Sql,
    direction: Direction,
) -> Result<StepEnd, RunError> {
    let text = match statements::text(run, sql) {
        Ok(text) => text.to_owned(),
        Err(problem) => return Ok(StepEnd::failed(problem)),
    };
    run_text(run, step, &text, sql, direction).await
}

/// Runs `text` with the timeouts of `sql`.
pub(super) async fn run_text(
    run: &Run,
    step: &Step,
    text: &str,
    sql: &Sql,
    direction: Direction,
) -> Result<StepEnd, RunError> {
    let Some(access) = step.target.as_ref().and_then(|id| run.targets.get(id)) else {
        return Ok(StepEnd::failed(Problem::new(
            "target-missing",
            format!("Step {} has no bound target.", step.id),
            "Bind the target when the session starts.",
        )));
    };
    let (statements, problems) = split(access.engine(), text);
    if let Some(problem) = problems.into_iter().next() {
        return Ok(StepEnd::failed(problem));
    }
    let (session, start) = {
        let session = run.session();
        let start = session.step(&step.id).map_or(1, |state| state.starts);
        (session.id.clone(), start)
    };
    let _turn = match &step.target {
        Some(target) => Some(run.turn(target).await),
        None => None,
    };
    let mut work = Work {
        run,
        step,
        access,
        direction,
        session,
        start,
        lock_timeout: sql.lock_timeout.unwrap_or(LOCK_TIMEOUT),
        statement_timeout: sql.statement_timeout.or(step.timeout),
        attempts: sql.attempts.unwrap_or(ATTEMPTS).max(1),
        attempt: 1,
        backoff: FIRST_BACKOFF,
        statements,
    };
    if access.is_read_only()
        && work
            .statements
            .iter()
            .any(|statement| !statement.reads_only)
    {
        return Ok(StepEnd::failed(Problem::new(
            "read-only",
            format!(
                "Step {} writes, and the connection of its target is read-only.",
                step.id
            ),
            "Bind a connection that may write.",
        )));
    }
    let deadline = step.timeout.map(|timeout| Instant::now() + timeout);
    work.go(deadline).await
}

impl Work<'_> {
    async fn go(&mut self, deadline: Option<Instant>) -> Result<StepEnd, RunError> {
        let whole = self
            .statements
            .iter()
            .all(|statement| statement.transactional);
        let reads = self.statements.iter().all(|statement| statement.reads_only);
        let mut db = match self.access.checkout().await {
            Ok(db) => db,
            Err(_) => match self.access.reconnect().await {
                Ok(db) => db,
                Err(problem) => return Ok(StepEnd::failed(problem)),
            },
        };
        loop {
            let backend = db.opened_as();
            let canceller = db.canceller();
            let result = {
                let attempt = async {
                    if !reads {
                        mark::make_ready(self.access, &mut db).await?;
                    }
                    match whole {
                        true => Ok(self.whole(&mut db, reads).await),
                        false => Ok(self.pieces(&mut db).await),
                    }
                };
                let halt = async {
                    match deadline {
                        Some(deadline) => {
                            tokio::select! {
                                halt = self.run.halted() => Some(halt),
                                () = tokio::time::sleep_until(deadline.into()) => None,
                            }
                        }
                        None => Some(self.run.halted().await),
                    }
                };
                match select(std::pin::pin!(attempt), std::pin::pin!(halt)).await {
                    Either::Left((result, _)) => Ok(result),
                    Either::Right((halt, attempt)) => {
                        if let Err(error) = canceller.cancel().await {
                            tracing::debug!(%error, "the statement could not be cancelled");
                        }
                        // A COMMIT that was on its way still counts.
                        match tokio::time::timeout(LAST_WORDS, attempt).await {
                            Ok(Ok(Try::Done(rows))) => Ok(Ok(Try::Done(rows))),
                            _ => Err(halt),
                        }
                    }
                }
            };
            let tried: Try = match result {
                Ok(Ok(tried)) => tried,
                Ok(Err(error)) => Try::Failed(error),
                Err(halt) => {
                    db.close().await;
                    return self.cancelled(&backend, whole, halt).await;
                }
            };
            let (again, next) = match tried {
                Try::Done(rows) => {
                    self.access.checkin(db);
                    if whole && !reads {
                        return Ok(StepEnd::Proven { rows });
                    }
                    return Ok(StepEnd::Succeeded {
                        rows: Some(rows),
                        exit: None,
                        artifacts: Vec::new(),
                        by_mark: false,
                    });
                }
                Try::Journal(error) => return Err(error.into()),
                Try::Failed(error) if error.class == DbClass::Lost => {
                    self.lost(error, &backend, whole).await?
                }
                Try::CommitLost(error) => self.lost(error, &backend, whole).await?,
                Try::Failed(error) => self.failed(error, db, whole).await?,
            };
            match again {
                Again::End(end) => return Ok(end),
                Again::Retry => db = next.ok_or_else(|| lost_for_good(self.step))?,
            }
        }
    }

    /// A statement was refused by a living server.
    async fn failed(
        &mut self,
        error: DbError,
        mut db: Db,
        whole: bool,
    ) -> Result<(Again, Option<Db>), RunError> {
        // Outside a transaction ROLLBACK does nothing; an error there means that the connection is no longer fit.
        let fit = db.run("ROLLBACK").await.is_ok() || db.engine() == Engine::Sqlite;
        let transient = matches!(
            error.class,
            DbClass::LockTimeout | DbClass::Deadlock | DbClass::Serialization
        );
        if transient && self.attempt < self.attempts {
            self.attempt += 1;
            let backoff = jittered(self.backoff);
            self.run.record(Body::StepRetried {
                step: self.step.id.clone(),
                code: error.code.clone(),
                message: redact(&error.message),
                attempt: self.attempt,
                backoff_ms: ms(backoff),
            })?;
            self.backoff = (self.backoff * 2).min(LONGEST_BACKOFF);
            tokio::select! {
                () = tokio::time::sleep(backoff) => {}
                _ = self.run.halted() => return Ok((Again::End(StepEnd::Interrupted {
                    reason: "it waited between two attempts; nothing of it is applied".to_owned(),
                }), None)),
            }
            let db = match fit {
                true => Some(db),
                false => self.access.reconnect().await.ok(),
            };
            return Ok((Again::Retry, db));
        }
        let problem = self.problem(&error, &mut db, whole).await;
        if fit {
            self.access.checkin(db);
        }
        Ok((Again::End(StepEnd::failed(problem)), None))
    }

    /// The connection is gone: connects again and reads the outcome from the mark.
    async fn lost(
        &mut self,
        error: DbError,
        backend: &str,
        whole: bool,
    ) -> Result<(Again, Option<Db>), RunError> {
        self.run.record(Body::ConnectionLost {
            target: self.step.target.clone().unwrap_or_default(),
            message: redact(&error.message),
        })?;
        let mut db = match self.access.reconnect().await {
            Ok(db) => db,
            Err(problem) => return Err(RunError::Target(problem)),
        };
        // The old backend may still be at work on what it was last told.
        self.access
            .await_gone(&mut db, backend)
            .await
            .map_err(RunError::Target)?;
        if whole {
            let mark = self.mark(Proof::Step);
            if mark.is_set(&mut db).await.map_err(|error| target(&error))? {
                self.access.checkin(db);
                return Ok((
                    Again::End(StepEnd::Succeeded {
                        rows: None,
                        exit: None,
                        artifacts: Vec::new(),
                        by_mark: true,
                    }),
                    None,
                ));
            }
        } else if let Some(end) = after_loss(
            self.run,
            self.step,
            self.direction,
            &self.statements,
            &mut db,
        )
        .await?
        {
            return Ok((Again::End(end), None));
        }
        self.attempt += 1;
        if self.attempt > self.attempts {
            return Err(lost_for_good(self.step));
        }
        self.run.record(Body::StepRetried {
            step: self.step.id.clone(),
            code: error.code,
            message: "The connection was lost; nothing of the attempt was committed.".to_owned(),
            attempt: self.attempt,
            backoff_ms: 0,
        })?;
        Ok((Again::Retry, Some(db)))
    }

    /// The step is no longer wanted, or out of time.
    async fn cancelled(
        &self,
        backend: &str,
        whole: bool,
        halt: Option<Halt>,
    ) -> Result<StepEnd, RunError> {
        let mut db = match self.access.reconnect().await {
            Ok(db) => db,
            Err(problem) => return Err(RunError::Target(problem)),
        };
        self.access
            .await_gone(&mut db, backend)
            .await
            .map_err(RunError::Target)?;
        let timed_out = || {
            StepEnd::failed(Problem::new(
                "timeout",
                format!(
                    "Step {} ran longer than its timeout and was cancelled.",
                    self.step.id
                ),
                "Raise its timeout, or find out what it waits for, then retry.",
            ))
        };
        if whole {
            if self
                .mark(Proof::Step)
                .is_set(&mut db)
                .await
                .map_err(|error| target(&error))?
            {
                self.access.checkin(db);
                return Ok(StepEnd::Succeeded {
                    rows: None,
                    exit: None,
                    artifacts: Vec::new(),
                    by_mark: true,
                });
            }
            self.access.checkin(db);
            return Ok(match halt {
                Some(_) => StepEnd::Interrupted {
                    reason: "its transaction was rolled back".to_owned(),
                },
                None => timed_out(),
            });
        }
        let settled = after_loss(
            self.run,
            self.step,
            self.direction,
            &self.statements,
            &mut db,
        )
        .await?;
        self.access.checkin(db);
        Ok(match (settled, halt) {
            (Some(end), _) => end,
            (None, Some(_)) => StepEnd::Interrupted {
                reason: "it stands between two of its statements".to_owned(),
            },
            (None, None) => timed_out(),
        })
    }

    async fn problem(&self, error: &DbError, db: &mut Db, whole: bool) -> Problem {
        let mut problem = error.problem();
        if error.class == DbClass::LockTimeout {
            problem.message = format!(
                "{} Tried {} times.",
                problem.message.trim_end(),
                self.attempt
            );
            if let Some(who) = open_transactions(db).await {
                problem.message = format!("{} Open transactions: {who}.", problem.message);
            }
        }
        if whole {
            return problem;
        }
        for name in self.statements.iter().filter_map(|s| s.index.as_deref()) {
            if index_is_invalid(db, name).await.unwrap_or(false) {
                problem.message = format!("{} Index {name} was left invalid.", problem.message);
                problem.hint =
                    "Retry the step: it drops the invalid index and builds it again.".to_owned();
            }
        }
        problem
    }
}

fn lost_for_good(step: &Step) -> RunError {
    RunError::Target(Problem::new(
        "target-lost",
        format!("The target was lost again and again in step {}.", step.id),
        "Check the server, then resume the session.",
    ))
}

fn target(error: &DbError) -> RunError {
    RunError::Target(error.problem())
}

/// Returns the wait with up to half of it taken off at random, so that two waiting sessions part.
fn jittered(backoff: Duration) -> Duration {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.subsec_nanos());
    backoff - backoff / 2 * (nanos % 1000) / 1000
}
