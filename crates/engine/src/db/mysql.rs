//! MySQL and MariaDB: how a session is opened, and its text protocol.

use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow, MySqlSslMode};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Decode, Either, Executor, MySql, Row, SqlSafeStr,
    Statement, ValueRef,
};
use stopover_plan::connection::Tls;
use stopover_plan::model::Engine;

use super::Settings;
use super::rows::{Collector, Raw, Sink, Source, columns_of, name};
use crate::connect::Login;
use crate::diagnose;
use crate::error::EngineError;
use crate::quote::literal;

/// How many connections of one session are marked, so that they can be found again.
pub(crate) const MARKS: usize = 16;

/// An open connection.
pub(super) struct Link {
    conn: MySqlConnection,
    mariadb: bool,
}

impl Link {
    /// Opens a connection; returns it with its number.
    pub(super) async fn open(
        login: &Login,
        settings: &Settings,
    ) -> Result<(Self, String), EngineError> {
        let conn = diagnose::within(login, |tls| {
            let options = options(login, tls);
            async move { options.connect().await }
        })
        .await?;
        let mut link = Self {
            conn,
            mariadb: false,
        };
        let backend = link
            .prepare(settings)
            .await
            .map_err(|error| diagnose::failed(login, &error))?;
        Ok((link, backend))
    }

    async fn prepare(&mut self, settings: &Settings) -> Result<String, sqlx::Error> {
        let mut row = self
            .row("SELECT VERSION(), CONNECTION_ID()")
            .await?
            .into_iter();
        self.mariadb = row.next().flatten().unwrap_or_default().contains("MariaDB");
        let backend = row.next().flatten().unwrap_or_default();
        // The protocol's handshake changed the mode (IGNORE_SPACE); the server's own is restored, and made strict, so
        // that a value that does not fit is an error instead of another value.
        let mut sql = "SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@GLOBAL.sql_mode, ''), \
             'STRICT_TRANS_TABLES')"
            .to_owned();
        let timeouts = self.timeouts(settings);
        if !timeouts.is_empty() {
            sql.push_str("; ");
            sql.push_str(&timeouts);
        }
        if settings.read_only {
            sql.push_str("; SET SESSION TRANSACTION READ ONLY");
        }
        self.run(sql, None).await?;
        if let Some(session) = session_of(&settings.application) {
            for n in 0..MARKS {
                let mark = literal(Engine::Mysql, &mark(session, n));
                let taken = self.row(&format!("SELECT GET_LOCK({mark}, 0)")).await?;
                if taken.first().and_then(Option::as_deref) == Some("1") {
                    break;
                }
            }
        }
        Ok(backend)
    }

    async fn row(&mut self, sql: &str) -> Result<Vec<Option<String>>, sqlx::Error> {
        let mut rows = Collector::new(1);
        self.run(sql.to_owned(), Some(&mut rows)).await?;
        Ok(rows.into_rows().rows.pop().unwrap_or_default())
    }

    pub(super) fn is_mariadb(&self) -> bool {
        self.mariadb
    }

    /// Runs statements, with their rows into `collector`; returns the rows changed.
    pub(super) async fn run(
        &mut self,
        sql: String,
        mut collector: Option<&mut dyn Sink>,
    ) -> Result<u64, sqlx::Error> {
        let mut changed = 0;
        let sql: Arc<str> = sql.into();
        let mut stream = sqlx::raw_sql(AssertSqlSafe(Arc::clone(&sql))).fetch_many(&mut self.conn);
        while let Some(part) = stream.try_next().await? {
            match part {
                Either::Left(done) => changed += done.rows_affected(),
                Either::Right(row) => {
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

    /// Returns the statements that set the timeouts; may be empty.
    pub(super) fn timeouts(&self, settings: &Settings) -> String {
        let mut parts = Vec::new();
        if let Some(lock) = settings.lock_timeout {
            let seconds = lock.as_millis().div_ceil(1000).clamp(1, 31_536_000);
            parts.push(format!(
                "SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {seconds}"
            ));
        }
        let statement = settings.statement_timeout.unwrap_or(Duration::ZERO);
        parts.push(if self.mariadb {
            format!(
                "SET SESSION max_statement_time = {}",
                statement.as_secs_f64()
            )
        } else {
            format!("SET SESSION max_execution_time = {}", statement.as_millis())
        });
        parts.join("; ")
    }

    pub(super) async fn close(self) {
        let _ = tokio::time::timeout(super::GOOD_BYE, self.conn.close()).await;
    }
}

/// Returns the session's id out of an application name `stopover <session> …`.
fn session_of(application: &str) -> Option<&str> {
    application.strip_prefix("stopover ")?.split(' ').next()
}

/// Returns the name of the lock that marks the `n`th connection of a session. MySQL has no application names, but it
/// tells which connection holds a named lock; a name has at most 64 characters.
pub(crate) fn mark(session: &str, n: usize) -> String {
    let digest = hex::encode(Sha256::digest(session.as_bytes()));
    format!("stopover-session:{}:{n}", &digest[..32])
}

fn options(login: &Login, tls: Tls) -> MySqlConnectOptions {
    let connection = login.connection();
    let address = login.address();
    let mut options = MySqlConnectOptions::new()
        .host(&address.host)
        .port(address.port)
        .username(&login.user())
        .statement_cache_capacity(0)
        // The mode is set by a statement of our own, from the server's.
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .ssl_mode(match tls {
            Tls::Disable => MySqlSslMode::Disabled,
            Tls::Prefer => MySqlSslMode::Preferred,
            Tls::Require => MySqlSslMode::Required,
            Tls::VerifyCa => MySqlSslMode::VerifyCa,
            Tls::VerifyFull => MySqlSslMode::VerifyIdentity,
        });
    if let Some(secret) = login.secret() {
        options = options.password(secret.expose());
    }
    if let Some(socket) = &address.socket {
        options = options.socket(socket);
    }
    if !connection.database.is_empty() {
        options = options.database(&connection.database);
    }
    if let Some(file) = &connection.tls_ca {
        options = options.ssl_ca(file);
    }
    // sqlx would write statements, secrets among them, into the log.
    options.disable_statement_logging()
}

impl Source for MySqlRow {
    fn columns(&self) -> Vec<super::Column> {
        columns_of(Row::columns(self))
    }

    fn width(&self) -> usize {
        self.len()
    }

    fn value(&self, at: usize) -> Raw<'_> {
        match self.try_get_raw(at) {
            Ok(value) if !value.is_null() => {
                <&[u8] as Decode<MySql>>::decode(value).map_or(Raw::Null, Raw::Text)
            }
            _ => Raw::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_read_out_of_its_application_name() {
        assert_eq!(session_of("stopover abc ada@host"), Some("abc"));
        assert_eq!(session_of("stopover-watch"), None);
        assert_eq!(session_of("psql"), None);
    }

    #[test]
    fn a_mark_fits_into_a_lock_name() {
        assert!(mark(&"s".repeat(500), MARKS).len() <= 64);
        assert_ne!(mark("a", 0), mark("b", 0));
    }
}
