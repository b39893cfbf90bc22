//! One statement and what is known of it.

use serde::Serialize;

/// What a statement is for, by its leading keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// Returns rows: `SELECT`, `WITH … SELECT`, `SHOW`, `EXPLAIN`, `VALUES`, `TABLE`.
    Query,
    /// Changes rows: `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `REPLACE`, `TRUNCATE`, `COPY`, `LOAD`.
    Change,
    /// Changes the schema, rights or comments: `CREATE`, `ALTER`, `DROP`, `GRANT`, …
    Define,
    /// Looks after storage: `VACUUM`, `ANALYZE`, `REINDEX`, `CLUSTER`, `OPTIMIZE`, …
    Maintain,
    /// Changes the login only: `SET`, `RESET`, `PRAGMA`, `LOCK`, `PREPARE`, …
    Session,
    /// Runs stored or inline code: `CALL`, `DO`, `EXECUTE`, `BEGIN NOT ATOMIC`.
    Call,
    /// Begins or ends a transaction, which only the runner may do.
    Transaction,
    /// Anything else.
    Other,
}

/// One statement of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The statement without terminator, surrounding blanks and surrounding comments.
    pub text: String,
    /// Line it begins on, from 1.
    pub line: u32,
    /// What it is for.
    pub kind: StatementKind,
    /// True when it can be part of a transaction that is still undone by a rollback.
    pub transactional: bool,
    /// What it destroys, as the end of a sentence ("drops table users"); `None` when nothing is known to be lost.
    pub destructive: Option<String>,
    /// True when it writes nothing, as far as its own text shows; functions it calls are not looked into.
    pub reads_only: bool,
    /// Name, as the catalog has it, of the index a `CREATE INDEX CONCURRENTLY` builds.
    pub index: Option<String>,
}
