//! One connection to one database of any engine, with every value as text.
//!
//! Statements go out in the engine's simple protocol: nothing is prepared, several statements may be sent at once,
//! and what a person wrote in the plan is what the server reads. Every session speaks UTC, so that the same
//! plan does the same from every machine.

mod cancel;
mod error;
mod mysql;
mod postgres;
mod rows;
mod sqlite;
pub(crate) mod text;

use std::time::{Duration, Instant};

use stopover_plan::model::Engine;

pub use cancel::Canceller;
pub use error::{DbClass, DbError};
pub use rows::{Column, Rows};

use crate::connect::Login;
use crate::error::EngineError;
use cancel::InFlight;
pub(crate) use mysql::{MARKS, mark};
use rows::Collector;
pub(crate) use rows::{Raw, Sink, Source};

/// How a connection is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Name under which the server shows the connection; see [`application`]. Cut to 63 bytes.
    pub application: String,
    /// True: the server, and this program before it, refuse every write.
    pub read_only: bool,
    /// Longest wait for a lock; `None`: as the server says, in SQLite 5 s.
    pub lock_timeout: Option<Duration>,
    /// Longest run of one statement; `None`: no limit.
    pub statement_timeout: Option<Duration>,
}

/// Returns the application name of a session's connections, `stopover <session> <who>@<host>`, at most 63 bytes.
pub fn application(session: &str, who: &str, host: &str) -> String {
    cut(&format!("stopover {session} {who}@{host}"), 63).to_owned()
}

/// Returns at most `bytes` bytes of the text, whole characters only.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Longest wait for a server to take note that a connection is closed.
const GOOD_BYE: Duration = Duration::from_secs(2);

/// The connection itself.
enum Link {
    Postgresql(postgres::Link),
    Mysql(mysql::Link),
    Sqlite(sqlite::Link),
}

/// One open connection to a database.
///
/// Dropping it in mid-statement, or dropping the future of a call, cancels the statement on the server; what became
/// of it is then unknown, and the connection must not be used again.
pub struct Db {
    link: Link,
    login: Login,
    settings: Settings,
    in_flight: InFlight,
    /// Why nothing more can be asked on this connection.
    lost: Option<DbError>,
}

/// Whether a missing SQLite file is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Refuse,
    Create,
}

impl Db {
    /// Opens a connection. A missing SQLite file is refused.
    ///
    /// # Errors
    /// [`EngineError::Connect`], which names what is wrong and the mend.
    pub async fn open(login: &Login, settings: &Settings) -> Result<Db, EngineError> {
        Box::pin(Self::open_or(login, settings, Missing::Refuse)).await
    }

    /// Opens a connection, creating the SQLite file when it is missing. Other engines as [`Db::open`].
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn create(login: &Login, settings: &Settings) -> Result<Db, EngineError> {
        Box::pin(Self::open_or(login, settings, Missing::Create)).await
    }

