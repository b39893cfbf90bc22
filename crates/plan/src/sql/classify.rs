//! Says of one statement what it is for, whether a transaction can hold it, and why it cannot be a step.

use super::lexer::Kind;
use super::loss::loss;
use super::statement::{Statement, StatementKind};
use super::words::Words;
use crate::model::Engine;

/// Why a statement cannot be run by a step: code, message, hint.
pub(super) type Fault = (&'static str, String, &'static str);

/// Describes the statement with these words; `text` and `line` go into the result as they are.
pub(super) fn classify(
    engine: Engine,
    words: Words<'_>,
    text: String,
    line: u32,
) -> (Statement, Vec<Fault>) {
    let kind = kind(engine, words);
    let mut faults = Vec::new();
    let statement = Statement {
        text,
        line,
        kind,
        transactional: kind != StatementKind::Transaction && is_transactional(engine, words, kind),
        destructive: loss(engine, words),
        reads_only: reads_only(engine, words, kind),
        index: concurrent_index(engine, words, &mut faults),
    };
    fault(engine, words, kind, &mut faults);
    (statement, faults)
}

fn kind(engine: Engine, words: Words<'_>) -> StatementKind {
    if transaction_control(engine, words) {
        return StatementKind::Transaction;
    }
    // `(SELECT …) UNION (SELECT …)` begins with a parenthesis.
    let mut words = words;
    while words.take("(") {}
    match words.peek(0).to_ascii_lowercase().as_str() {
        "with" if words.has_any(&["insert", "update", "delete", "merge"]) => StatementKind::Change,
        "select" | "with" | "show" | "explain" | "values" | "table" | "describe" | "desc"
        | "fetch" | "help" => StatementKind::Query,
        "insert" | "update" | "delete" | "merge" | "replace" | "truncate" | "copy" | "load"
        | "import" => StatementKind::Change,
        "create" | "alter" | "drop" | "grant" | "revoke" | "comment" | "rename" | "security"
        | "reassign" | "refresh" | "install" | "uninstall" => StatementKind::Define,
        "vacuum" | "analyze" | "reindex" | "cluster" | "checkpoint" | "optimize" | "repair"
        | "check" | "checksum" | "flush" | "purge" | "cache" => StatementKind::Maintain,
        "set" | "reset" | "discard" | "pragma" | "lock" | "unlock" | "prepare" | "deallocate"
        | "declare" | "close" | "move" | "listen" | "notify" | "unlisten" | "use" | "attach"
        | "detach" | "savepoint" | "release" | "rollback" => StatementKind::Session,
        "call" | "do" | "execute" | "begin" => StatementKind::Call,
        _ => StatementKind::Other,
    }
}

/// Returns true for what begins or ends a transaction; savepoints stay inside one.
fn transaction_control(engine: Engine, words: Words<'_>) -> bool {
    let to_savepoint = ["rollback", "abort"].iter().any(|verb| {
        words.sees(verb)
            && (words.sees_at(1, "to")
                || words.sees_at(2, "to")
                    && (words.sees_at(1, "work") || words.sees_at(1, "transaction")))
    });
    if to_savepoint {
        return false;
    }
    match engine {
        Engine::Mysql if words.sees_all(&["begin", "not", "atomic"]) => return false,
        Engine::Mysql
            if words.sees("xa")
                || words.sees("set") && words.has_any(&["autocommit", "completion_type"]) =>
        {
            return true;
        }
        Engine::Postgresql
            if words.sees("abort")
                || words.sees_all(&["prepare", "transaction"])
                || words.sees_all(&["set", "session", "characteristics"]) =>
        {
            return true;
        }
        _ => {}
    }
    words.sees_any(&["begin", "commit", "rollback"])
        || words.sees("end") && engine != Engine::Mysql
        || words.sees_all(&["start", "transaction"])
        || words.sees("set")
            && (words.sees_at(1, "transaction")
                || words.sees_at(2, "transaction")
                    && (words.sees_at(1, "local")
                        || words.sees_at(1, "session")
                        || words.sees_at(1, "global")))
}

fn is_transactional(engine: Engine, words: Words<'_>, kind: StatementKind) -> bool {
    match engine {
        Engine::Postgresql => !refuses_transaction_block(words),
        Engine::Mysql => match kind {
            StatementKind::Define => {
                let mut words = words;
                words.skip();
                words.take_all(&["or", "replace"]);
                // Temporary tables are the one definition that commits nothing.
                words.sees_all(&["temporary", "table"])
            }
            StatementKind::Maintain => words.sees("analyze") && !words.has_any(&["table"]),
            // A procedure may hold a definition or a COMMIT; its text is on the server.
            StatementKind::Call => false,
            StatementKind::Session => {
                !words.sees_any(&["lock", "unlock", "reset"])
                    && !words.sees_all(&["set", "password"])
            }
            _ => {
                !words.sees_any(&["truncate", "start", "stop", "change", "shutdown"])
                    && !words.sees_all(&["load", "index"])
            }
        },
        Engine::Sqlite => {
            !(words.sees_any(&["vacuum", "attach", "detach"])
                || words.sees("pragma") && pragma_writes_outside(words))
        }
    }
}

