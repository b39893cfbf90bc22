//! Queries of a person: read-only, on a connection of their own, with a result that is kept within bounds.

mod export;
mod grid;
mod place;

use std::pin::pin;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use stopover_plan::Problem;
use stopover_plan::sql::{Statement, StatementKind, split};
use tokio::sync::Notify;

use crate::connect::Login;
use crate::db::{Db, DbClass, DbError, Settings, Sink};
use crate::error::EngineError;
use place::placed;

pub use export::{Format, Written, write_grid};
pub use grid::{Grid, Heading, Limits, Span};

/// Longest wait for a lock: who looks does not stand in the way for long.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How far a query is; read by others while it runs.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicU64,
    bytes: AtomicU64,
    statement: AtomicU32,
}

impl Progress {
    /// Returns the rows that came of the statement that runs now.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Returns the bytes kept or written of them.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Returns which statement runs, from 1; 0 before the first.
    pub fn statement(&self) -> u32 {
        self.statement.load(Ordering::Relaxed)
    }

    fn begin(&self, statement: usize) {
        self.rows.store(0, Ordering::Relaxed);
        self.bytes.store(0, Ordering::Relaxed);
        let statement = u32::try_from(statement).unwrap_or(u32::MAX);
        self.statement.store(statement, Ordering::Relaxed);
    }

    fn told(&self, rows: u64, bytes: u64) {
        self.rows.store(rows, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
    }
}

/// What a query returned.
#[derive(Debug)]
pub struct Answer {
    /// Rows of the last statement.
    pub grid: Grid,
    /// How many statements returned, or might have returned, rows.
    pub result_sets: usize,
    /// How long it took, from the first statement sent to the last row.
    pub elapsed: Duration,
}

/// Opens a connection that refuses every write, for the queries of a person.
///
/// # Errors
/// As [`Db::open`].
pub async fn open(login: &Login, who: &str, timeout: Option<Duration>) -> Result<Db, EngineError> {
    let settings = Settings {
        application: format!("stopover-query {who}"),
        read_only: true,
        lock_timeout: Some(LOCK_TIMEOUT),
        statement_timeout: timeout,
    };
    Db::open(login, &settings).await
}

/// Runs the statements in order and keeps the rows of the last one that can return any.
///
/// When the bounds are reached the statement is cancelled on the server, and the grid says so.
///
/// # Errors
/// A problem with line and column of `sql` where the database tells the place; its code is that of the database's
/// error, or `nothing-to-run`. A connection that may write is refused.
pub async fn ask(
    db: &mut Db,
    sql: &str,
    limits: Limits,
    progress: &Progress,
) -> Result<Answer, EngineError> {
    let full = Notify::new();
    let mut grid = Grid::new(limits);
    let mut keep = grid::Keeping::new(&mut grid, &full, progress);
    let (result_sets, elapsed) = run(db, sql, &mut keep, &full, progress).await?;
    Ok(Answer {
        grid,
        result_sets,
        elapsed,
    })
}

/// Runs the statements in order and writes every row of the last one to a file, which appears only when all is in it.
///
/// # Errors
/// As [`ask`]; and when the file cannot be written, which is then as it was before.
pub async fn export(
    db: &mut Db,
    sql: &str,
    file: &std::path::Path,
    format: Format,
    progress: &Progress,
) -> Result<Written, EngineError> {
    let full = Notify::new();
    let mut stream = export::Stream::begin(file, format, &full, progress)?;
    let ran = run(db, sql, &mut stream, &full, progress).await;
    // What kept the file from being written is the reason, not the cancellation it led to.
    stream.check()?;
    ran?;
    stream.finish()
}

async fn run(
    db: &mut Db,
    sql: &str,
    sink: &mut (dyn Sink + '_),
    full: &Notify,
    progress: &Progress,
) -> Result<(usize, Duration), EngineError> {
    if !db.settings().read_only {
        return Err(EngineError::Problem(Problem::new(
            "not-read-only",
            "A query runs on a read-only connection only",
            "Open the connection as read-only.",
        )));
    }
    let (statements, problems) = split(db.engine(), sql);
    let returns = |statement: &Statement| statement.kind != StatementKind::Transaction;
    let Some(last) = statements.iter().rposition(returns) else {
        let problem = problems.into_iter().next();
        return Err(EngineError::Problem(problem.unwrap_or_else(|| {
            Problem::new(
                "nothing-to-run",
                "There is no statement to run",
                "Write a query, e.g. SELECT 1.",
            )
        })));
    };
    let started = Instant::now();
    let mut from = 0;
    for (index, statement) in statements.iter().enumerate() {
        progress.begin(index + 1);
        let at = sql[from..]
            .find(&statement.text)
            .map_or(from, |found| from + found);
        let outcome = if index == last {
            let outcome = pour(db, &statement.text, sink, full).await;
            match outcome {
                // It was cancelled because nothing more is wanted of it.
                Err(error) if error.class == DbClass::Cancelled && sink.is_full() => Ok(()),
                other => other,
            }
        } else {
            db.run(&statement.text).await.map(drop)
        };
        outcome.map_err(|error| placed(&error, db.engine(), sql, at, &statement.text))?;
        from = at + statement.text.len();
        if index == last && sink.is_full() {
            break;
        }
    }
    let result_sets = statements.iter().filter(|one| returns(one)).count();
    Ok((result_sets, started.elapsed()))
}

/// Runs one statement; cancels it on the server once the sink is full.
async fn pour(
    db: &mut Db,
    sql: &str,
    sink: &mut (dyn Sink + '_),
    full: &Notify,
) -> Result<(), DbError> {
    let canceller = db.canceller();
    let mut work = pin!(db.pour(sql, sink));
    tokio::select! {
        // Rows that come without end would use up the task's budget each time, were they asked first.
        biased;
        () = full.notified() => {}
        outcome = &mut work => return outcome.map(drop),
    }
    if let Err(error) = canceller.cancel().await {
        tracing::debug!(%error, "a query that returned enough could not be cancelled");
    }
    work.await.map(drop)
}