    async fn open_or(
        login: &Login,
        settings: &Settings,
        missing: Missing,
    ) -> Result<Db, EngineError> {
        let mut settings = settings.clone();
        settings.read_only |= login.connection().read_only;
        settings.application = cut(&settings.application, 63).to_owned();
        let (link, canceller) = match login.engine() {
            Engine::Postgresql => {
                let (link, backend) = postgres::Link::open(login, &settings).await?;
                let canceller = Canceller::of_backend(login.clone(), backend);
                (Link::Postgresql(link), canceller)
            }
            Engine::Mysql => {
                let (link, backend) = mysql::Link::open(login, &settings).await?;
                let canceller = Canceller::of_backend(login.clone(), backend);
                (Link::Mysql(link), canceller)
            }
            Engine::Sqlite => {
                let link = sqlite::Link::open(login, &settings, missing).await?;
                let canceller = Canceller::of_file(link.watch());
                (Link::Sqlite(link), canceller)
            }
        };
        Ok(Db {
            link,
            login: login.clone(),
            settings,
            in_flight: InFlight {
                busy: false,
                canceller,
            },
            lost: None,
        })
    }

    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        self.login.engine()
    }

    /// Returns how the connection was opened.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the login it was opened with, to open another one.
    pub fn login(&self) -> &Login {
        &self.login
    }

    /// Returns true when the server is MariaDB rather than MySQL.
    pub fn is_mariadb(&self) -> bool {
        matches!(&self.link, Link::Mysql(link) if link.is_mariadb())
    }

    /// Runs one or several statements; returns the rows changed by all of them.
    ///
    /// PostgreSQL runs several statements without `BEGIN` as one transaction. In SQLite the rows changed by several
    /// statements include those of triggers.
    ///
    /// # Errors
    /// The first error; later statements did not run.
    pub async fn run(&mut self, sql: &str) -> Result<u64, DbError> {
        self.statement(sql, None).await
    }

    /// Runs a query and returns at most `limit` rows. Memory is bounded by them: values longer than 64 KiB are cut,
    /// further rows are dropped as they come. Columns are empty when no row came.
    ///
    /// # Errors
    /// The database's.
    pub async fn rows(&mut self, sql: &str, limit: usize) -> Result<Rows, DbError> {
        let mut collector = Collector::new(limit);
        self.statement(sql, Some(&mut collector)).await?;
        Ok(collector.into_rows())
    }

    /// Runs a query and returns the first value of its first row; `None` when that is NULL or there is no row.
    ///
    /// # Errors
    /// The database's.
    pub async fn scalar(&mut self, sql: &str) -> Result<Option<String>, DbError> {
        let rows = self.rows(sql, 1).await?;
        Ok(rows
            .rows
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next().flatten()))
    }

    /// Runs one statement and hands its rows to `sink` as they come.
    pub(crate) async fn pour(&mut self, sql: &str, sink: &mut dyn Sink) -> Result<u64, DbError> {
        self.statement(sql, Some(sink)).await
    }

    /// Sets the longest wait for a lock and the longest run of a statement, from now on; `None`: no limit.
    /// MySQL waits for locks in whole seconds, at least one.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_timeouts(
        &mut self,
        lock: Duration,
        statement: Option<Duration>,
    ) -> Result<(), DbError> {
        self.settings.lock_timeout = Some(lock);
        self.settings.statement_timeout = statement;
        let sql = match &mut self.link {
            Link::Postgresql(_) => postgres::timeouts(&self.settings),
            Link::Mysql(link) => link.timeouts(&self.settings),
            Link::Sqlite(link) => link.timeouts(&self.settings),
        };
        self.unchecked(&sql, None).await.map(drop)
    }

    /// Returns the backend as the server numbers it now; SQLite: the number of this process.
    ///
    /// # Errors
    /// The database's.
    pub async fn backend_id(&mut self) -> Result<String, DbError> {
        let sql = match self.engine() {
            Engine::Postgresql => "SELECT pg_backend_pid()",
            Engine::Mysql => "SELECT CONNECTION_ID()",
            Engine::Sqlite => return Ok(std::process::id().to_string()),
        };
        Ok(self.scalar(sql).await?.unwrap_or_default())
    }

    /// Returns the backend as the server numbered it when the connection was opened, without asking; SQLite: the
    /// number of this process. A connection keeps its backend, since transaction-pooling proxies are refused.
    pub fn opened_as(&self) -> String {
        match self.in_flight.canceller.backend() {
            Some(backend) => backend.to_owned(),
            None => std::process::id().to_string(),
        }
    }

    /// Returns what cancels the statement in flight on this connection, from any task.
    pub fn canceller(&self) -> Canceller {
        self.in_flight.canceller.clone()
    }

    /// Says good-bye to the server and closes.
    pub async fn close(self) {
        if self.in_flight.busy || self.lost.is_some() {
            return;
        }
        match self.link {
            Link::Postgresql(link) => link.close().await,
            Link::Mysql(link) => link.close().await,
            Link::Sqlite(link) => link.close().await,
        }
    }

    async fn statement(
        &mut self,
        sql: &str,
        collector: Option<&mut dyn Sink>,
    ) -> Result<u64, DbError> {
        if self.settings.read_only {
            refuse_writes(self.engine(), sql)?;
        }
        self.unchecked(sql, collector).await
    }

    async fn unchecked(
        &mut self,
        sql: &str,
        collector: Option<&mut dyn Sink>,
    ) -> Result<u64, DbError> {
        if let Some(lost) = &self.lost {
            return Err(lost.clone());
        }
        if self.in_flight.busy {
            return Err(DbError::own(
                "abandoned",
                "an earlier statement on this connection was abandoned",
                DbClass::Lost,
            ));
        }
        let started = Instant::now();
        // MySQL limits only SELECT by itself; for anything else this side keeps the time.
        let limit = match &self.link {
            Link::Mysql(link) if !link.is_mariadb() => self.settings.statement_timeout,
            _ => None,
        };
        self.in_flight.busy = true;
        let outcome = {
            let sql = sql.to_owned();
            // On the heap: whatever runs a statement would otherwise have the drivers' states on its stack.
            let work = Box::pin(async {
                match &mut self.link {
                    Link::Postgresql(link) => link.run(sql, collector).await,
                    Link::Mysql(link) => link.run(sql, collector).await,
                    Link::Sqlite(link) => link.run(sql, collector).await,
                }
            });
            cancel::watched(work, &self.in_flight.canceller, limit).await
        };
        self.in_flight.busy = false;
        match outcome {
            Ok(rows) => Ok(rows),
            Err(failure) => Err(self.explain(failure, sql, started.elapsed())),
        }
    }

    /// Turns a failure into an error, and remembers when the connection is of no use any more.
    fn explain(&mut self, failure: cancel::Failure, sql: &str, elapsed: Duration) -> DbError {
        let mut error = match failure {
            cancel::Failure::Sql(sqlx::Error::Protocol(text)) if text.contains("Copy") => {
                // The server now waits for rows, or sends them, and sqlx does neither.
                let error = DbError::own(
                    "copy",
                    "COPY FROM STDIN and COPY TO STDOUT exchange rows with the client, which a step cannot",
                    DbClass::Syntax,
                );
                self.lost = Some(DbError {
                    class: DbClass::Lost,
                    ..error.clone()
                });
                return error;
            }
            cancel::Failure::Sql(error) => DbError::of(self.login.engine(), &error),
            cancel::Failure::Gone(why) => DbError::own("gone", why, DbClass::Lost),
        };
        if error.class == DbClass::Cancelled && self.was_timeout(elapsed) {
            error.class = DbClass::StatementTimeout;
        }
        error.message = rows::without_secrets(&error.message, sql);
        if error.class == DbClass::Lost {
            self.lost = Some(error.clone());
        }
        error
    }

    fn was_timeout(&self, elapsed: Duration) -> bool {
        match &self.link {
            Link::Sqlite(link) => link.watch().timed_out(),
            _ => self
                .settings
                .statement_timeout
                .is_some_and(|timeout| elapsed >= timeout),
        }
    }
}

/// Refuses what is not known to be a read, before the server sees it: a session could switch its own protection off.
fn refuse_writes(engine: Engine, sql: &str) -> Result<(), DbError> {
    match rows::first_write(engine, sql) {
        None => Ok(()),
        Some(statement) => Err(DbError::own(
            "read-only",
            format!("the connection is read-only, refused: {statement}"),
            DbClass::ReadOnly,
        )),
    }
}
