//! Marks of sessions whose journal is lost, as they are found before a session starts.

use stopover_plan::event::Direction;
use stopover_plan::session::{Status, StepState};

use super::access::Access;
use super::mark::{Proof, TABLE, exists, literal};
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

/// A mark as it was found in a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Step.
    pub step: String,
    /// Forward or back.
    pub direction: Direction,
    /// Number of the start of the step it belongs to, from 1.
    pub run: u32,
    /// What it proves.
    pub proof: Proof,
}

/// Returns the marks of a session, those of a step in the order in which they were set.
///
/// # Errors
/// When the target cannot be read.
pub async fn marks_of(access: &Access, session: &str) -> Result<Vec<Marked>, EngineError> {
    let mut db = access.checkout().await?;
    let found = all(&mut db, session).await?;
    access.checkin(db);
    Ok(found)
}

/// Returns true for a step that was done under a journal that is lost: that it ended is told by the marks of the steps
/// after it, and nothing else is known of it.
pub(super) fn known_by_marks_only(step: &StepState) -> bool {
    step.status == Status::Succeeded && step.starts == 0
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

async fn all(db: &mut Db, session: &str) -> Result<Vec<Marked>, DbError> {
    if !exists(db).await? {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT step, direction, run, statement FROM {TABLE} WHERE session = {}",
        literal(db.engine(), session)
    );
    let rows = db.rows(&sql, 1_000_000).await?.rows;
    let mut marks: Vec<Marked> = rows
        .into_iter()
        .filter_map(|row| {
            let [step, direction, run, statement]: [Option<String>; 4] = row.try_into().ok()?;
            Some(Marked {
                step: step?,
                direction: match direction?.as_str() {
                    "back" => Direction::Back,
                    _ => Direction::Forward,
                },
                run: run?.parse().ok()?,
                proof: Proof::of(statement?.parse().ok()?),
            })
        })
        .collect();
    // The numbers tell the order; the times of some engines are whole seconds.
    marks.sort_by_key(|mark| {
        let place = match mark.proof {
            Proof::Begun(index) => (index, 0),
            Proof::Statement(index) => (index, 1),
            Proof::Step => (u32::MAX, 2),
        };
        (mark.step.clone(), mark.run, place)
    });
    Ok(marks)
}
