//! One try at the SQL of a step: everything and its mark in one transaction, or statement by statement.

use std::time::{Duration, Instant};

use stopover_plan::event::{Body, Direction};
use stopover_plan::model::{Engine, Step};
use stopover_plan::sql::Statement;

use super::access::Access;
use super::index::drop_invalid_index;
use super::mark::{Mark, Proof};
use super::{Run, ms, statements};
use crate::db::{Db, DbClass, DbError};

/// What one try brought.
pub(super) enum Try {
    Done(u64),
    Failed(DbError),
    /// The connection was lost after COMMIT went out.
    CommitLost(DbError),
    Journal(stopover_plan::RecordError),
}

impl From<DbError> for Try {
    fn from(error: DbError) -> Self {
        Try::Failed(error)
    }
}

/// The SQL of one step in one direction.
pub(super) struct Work<'a> {
    pub(super) run: &'a Run,
    pub(super) step: &'a Step,
    pub(super) access: &'a Access,
    pub(super) direction: Direction,
    pub(super) statements: Vec<Statement>,
    pub(super) session: String,
    /// Number of this start; names the marks.
    pub(super) start: u32,
    pub(super) lock_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) attempts: u32,
    /// Attempts so far and their rows.
    pub(super) attempt: u32,
    pub(super) backoff: Duration,
}

impl Work<'_> {
    pub(super) fn mark(&self, proof: Proof) -> Mark<'_> {
        Mark {
            session: &self.session,
            step: &self.step.id,
            direction: self.direction,
            run: self.start,
            proof,
        }
    }

    /// Runs everything and the mark in one transaction.
    pub(super) async fn whole(&self, db: &mut Db, reads: bool) -> Try {
        let result: Result<u64, DbError> = async {
            self.begin(db, reads).await?;
            let mut rows = 0;
            for statement in &self.statements {
                rows += db.run(&statement.text).await?;
            }
            Ok(rows)
        }
        .await;
        let rows = match result {
            Ok(rows) => rows,
            Err(error) => return Try::Failed(error),
        };
        // In one message, which ends at its first error: a mark that is refused is never followed by its COMMIT.
        let end = match reads {
            true => "COMMIT".to_owned(),
            false => format!("{}; COMMIT", self.mark(Proof::Step).insert(db.engine())),
        };
        match db.run(&end).await {
            Ok(_) => Try::Done(rows),
            Err(error) if error.class == DbClass::Lost => Try::CommitLost(error),
            Err(error) => Try::Failed(error),
        }
    }

    /// Begins the transaction of a step, with its timeouts.
    async fn begin(&self, db: &mut Db, reads: bool) -> Result<(), DbError> {
        let (lock, statement) = (self.lock_timeout, self.statement_timeout);
        let known = db.settings();
        let told = known.lock_timeout == Some(lock) && known.statement_timeout == statement;
        if told && !known.read_only && db.engine() == Engine::Postgresql {
            // Said again for this transaction, in the message that begins it: an earlier step may have set others.
            let whole = |time: Duration| ms(time).clamp(1, i32::MAX.unsigned_abs().into());
            db.run(&format!(
                "BEGIN; SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}",
                whole(lock),
                statement.map_or(0, whole)
            ))
            .await?;
            return Ok(());
        }
        db.set_timeouts(lock, statement).await?;
        db.run(match db.engine() {
            Engine::Sqlite if !reads => "BEGIN IMMEDIATE",
            Engine::Mysql => "START TRANSACTION",
            _ => "BEGIN",
        })
        .await?;
        Ok(())
    }

    /// Runs statement after statement; what is done stays done.
    pub(super) async fn pieces(&self, db: &mut Db) -> Try {
        let total = u32::try_from(self.statements.len()).unwrap_or(u32::MAX);
        let mut rows = 0;
        if let Err(error) = db
            .set_timeouts(self.lock_timeout, self.statement_timeout)
            .await
        {
            return Try::Failed(error);
        }
        for (index, statement) in (0u32..).zip(&self.statements) {
            let done = self
                .run
                .session()
                .step(&self.step.id)
                .is_some_and(|state| state.statements_done.contains(&index));
            if done {
                continue;
            }
            let started = Instant::now();
            if let Err(error) = self.run.record(Body::StatementStarted {
                step: self.step.id.clone(),
                direction: self.direction,
                index,
                total,
                sql: statements::shown(&statement.text),
            }) {
                return Try::Journal(error);
            }
            let changed = match self.piece(db, index, statement).await {
                Try::Done(changed) => changed,
                other => return other,
            };
            rows += changed;
            if let Err(error) = self.run.record(Body::StatementFinished {
                step: self.step.id.clone(),
                direction: self.direction,
                index,
                total,
                rows: changed,
                elapsed_ms: ms(started.elapsed()),
            }) {
                return Try::Journal(error);
            }
        }
        Try::Done(rows)
    }

    async fn piece(&self, db: &mut Db, index: u32, statement: &Statement) -> Try {
        let engine = db.engine();
        if !statement.transactional {
            if let Some(name) = &statement.index
                && (self.attempt > 1 || self.start > 1)
                && let Err(error) = drop_invalid_index(db, name).await
            {
                return Try::Failed(error);
            }
            return self.marked_around(db, index, statement).await;
        }
        let result: Result<u64, DbError> = async {
            db.run(match engine {
                Engine::Sqlite => "BEGIN IMMEDIATE",
                Engine::Mysql => "START TRANSACTION",
                Engine::Postgresql => "BEGIN",
            })
            .await?;
            db.run(&statement.text).await
        }
        .await;
        let rows = match result {
            Ok(rows) => rows,
            Err(error) => return Try::Failed(error),
        };
        let mark = self.mark(Proof::Statement(index)).insert(engine);
        match db.run(&format!("{mark}; COMMIT")).await {
            Ok(_) => Try::Done(rows),
            Err(error) if error.class == DbClass::Lost => Try::CommitLost(error),
            Err(error) => Try::Failed(error),
        }
    }

    /// Runs a statement that shares no transaction with its marks: one before it goes out, one when it is done.
    async fn marked_around(&self, db: &mut Db, index: u32, statement: &Statement) -> Try {
        let engine = db.engine();
        let begun = self.mark(Proof::Begun(index));
        // The mark of an attempt whose refusal was not answered may still be there.
        for sql in [begun.delete(engine), begun.insert(engine)] {
            if let Err(error) = db.run(&sql).await {
                return Try::Failed(error);
            }
        }
        let result = db.run(&statement.text).await;
        // The server has answered; what is marked now only saves a person a question after a crash, and may fail.
        let last = match &result {
            Ok(_) => Some(self.mark(Proof::Statement(index)).insert(engine)),
            Err(error) if matches!(error.class, DbClass::Lost | DbClass::Cancelled) => None,
            Err(_) => Some(begun.delete(engine)),
        };
        if let Some(sql) = last
            && let Err(error) = db.run(&sql).await
        {
            tracing::debug!(%error, "a mark could not be written");
        }
        match result {
            Ok(rows) => Try::Done(rows),
            Err(error) => Try::Failed(error),
        }
    }
}
