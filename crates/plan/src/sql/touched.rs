//! The tables a text of SQL names, as far as its words tell; nothing is resolved.

use super::lexer::{Kind, Lexer, Token};
use super::words::Words;
use crate::model::Engine;

/// A table as a statement names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// Schema, or database, where it is named.
    pub schema: Option<String>,
    /// Name, folded as the engine does.
    pub name: String,
}

/// Words behind which a table is named.
const BEFORE: [&str; 8] = [
    "from",
    "join",
    "into",
    "update",
    "table",
    "references",
    "truncate",
    "view",
];

/// Words that may stand between those and the name.
const BETWEEN: [&str; 8] = [
    "if",
    "not",
    "exists",
    "only",
    "lateral",
    "ignore",
    "low_priority",
    "concurrently",
];

/// Words that cannot be a name there.
const NEVER: [&str; 9] = [
    "select", "set", "values", "where", "group", "order", "current", "table", "on",
];

/// Returns the tables that `text` names, each once, in order of their first mention.
///
/// A name that only looks like a table's, such as that of a column in `extract(year FROM seen)`, is returned too: who
/// asks compares with the tables there are. Text inside strings is not looked into.
pub fn tables(engine: Engine, text: &str) -> Vec<TableName> {
    let mut lexer = Lexer::new(engine, text);
    let mut tokens: Vec<Token> = Vec::new();
    while let Some(token) = lexer.next() {
        if !matches!(token.kind, Kind::Space | Kind::Comment | Kind::Hint) {
            tokens.push(token);
        }
    }
    let mut words = Words::new(text, &tokens);
    let mut found = Vec::new();
    let mut indexes = false;
    while !words.is_done() {
        if words.sees(";") || words.kind(0) == Some(Kind::Delimiter) {
            indexes = false;
        } else if words.sees("index") {
            indexes = true;
        }
        // The first ON behind INDEX names the table; any other begins a condition.
        let names = words.sees_any(&BEFORE) || (indexes && words.sees("on"));
        let lists = words.sees_any(&["from", "truncate", "table"]);
        if words.sees("on") {
            indexes = false;
        }
        words.skip();
        if names {
            words.take("table");
            words.take_while(&BETWEEN);
            while let Some(table) = name(engine, &mut words) {
                if !found.contains(&table) {
                    found.push(table);
                }
                if !lists {
                    break;
                }
                words.take("as");
                if words.kind(0) == Some(Kind::Word) && words.sees_at(1, ",") {
                    words.skip();
                }
                if !words.take(",") {
                    break;
                }
            }
        }
    }
    found
}

/// Takes a name with its schema; none for a function, a keyword or a query in parentheses.
fn name(engine: Engine, words: &mut Words<'_>) -> Option<TableName> {
    let mut parts = Vec::new();
    if words.kind(0) == Some(Kind::Word) && words.sees_any(&NEVER) {
        return None;
    }
    while let Some(part) = part(engine, words) {
        parts.push(part);
        words.skip();
        if !words.take(".") {
            break;
        }
    }
    // `INSERT INTO t (a)` and `REFERENCES t (a)` name a table, `FROM f(1)` does not; both are returned, since no
    // table is found under a function's name.
    let name = parts.pop()?;
    Some(TableName {
        schema: parts.pop(),
        name,
    })
}

fn part(engine: Engine, words: &Words<'_>) -> Option<String> {
    let text = words.peek(0);
    match words.kind(0)? {
        Kind::Word if engine == Engine::Postgresql => Some(text.to_lowercase()),
        Kind::Word => Some(text.to_owned()),
        Kind::Name => {
            let mark = text.chars().next()?;
            let close = if mark == '[' { ']' } else { mark };
            let inner = text.strip_prefix(mark)?;
            let inner = inner.strip_suffix(close).unwrap_or(inner);
            Some(inner.replace(&format!("{close}{close}"), &close.to_string()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(engine: Engine, text: &str, expect: &[&str]) {
        let found: Vec<String> = tables(engine, text)
            .into_iter()
            .map(|table| match table.schema {
                Some(schema) => format!("{schema}.{}", table.name),
                None => table.name,
            })
            .collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn statements_name_their_tables() {
        let pg = Engine::Postgresql;
        check(pg, "ALTER TABLE IF EXISTS ONLY Users ADD a int", &["users"]);
        check(
            pg,
            "UPDATE app.\"Big One\" SET a = 1 FROM b x, c WHERE true",
            &["app.Big One", "b", "c"],
        );
        check(
            pg,
            "INSERT INTO t (a) SELECT a FROM u JOIN v ON u.a = v.a",
            &["t", "u", "v"],
        );
        check(
            pg,
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a); SELECT 1",
            &["t"],
        );
        check(
            pg,
            "TRUNCATE a, b; DROP TABLE c, d CASCADE",
            &["a", "b", "c", "d"],
        );
        check(pg, "CREATE TABLE n (a int REFERENCES o (id))", &["n", "o"]);
        check(
            pg,
            "DELETE FROM a WHERE b IN (SELECT b FROM c)",
            &["a", "c"],
        );
        check(pg, "SELECT 'FROM x' -- FROM y\n /* FROM z */", &[]);
        check(pg, "SELECT * FROM (SELECT 1) x", &[]);
        check(Engine::Mysql, "UPDATE `a``b`.`c` SET d = 1", &["a`b.c"]);
        check(Engine::Sqlite, "SELECT * FROM [a b]", &["a b"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(from|table|on|index|update|[a.,;(`\"\\[\\]é' ]){0,40}") {
            for engine in [Engine::Postgresql, Engine::Mysql, Engine::Sqlite] {
                let _ = tables(engine, &text);
            }
        }
    }
}
