//! What a killed runner left on the server: backends that still work for a session nobody runs any more.

use std::time::{Duration, Instant};

use stopover_plan::Problem;
use stopover_plan::model::Engine;

use crate::db::{Db, MARKS, cut, mark};
use crate::error::EngineError;
use crate::quote::literal;

/// Longest time until a backend that was told to end is gone.
const GONE_WITHIN: Duration = Duration::from_secs(10);

/// A backend that works for a session, and is not the connection that asks.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Orphan {
    /// Backend as the server numbers it.
    pub backend: String,
    /// What it does: `active`, `idle in transaction`, …
    pub state: String,
    /// Statement it runs, or ran last; at most 1 KiB.
    pub query: String,
    /// When that statement began, in UTC as the server writes it.
    pub since: String,
}

/// Returns the backends of a session besides the one that asks. Ask before further connections of the session are
/// opened: they could not be told from orphans. SQLite has none: a statement ends with its process.
///
/// # Errors
/// The database's.
pub async fn orphans(db: &mut Db, session: &str) -> Result<Vec<Orphan>, EngineError> {
    let sql = match db.engine() {
        Engine::Sqlite => return Ok(Vec::new()),
        Engine::Postgresql => format!(
            "SELECT pid, COALESCE(state, ''), left(query, 1024), \
             to_char(COALESCE(query_start, backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') \
             FROM pg_catalog.pg_stat_activity \
             WHERE starts_with(application_name, {}) AND pid <> pg_backend_pid() ORDER BY backend_start",
            literal(Engine::Postgresql, &format!("stopover {session} "))
        ),
        Engine::Mysql => {
            let marked: Vec<String> = (0..MARKS)
                .map(|n| {
                    format!(
                        "IS_USED_LOCK({})",
                        literal(Engine::Mysql, &mark(session, n))
                    )
                })
                .collect();
            format!(
                "SELECT id, command, COALESCE(LEFT(info, 1024), ''), \
                 DATE_FORMAT(NOW() - INTERVAL time SECOND, '%Y-%m-%d %H:%i:%s') \
                 FROM information_schema.processlist \
                 WHERE id IN ({}) AND id <> CONNECTION_ID() ORDER BY id",
                marked.join(", ")
            )
        }
    };
    let rows = db.rows(&sql, 1000).await?;
    Ok(rows
        .rows
        .into_iter()
        .map(|row| {
            let [backend, state, query, since]: [Option<String>; 4] =
                row.try_into().unwrap_or_default();
            Orphan {
                backend: backend.unwrap_or_default(),
                state: state.unwrap_or_default(),
                query: cut(&query.unwrap_or_default(), 1024).to_owned(),
                since: since.unwrap_or_default(),
            }
        })
        .collect())
}

/// Ends an orphan and waits until it is gone; its transaction is rolled back. One that is gone already is fine, and a
/// backend that got the same number meanwhile is left alone.
///
/// # Errors
/// The database's, and when it is not gone within 10 s.
pub async fn end_orphan(db: &mut Db, session: &str, orphan: &Orphan) -> Result<(), EngineError> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(10);
    loop {
        let left = orphans(db, session).await?;
        if !left.iter().any(|other| other.backend == orphan.backend) {
            return Ok(());
        }
        if begun.elapsed() > GONE_WITHIN {
            return Err(EngineError::Problem(Problem::new(
                "orphan",
                format!("Backend {} did not end within 10 s", orphan.backend),
                "End it on the server as an administrator, then resume.",
            )));
        }
        let sql = match db.engine() {
            Engine::Mysql => format!("KILL CONNECTION {}", orphan.backend),
            _ => format!("SELECT pg_terminate_backend({})", orphan.backend),
        };
        match db.run(&sql).await {
            // 1094: it went by itself meanwhile.
            Err(error) if error.code != "1094" => return Err(error.into()),
            _ => {}
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(500));
    }
}
