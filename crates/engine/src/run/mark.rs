//! Completion marks in the target: one row a finished step, committed in the same transaction as its statements. What
//! cannot share a transaction with its mark is marked before it goes out, and again when it is done.
//!
//! The table `stopover_mark` exists only while a session runs; the last session to finish removes it.

use stopover_plan::Problem;
use stopover_plan::event::Direction;
use stopover_plan::model::Engine;

use super::access::Access;
use super::{Run, RunError, direction_word};
use crate::db::{Db, DbError};

/// Name of the table of marks; comparisons of a target leave it out.
pub(super) const TABLE: &str = "stopover_mark";

/// What a mark proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The whole step is done.
    Step,
    /// One statement of a step that runs piece by piece is done.
    Statement(u32),
    /// A statement that shares no transaction with a mark goes out; without this mark it never did.
    Begun(u32),
}

impl Proof {
    /// Returns how it is written: -1, the statement's position, or -2 less the position.
    fn number(self) -> i64 {
        match self {
            Proof::Step => -1,
            Proof::Statement(index) => i64::from(index),
            Proof::Begun(index) => -2 - i64::from(index),
        }
    }

    /// Returns the proof that is written as `number`.
    pub(super) fn of(number: i64) -> Self {
        match u32::try_from(number) {
            Ok(index) => Proof::Statement(index),
            Err(_) => u32::try_from(-2 - number).map_or(Proof::Step, Proof::Begun),
        }
    }
}

/// One mark of a session.
#[derive(Debug, Clone)]
pub(super) struct Mark<'a> {
    pub(super) session: &'a str,
    pub(super) step: &'a str,
    pub(super) direction: Direction,
    /// Number of the start it belongs to.
    pub(super) run: u32,
    pub(super) proof: Proof,
}

pub(super) fn literal(engine: Engine, text: &str) -> String {
    let text = text.replace('\'', "''");
    match engine {
        Engine::Mysql => format!("'{}'", text.replace('\\', "\\\\")),
        _ => format!("'{text}'"),
    }
}

impl Mark<'_> {
    fn condition(&self, engine: Engine) -> String {
        format!(
            "session = {} AND step = {} AND direction = '{}' AND run = {}",
            literal(engine, self.session),
            literal(engine, self.step),
            direction_word(self.direction),
            self.run,
        )
    }

    /// Returns the statement that sets the mark.
    pub(super) fn insert(&self, engine: Engine) -> String {
        format!(
            "INSERT INTO {TABLE} (session, step, direction, run, statement) VALUES ({}, {}, '{}', {}, {})",
            literal(engine, self.session),
            literal(engine, self.step),
            direction_word(self.direction),
            self.run,
            self.proof.number(),
        )
    }

    /// Returns the statement that takes the mark back.
    pub(super) fn delete(&self, engine: Engine) -> String {
        format!(
            "DELETE FROM {TABLE} WHERE {} AND statement = {}",
            self.condition(engine),
            self.proof.number(),
        )
    }

    /// Returns true when this mark is set.
    ///
    /// # Errors
    /// Those of the connection.
    pub(super) async fn is_set(&self, db: &mut Db) -> Result<bool, DbError> {
        if !exists(db).await? {
            return Ok(false);
        }
        let sql = format!(
            "SELECT count(*) FROM {TABLE} WHERE {} AND statement = {}",
            self.condition(db.engine()),
            self.proof.number(),
        );
        Ok(db.scalar(&sql).await?.is_some_and(|count| count != "0"))
    }

    /// Returns the statements of the step that are marked in this run.
    ///
    /// # Errors
    /// Those of the connection.
    pub(super) async fn statements(&self, db: &mut Db) -> Result<Vec<u32>, DbError> {
        if !exists(db).await? {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT statement FROM {TABLE} WHERE {} AND statement >= 0 ORDER BY statement",
            self.condition(db.engine())
        );
        let rows = db.rows(&sql, 1_000_000).await?.rows;
        Ok(rows
            .into_iter()
            .filter_map(|row| row.into_iter().next().flatten()?.parse().ok())
            .collect())
    }
}

