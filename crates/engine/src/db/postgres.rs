//! PostgreSQL: how a session is opened, and its simple query protocol.

use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow, PgSslMode};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Either, Executor, Row, SqlSafeStr, Statement,
    ValueRef,
};
use stopover_plan::connection::Tls;

use super::Settings;
use super::rows::{Collector, Raw, Sink, Source, columns_of, name};
use crate::connect::Login;
use crate::diagnose;
use crate::error::EngineError;

/// An open connection.
pub(super) struct Link {
    conn: PgConnection,
}

impl Link {
    /// Opens a connection; returns it with its backend's number.
    pub(super) async fn open(
        login: &Login,
        settings: &Settings,
    ) -> Result<(Self, String), EngineError> {
        let conn = diagnose::within(login, |tls| {
            let options = options(login, settings, tls);
            async move { options.connect().await }
        })
        .await?;
        let mut link = Self { conn };
        let backend = link
            .prepare(settings)
            .await
            .map_err(|error| diagnose::failed(login, &error))?;
        Ok((link, backend))
    }

    async fn prepare(&mut self, settings: &Settings) -> Result<String, sqlx::Error> {
        let mut sql = timeouts(settings);
        // Floats in full, also from servers before version 12, where it is not the default.
        sql.push_str("; SET extra_float_digits = 1");
        if settings.read_only {
            sql.push_str("; SET default_transaction_read_only = on");
        }
        sql.push_str("; SELECT pg_backend_pid()");
        let mut rows = Collector::new(8);
        self.run(sql, Some(&mut rows)).await?;
        let backend = rows
            .into_rows()
            .rows
            .pop()
            .and_then(|mut row| row.pop().flatten())
            .unwrap_or_default();
        // With these the server ends a statement when nobody waits for it any more. Older servers do not know the
        // first, some platforms cannot do it, and other databases that speak the protocol know none: none is needed.
        let wish = "SELECT set_config(s.name, w.value, false) FROM (VALUES \
             ('client_connection_check_interval', '500ms'), ('tcp_keepalives_idle', '10'), \
             ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3')) AS w (name, value) \
             JOIN pg_catalog.pg_settings s ON s.name = w.name";
        if let Err(error) = self.run(wish.to_owned(), None).await {
            match &error {
                sqlx::Error::Database(_) => {
                    tracing::debug!(%error, "the server will not watch its clients");
                }
                _ => return Err(error),
            }
        }
        Ok(backend)
    }

    /// Runs statements, with their rows into `collector`; returns the rows changed.
    pub(super) async fn run(
        &mut self,
        sql: String,
        mut collector: Option<&mut dyn Sink>,
    ) -> Result<u64, sqlx::Error> {
        // A command tag counts the rows of a SELECT too; only with RETURNING are returned rows changed ones.
        let returned_are_changed = sql.to_ascii_uppercase().contains("RETURNING");
        let mut changed = 0;
        let mut returned = 0u64;
        let sql: Arc<str> = sql.into();
        let mut stream = sqlx::raw_sql(AssertSqlSafe(Arc::clone(&sql))).fetch_many(&mut self.conn);
        while let Some(part) = stream.try_next().await? {
            match part {
                Either::Left(done) => {
                    if returned == 0 || returned_are_changed {
                        changed += done.rows_affected();
                    }
                    returned = 0;
                }
                Either::Right(row) => {
                    returned += 1;
                    if let Some(collector) = collector.as_deref_mut() {
                        collector.take(&row);
                    }
                    // A server that is quicker than this loop would let nothing else have a turn, a cancellation neither.
                    tokio::task::coop::consume_budget().await;
                }
            }
        }
        drop(stream);
        if let Some(collector) = collector.filter(|sink| sink.wants_columns()) {
            let described = (&mut self.conn)
                .prepare(AssertSqlSafe(sql).into_sql_str())
                .await;
            name(collector, described.map(|one| columns_of(one.columns())))?;
        }
        Ok(changed)
    }

    pub(super) async fn close(self) {
        let _ = tokio::time::timeout(super::GOOD_BYE, self.conn.close()).await;
    }
}

/// Returns the statements that set the timeouts.
pub(super) fn timeouts(settings: &Settings) -> String {
    let statement = settings.statement_timeout.map_or(0, millis);
    match settings.lock_timeout {
        Some(lock) => format!(
            "SET lock_timeout = {}; SET statement_timeout = {statement}",
            millis(lock)
        ),
        None => format!("SET statement_timeout = {statement}"),
    }
}

/// Returns whole milliseconds, at least one, as PostgreSQL's timeouts are counted: zero would mean none.
fn millis(time: Duration) -> i32 {
    i32::try_from(time.as_millis()).unwrap_or(i32::MAX).max(1)
}

fn options(login: &Login, settings: &Settings, tls: Tls) -> PgConnectOptions {
    let connection = login.connection();
    let address = login.address();
    let mut options = PgConnectOptions::new_without_pgpass()
        .host(&address.host)
        .port(address.port)
        .username(&login.user())
        // An empty password, too, is said: sqlx would otherwise take one from the environment.
        .password(login.secret().map_or("", |secret| secret.expose()))
        .application_name(&settings.application)
        .statement_cache_capacity(0)
        // Sent later as a statement: poolers refuse it among the start-up parameters.
        .extra_float_digits(None::<i8>)
        .ssl_mode(match tls {
            Tls::Disable => PgSslMode::Disable,
            Tls::Prefer => PgSslMode::Prefer,
            Tls::Require => PgSslMode::Require,
            Tls::VerifyCa => PgSslMode::VerifyCa,
            Tls::VerifyFull => PgSslMode::VerifyFull,
        });
    if let Some(socket) = &address.socket {
        options = options.socket(socket);
    }
    if !connection.database.is_empty() {
        options = options.database(&connection.database);
    }
    if let Some(file) = &connection.tls_ca {
        options = options.ssl_root_cert(file);
    }
    // sqlx would write statements, secrets among them, into the log.
    options.disable_statement_logging()
}

impl Source for PgRow {
    fn columns(&self) -> Vec<super::Column> {
        columns_of(Row::columns(self))
    }

    fn width(&self) -> usize {
        self.len()
    }

    fn value(&self, at: usize) -> Raw<'_> {
        match self.try_get_raw(at) {
            Ok(value) if !value.is_null() => value.as_bytes().map_or(Raw::Null, Raw::Text),
            _ => Raw::Null,
        }
    }
}