/// PostgreSQL: what calls `PreventInTransactionBlock`.
fn refuses_transaction_block(mut words: Words<'_>) -> bool {
    if words.take("create") {
        words.take("unique");
        return words.sees_all(&["index", "concurrently"])
            || words.sees_any(&["database", "tablespace", "subscription"]);
    }
    if words.take("drop") {
        return words.sees_all(&["index", "concurrently"])
            || words.sees_any(&["database", "tablespace", "subscription"]);
    }
    if words.take("alter") {
        return words.sees("system")
            || words.sees("database") && words.has_any(&["tablespace"])
            || words.sees("subscription") && words.has_any(&["refresh", "publication"])
            || words.sees("table")
                && words.has_any(&["detach"])
                && words.has_any(&["concurrently"]);
    }
    if words.take("reindex") {
        return words.sees_any(&["database", "system", "schema"])
            || words.has_any(&["concurrently"]);
    }
    if words.take("cluster") {
        // Without a table it rewrites every clustered table, each in a transaction of its own.
        if words.sees("(") {
            words.skip_parentheses();
        }
        words.take("verbose");
        return words.is_done();
    }
    words.sees("vacuum") || words.sees_all(&["discard", "all"])
}

/// SQLite: most settings are ignored, or refused, inside a transaction; a few are part of the file and roll back.
fn pragma_writes_outside(mut words: Words<'_>) -> bool {
    words.skip();
    if words.sees_at(1, ".") {
        words.skip();
        words.skip();
    }
    if words.sees_any(&["wal_checkpoint", "incremental_vacuum", "optimize"]) {
        return true;
    }
    words.has_symbol("=")
        && !words.sees_any(&[
            "user_version",
            "application_id",
            "defer_foreign_keys",
            "legacy_alter_table",
        ])
        || words.has_symbol("(")
            && words.sees_any(&[
                "foreign_keys",
                "journal_mode",
                "synchronous",
                "locking_mode",
            ])
}

fn reads_only(engine: Engine, mut words: Words<'_>, kind: StatementKind) -> bool {
    while words.take("(") {}
    match kind {
        StatementKind::Query if words.sees("explain") => !words.has_any(&["analyze", "analyse"]),
        StatementKind::Query => {
            // INTO makes a table or a file, FOR UPDATE locks rows, and sequences move for good.
            !words.has_any(&[
                "into", "insert", "update", "delete", "merge", "nextval", "setval", "share",
                "outfile", "dumpfile",
            ])
        }
        StatementKind::Session if engine == Engine::Sqlite && words.sees("pragma") => {
            !words.has_symbol("=") && !pragma_writes_outside(words)
        }
        _ => false,
    }
}

fn concurrent_index(
    engine: Engine,
    mut words: Words<'_>,
    faults: &mut Vec<Fault>,
) -> Option<String> {
    if engine != Engine::Postgresql || !words.take("create") {
        return None;
    }
    words.take("unique");
    if !words.take_all(&["index", "concurrently"]) {
        return None;
    }
    words.take_all(&["if", "not", "exists"]);
    if words.sees("on") {
        faults.push((
            "unnamed-index",
            "The index built with CREATE INDEX CONCURRENTLY has no name, so an invalid one left behind could not be found".to_owned(),
            "Write its name after CONCURRENTLY",
        ));
        return None;
    }
    words.catalog_name()
}

fn fault(engine: Engine, words: Words<'_>, kind: StatementKind, faults: &mut Vec<Fault>) {
    if kind == StatementKind::Transaction {
        faults.push((
            "transaction-control",
            format!(
                "{} would begin or end a transaction, which only the runner does",
                words.peek(0).to_ascii_uppercase()
            ),
            "Remove it; the step's statements already run in one transaction where the engine can",
        ));
        return;
    }
    match engine {
        Engine::Postgresql if words.sees("copy") => copy_fault(words, faults),
        Engine::Mysql => {
            if words.sees("load") && (words.sees_at(1, "data") || words.sees_at(1, "xml")) {
                faults.push((
                    "file-access",
                    "LOAD DATA reads a file outside the database".to_owned(),
                    "Load the rows with a command step, or write them as INSERT statements",
                ));
            }
            if words.has_any(&["outfile", "dumpfile"]) && words.has_any(&["into"]) {
                faults.push((
                    "file-access",
                    "SELECT … INTO OUTFILE writes a file on the server".to_owned(),
                    "Export the rows with a command step",
                ));
            }
            if words.sees("use") {
                faults.push((
                    "changes-database",
                    "USE would move the step to another database than its target".to_owned(),
                    "Name the other database a target of its own, or qualify the table",
                ));
            }
        }
        Engine::Sqlite if words.sees_any(&["attach", "detach"]) => faults.push((
            "file-access",
            format!(
                "{} reaches for another database file than the target",
                words.peek(0).to_ascii_uppercase()
            ),
            "Name the other file a target of its own",
        )),
        _ => {}
    }
}

fn copy_fault(mut words: Words<'_>, faults: &mut Vec<Fault>) {
    while !words.is_done() {
        if words.sees("(") {
            words.skip_parentheses();
            continue;
        }
        if words.sees_any(&["from", "to"]) {
            words.skip();
            if words.sees("program") {
                faults.push((
                    "runs-program",
                    "COPY … PROGRAM runs a program on the database server".to_owned(),
                    "Run the program with a command step",
                ));
            } else if words.kind(0) == Some(Kind::Text) {
                faults.push((
                    "file-access",
                    "COPY reads or writes a file on the database server".to_owned(),
                    "Copy the rows with a command step, or write them as INSERT statements",
                ));
            } else {
                faults.push((
                    "client-rows",
                    "COPY exchanges rows with the client, which a step has none of".to_owned(),
                    "Copy the rows with a command step, or write them as INSERT statements",
                ));
            }
            return;
        }
        words.skip();
    }
}
