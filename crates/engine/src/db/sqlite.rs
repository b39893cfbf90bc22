//! SQLite: how a file is opened, values by their storage class, and how a statement is stopped.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Decode, Either, Executor, Row, SqlSafeStr, Sqlite,
    Statement, TypeInfo, ValueRef,
};

use super::rows::{Raw, Sink, Source, columns_of, name};
use super::{Missing, Settings};
use crate::connect::Login;
use crate::diagnose;
use crate::error::EngineError;

/// Steps of SQLite's machine between two looks at the clock.
const STEPS: i32 = 4096;
/// Wait for a lock when none is set.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);
/// Stands for "no deadline".
const NEVER: u64 = u64::MAX;

/// What stops a statement: a cancellation or its deadline. Looked at by the thread that runs it.
pub(super) struct Watch {
    epoch: Instant,
    cancelled: AtomicBool,
    deadline_ms: AtomicU64,
    timed_out: AtomicBool,
}

impl Watch {
    fn new() -> Self {
        Self {
            epoch: Instant::now(),
            cancelled: AtomicBool::new(false),
            deadline_ms: AtomicU64::new(NEVER),
            timed_out: AtomicBool::new(false),
        }
    }

    /// Stops the statement that runs now.
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    /// Returns true when the last statement was stopped by its deadline.
    pub(super) fn timed_out(&self) -> bool {
        self.timed_out.load(Ordering::Acquire)
    }

    fn begin(&self, limit: Option<Duration>) {
        let deadline = limit.map_or(NEVER, |limit| millis(self.epoch.elapsed() + limit));
        self.deadline_ms.store(deadline, Ordering::Release);
        self.timed_out.store(false, Ordering::Release);
        self.cancelled.store(false, Ordering::Release);
    }

    /// Returns false when the statement must stop.
    fn goes_on(&self) -> bool {
        if self.cancelled.load(Ordering::Acquire) {
            return false;
        }
        let deadline = self.deadline_ms.load(Ordering::Acquire);
        if deadline != NEVER && millis(self.epoch.elapsed()) >= deadline {
            self.timed_out.store(true, Ordering::Release);
            return false;
        }
        true
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(NEVER)
}

/// An open file.
pub(super) struct Link {
    conn: SqliteConnection,
    watch: Arc<Watch>,
    statement_timeout: Option<Duration>,
}

impl Link {
    pub(super) async fn open(
        login: &Login,
        settings: &Settings,
        missing: Missing,
    ) -> Result<Self, EngineError> {
        let path = Path::new(&login.connection().database);
        if missing == Missing::Refuse {
            diagnose::sqlite_file(path)?;
        }
        let mut options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(missing == Missing::Create && !settings.read_only)
            .read_only(settings.read_only)
            .busy_timeout(settings.lock_timeout.unwrap_or(LOCK_TIMEOUT))
            .foreign_keys(true)
            .statement_cache_capacity(1);
        if settings.read_only {
            options = options.pragma("query_only", "ON");
        }
        let failed = |error: sqlx::Error| diagnose::failed(login, &error);
        let mut conn = options
            .disable_statement_logging()
            .connect()
            .await
            .map_err(failed)?;
        let watch = Arc::new(Watch::new());
        let seen = Arc::clone(&watch);
        conn.lock_handle()
            .await
            .map_err(failed)?
            .set_progress_handler(STEPS, move || seen.goes_on());
        let mut link = Self {
            conn,
            watch,
            statement_timeout: settings.statement_timeout,
        };
        // Opening reads nothing; this reads the header, and so tells a database from any other file.
        link.run("PRAGMA schema_version".to_owned(), None)
            .await
            .map_err(failed)?;
        Ok(link)
    }

    pub(super) fn watch(&self) -> Arc<Watch> {
        Arc::clone(&self.watch)
    }

    /// Takes the new timeouts over and returns the statement that sets the one SQLite keeps itself.
    pub(super) fn timeouts(&mut self, settings: &Settings) -> String {
        self.statement_timeout = settings.statement_timeout;
        let lock = settings.lock_timeout.unwrap_or(LOCK_TIMEOUT);
        format!(
            "PRAGMA busy_timeout = {}",
            i32::try_from(lock.as_millis()).unwrap_or(i32::MAX)
        )
    }

    /// Runs statements, with their rows into `collector`; returns the rows changed.
    pub(super) async fn run(
        &mut self,
        sql: String,
        mut collector: Option<&mut dyn Sink>,
    ) -> Result<u64, sqlx::Error> {
        let sql: Arc<str> = sql.into();
        self.watch.begin(self.statement_timeout);
        let before = self.total_changes().await?;
        let mut statements = 0u32;
        let mut last = 0;
        {
            let mut stream =
                sqlx::raw_sql(AssertSqlSafe(Arc::clone(&sql))).fetch_many(&mut self.conn);
            while let Some(part) = stream.try_next().await? {
                match part {
                    Either::Left(done) => {
                        statements += 1;
                        last = done.rows_affected();
                    }
                    Either::Right(row) => {
                        if let Some(collector) = collector.as_deref_mut() {
                            collector.take(&row);
                            if collector.is_full() {
                                break;
                            }
                        }
                    }
                }
            }
        }
        if let Some(collector) = collector.filter(|sink| sink.wants_columns()) {
            let described = (&mut self.conn)
                .prepare(AssertSqlSafe(sql).into_sql_str())
                .await;
            name(collector, described.map(|one| columns_of(one.columns())))?;
        }
        // SQLite tells the changes of the last statement that changed anything, even after one that did not.
        let total = self.total_changes().await?.saturating_sub(before);
        Ok(if statements == 1 {
            last.min(total)
        } else {
            total
        })
    }

    async fn total_changes(&mut self) -> Result<u64, sqlx::Error> {
        let mut stream = sqlx::raw_sql("SELECT total_changes()").fetch(&mut self.conn);
        let mut total = 0;
        while let Some(row) = stream.try_next().await? {
            total = row.try_get::<i64, _>(0)?;
        }
        Ok(u64::try_from(total).unwrap_or(0))
    }

    pub(super) async fn close(self) {
        let _ = tokio::time::timeout(super::GOOD_BYE, self.conn.close()).await;
    }
}

impl Source for SqliteRow {
    fn columns(&self) -> Vec<super::Column> {
        columns_of(Row::columns(self))
    }

    fn width(&self) -> usize {
        self.len()
    }

    fn value(&self, at: usize) -> Raw<'_> {
        let value = match self.try_get_raw(at) {
            Ok(value) if !value.is_null() => value,
            _ => return Raw::Null,
        };
        let class = value.type_info().name().to_owned();
        match class.as_str() {
            "INTEGER" => <i64 as Decode<Sqlite>>::decode(value)
                .map_or(Raw::Null, |number| Raw::Written(number.to_string())),
            // Fifteen digits are what SQLite would print; Rust prints as many as tell the number from its neighbours.
            "REAL" => <f64 as Decode<Sqlite>>::decode(value)
                .map_or(Raw::Null, |number| Raw::Written(format!("{number:?}"))),
            "BLOB" => <&[u8] as Decode<Sqlite>>::decode(value).map_or(Raw::Null, Raw::Blob),
            _ => <&[u8] as Decode<Sqlite>>::decode(value).map_or(Raw::Null, Raw::Text),
        }
    }
}