/// Returns true when the table of marks exists in the target.
///
/// # Errors
/// Those of the connection.
pub(super) async fn exists(db: &mut Db) -> Result<bool, DbError> {
    let sql = match db.engine() {
        Engine::Postgresql => format!("SELECT to_regclass('{TABLE}') IS NOT NULL"),
        Engine::Mysql => format!(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = database() AND table_name = '{TABLE}'"
        ),
        Engine::Sqlite => {
            format!("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{TABLE}'")
        }
    };
    let found = db.scalar(&sql).await?;
    Ok(found.is_some_and(|found| matches!(found.as_str(), "t" | "true" | "1")))
}

/// Creates the table of marks when it is not there.
///
/// # Errors
/// Those of the connection, e.g. a missing privilege.
pub(super) async fn make_ready(access: &Access, db: &mut Db) -> Result<(), DbError> {
    if access.marks_ready.get() {
        return Ok(());
    }
    if !exists(db).await? {
        let text = match db.engine() {
            Engine::Mysql => "varchar(191)",
            _ => "text",
        };
        let end = match db.engine() {
            Engine::Mysql => " ENGINE=InnoDB",
            _ => "",
        };
        db.run(&format!(
            "CREATE TABLE IF NOT EXISTS {TABLE} (session {text} NOT NULL, step {text} NOT NULL, \
             direction varchar(8) NOT NULL, run integer NOT NULL, statement integer NOT NULL, \
             at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, \
             PRIMARY KEY (session, step, direction, run, statement)){end}"
        ))
        .await?;
    }
    access.marks_ready.set(true);
    Ok(())
}

/// Removes the session's marks from every target, and the table with the last of them.
///
/// # Errors
/// When a target cannot be reached; the session is then not finished.
pub(super) async fn remove_all(run: &Run) -> Result<(), RunError> {
    let session = run.session().id.clone();
    for access in run.targets.values() {
        if access.is_read_only() {
            continue;
        }
        let mut last = None;
        let mut done = false;
        for _ in 0..3 {
            let db = match last {
                None => access.checkout().await.map_err(|error| error.problem()),
                Some(_) => access.reconnect().await,
            };
            let mut db = match db {
                Ok(db) => db,
                Err(problem) => {
                    last = Some(problem);
                    continue;
                }
            };
            match remove(&mut db, &session).await {
                Ok(()) => {
                    access.marks_ready.set(false);
                    access.checkin(db);
                    done = true;
                    break;
                }
                Err(error) => last = Some(cleanup_problem(&error)),
            }
        }
        if !done {
            return Err(RunError::Target(last.unwrap_or_else(|| {
                Problem::new("target-lost", "A target was lost.", "Resume the session.")
            })));
        }
    }
    Ok(())
}

fn cleanup_problem(error: &DbError) -> Problem {
    Problem::new(
        "marks-not-removed",
        format!("The table {TABLE} could not be removed: {}", error.message),
        "Resume the session when the target can be reached; every step is done.",
    )
}

async fn remove(db: &mut Db, session: &str) -> Result<(), DbError> {
    if !exists(db).await? {
        return Ok(());
    }
    db.run(&format!(
        "DELETE FROM {TABLE} WHERE session = {}",
        literal(db.engine(), session)
    ))
    .await?;
    let left = db.scalar(&format!("SELECT count(*) FROM {TABLE}")).await?;
    if left.as_deref() == Some("0") {
        db.run(&format!("DROP TABLE IF EXISTS {TABLE}")).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_read_as_it_was_written() {
        for proof in [
            Proof::Step,
            Proof::Statement(0),
            Proof::Statement(7),
            Proof::Begun(0),
            Proof::Begun(7),
        ] {
            assert_eq!(Proof::of(proof.number()), proof);
        }
    }
}
