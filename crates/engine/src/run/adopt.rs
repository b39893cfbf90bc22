//! Marks of sessions whose journal is lost: found before a session starts, and turned into what they prove.

use stopover_plan::event::{Body, Direction};

use super::access::Access;
use super::mark::{TABLE, exists, literal};
use crate::db::{Db, DbError};
use crate::error::EngineError;

/// Returns the sessions whose marks lie in the target, without the one it is locked for.
///
/// # Errors
/// When the target cannot be read.
pub async fn marked_sessions(access: &Access) -> Result<Vec<String>, EngineError> {
    let mut db = access.checkout().await?;
    let found = sessions(&mut db).await?;
    access.checkin(db);
    Ok(found
        .into_iter()
        .filter(|session| session != access.session())
        .collect())
}

/// Returns what the marks of a session say about its steps, as events.
///
/// # Errors
/// When the target cannot be read.
pub async fn adopted_events(access: &Access, session: &str) -> Result<Vec<Body>, EngineError> {
    let mut db = access.checkout().await?;
    let found = events_of(&mut db, session).await?;
    access.checkin(db);
    Ok(found)
}

/// Returns the sessions that have marks in the target.
///
/// # Errors
/// Those of the connection.
async fn sessions(db: &mut Db) -> Result<Vec<String>, DbError> {
    if !exists(db).await? {
        return Ok(Vec::new());
    }
    let rows = db
        .rows(
            &format!("SELECT DISTINCT session FROM {TABLE} ORDER BY session"),
            100,
        )
        .await?;
    Ok(rows
        .rows
        .into_iter()
        .filter_map(|row| row.into_iter().next().flatten())
        .collect())
}

/// Returns what the marks of a session prove, as events in the order of the marks.
///
/// # Errors
/// Those of the connection.
async fn events_of(db: &mut Db, session: &str) -> Result<Vec<Body>, DbError> {
    let engine = db.engine();
    let rows = db
        .rows(
            &format!(
                "SELECT step, direction, statement FROM {TABLE} WHERE session = {} ORDER BY at, run, statement",
                literal(engine, session)
            ),
            1_000_000,
        )
        .await?;
    let mut events = Vec::new();
    for row in rows.rows {
        let [Some(step), Some(direction), Some(statement)] = row.as_slice() else {
            continue;
        };
        let direction = match direction.as_str() {
            "back" => Direction::Back,
            _ => Direction::Forward,
        };
        events.push(match statement.parse::<u32>() {
            Ok(index) => Body::StatementFinished {
                step: step.clone(),
                direction,
                index,
                total: 0,
                rows: 0,
                elapsed_ms: 0,
            },
            Err(_) => Body::StepSucceeded {
                step: step.clone(),
                direction,
                rows: None,
                exit: None,
                elapsed_ms: 0,
                artifacts: Vec::new(),
                by_mark: true,
            },
        });
    }
    Ok(events)
}
