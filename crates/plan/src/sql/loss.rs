//! Says in words what a statement destroys.

use super::lexer::{Kind, Lexer};
use super::words::Words;
use crate::model::Engine;

/// Returns what the statement destroys, as the end of a sentence; `None` when nothing is known to be lost.
pub(super) fn loss(engine: Engine, mut words: Words<'_>) -> Option<String> {
    let first = words;
    if words.take("drop") {
        return drop_loss(words);
    }
    if words.take("truncate") {
        words.take_while(&["table", "only"]);
        return Some(format!("empties table {}", words.names()));
    }
    if words.take("alter") {
        words.take_while(&["online", "ignore", "foreign"]);
        return words
            .sees_any(&["table", "type"])
            .then(|| alter_loss(words))
            .flatten();
    }
    if engine == Engine::Mysql && words.take_all(&["create", "or", "replace", "table"]) {
        words.take_all(&["if", "not", "exists"]);
        return Some(format!("replaces table {} and its rows", words.name()));
    }
    if first.sees_any(&[
        "with", "delete", "update", "insert", "explain", "merge", "analyze",
    ]) {
        return whole_table_change(first);
    }
    if first.sees("do") || first.sees_all(&["begin", "not", "atomic"]) {
        return block_loss(engine, first);
    }
    None
}

fn drop_loss(mut words: Words<'_>) -> Option<String> {
    if words.take_all(&["owned", "by"]) {
        return Some(format!("drops everything that {} owns", words.names()));
    }
    let cascades = words.has_any(&["cascade"]);
    if words.sees("temporary") {
        return None;
    }
    let what = words.peek(0).to_ascii_lowercase();
    let holds_rows = matches!(what.as_str(), "table" | "database" | "schema");
    if !holds_rows && !cascades {
        return None;
    }
    words.skip();
    let mut what = what;
    // Two-word objects: materialized view, foreign table, event trigger, …
    if words.sees_any(&["view", "table", "trigger", "mapping", "family", "class"]) {
        what = format!("{what} {}", words.peek(0).to_ascii_lowercase());
        words.skip();
    }
    words.take("concurrently");
    words.take_all(&["if", "exists"]);
    let mut sentence = format!("drops {what} {}", words.names());
    if cascades {
        sentence.push_str(" and everything that depends on it");
    }
    Some(sentence)
}

fn alter_loss(mut words: Words<'_>) -> Option<String> {
    words.skip();
    words.take_all(&["if", "exists"]);
    words.take("only");
    let table = words.name();
    let mut lost: Vec<String> = Vec::new();
    // Where the losses of the present comma-separated action begin; `None` until it says DROP.
    let mut dropping = None;
    while !words.is_done() {
        if words.sees("(") {
            words.skip_parentheses();
            continue;
        }
        if words.sees(",") {
            dropping = None;
        } else if words.take("drop") {
            dropping = Some(lost.len());
            lost.extend(dropped_part(&mut words, &table));
        } else if words.sees_all(&["truncate", "partition"]) {
            lost.push(format!("empties partitions of table {table}"));
        } else if words.sees_all(&["discard", "tablespace"]) {
            lost.push(format!("discards the rows of table {table}"));
        } else if let Some(first) = dropping
            && words.sees("cascade")
        {
            if first == lost.len() {
                lost.push(format!("drops a part of table {table}"));
            }
            lost[first].push_str(" and everything that depends on it");
            dropping = None;
        }
        words.skip();
    }
    (!lost.is_empty()).then(|| lost.join("; "))
}

/// Reads what follows DROP inside ALTER TABLE and leaves the place at its last token.
fn dropped_part(words: &mut Words<'_>, table: &str) -> Option<String> {
    if words.take("partition") {
        words.take_all(&["if", "exists"]);
        return Some(format!(
            "drops partition {} of table {table}",
            words.peek(0)
        ));
    }
    if words.sees_all(&["system", "versioning"]) {
        return Some(format!("drops the history of table {table}"));
    }
    if words.sees_any(&[
        "constraint",
        "index",
        "key",
        "primary",
        "foreign",
        "default",
        "not",
        "expression",
        "identity",
        "check",
        "period",
    ]) {
        return None;
    }
    words.take_while(&["column", "attribute"]);
    words.take_all(&["if", "exists"]);
    let column = words.peek(0);
    (!column.is_empty()).then(|| format!("drops column {column} of table {table}"))
}

/// What one level of parentheses does.
#[derive(Default)]
struct Level {
    verb: Option<Verb>,
    has_where: bool,
}

enum Verb {
    Harmless,
    Delete(String),
    Update(String),
}

impl Level {
    fn loss(self) -> Option<String> {
        match self.verb? {
            Verb::Delete(table) if !self.has_where => Some(format!("deletes every row of {table}")),
            Verb::Update(table) if !self.has_where => {
                Some(format!("overwrites every row of {table}"))
            }
            _ => None,
        }
    }
}

/// Finds DELETE and UPDATE without a WHERE of their own, at the top and in the parts of a WITH.
fn whole_table_change(mut words: Words<'_>) -> Option<String> {
    if words.sees("explain") && !words.has_any(&["analyze", "analyse"]) {
        return None;
    }
    let mut levels = vec![Level::default()];
    let mut lost: Vec<String> = Vec::new();
    while !words.is_done() {
        if words.sees("(") {
            levels.push(Level::default());
        } else if words.sees(")") && levels.len() > 1 {
            lost.extend(levels.pop().and_then(Level::loss));
        } else if let Some(level) = levels.last_mut()
            && words.kind(0) == Some(Kind::Word)
        {
            if level.verb.is_none() {
                level.verb = verb(words);
            } else if words.sees("where") {
                level.has_where = true;
            }
        }
        words.skip();
    }
    lost.extend(levels.into_iter().filter_map(Level::loss));
    (!lost.is_empty()).then(|| lost.join("; "))
}

fn verb(mut words: Words<'_>) -> Option<Verb> {
    if words.sees_any(&["select", "insert", "merge", "values", "table", "replace"]) {
        return Some(Verb::Harmless);
    }
    let deletes = words.sees("delete");
    if !deletes && !words.sees("update") {
        return None;
    }
    words.skip();
    words.take_while(&["low_priority", "quick", "ignore"]);
    if words.take("or") {
        words.skip();
    }
    words.take_while(&["from", "only"]);
    let table = words.name();
    if table.is_empty() {
        return None;
    }
    Some(if deletes {
        Verb::Delete(table)
    } else {
        Verb::Update(table)
    })
}

/// Looks into an anonymous block, which runs at once, for the words of loss.
fn block_loss(engine: Engine, mut words: Words<'_>) -> Option<String> {
    let found = if words.take("do") {
        words.take_all(&["language"]);
        std::iter::from_fn(|| {
            let body = (!words.is_done()).then(|| (words.kind(0), words.peek(0)));
            words.skip();
            body
        })
        .filter(|(kind, _)| *kind == Some(Kind::Text))
        .find_map(|(_, body)| word_of_loss(engine, inside_quotes(body)))
    } else {
        ["drop", "truncate", "delete"]
            .into_iter()
            .find(|word| words.has_any(&[word]))
    };
    found.map(|word| format!("runs a block that contains {}", word.to_ascii_uppercase()))
}

fn inside_quotes(text: &str) -> &str {
    let width = match text.strip_prefix('$') {
        Some(rest) => rest.find('$').map_or(1, |at| at + 2),
        None => 1,
    };
    text.get(width..text.len().saturating_sub(width))
        .unwrap_or("")
}

fn word_of_loss(engine: Engine, body: &str) -> Option<&'static str> {
    let mut lexer = Lexer::new(engine, body);
    while let Some(token) = lexer.next() {
        let text = &body[token.start..token.end];
        match token.kind {
            Kind::Word => {
                let word = ["drop", "truncate", "delete"]
                    .into_iter()
                    .find(|word| text.eq_ignore_ascii_case(word));
                if word.is_some() {
                    return word;
                }
            }
            // Statements given to EXECUTE are strings.
            Kind::Text => {
                let text = text.to_ascii_lowercase();
                let word = ["drop ", "truncate ", "delete "]
                    .into_iter()
                    .find(|word| text.contains(word));
                if word.is_some() {
                    return word.map(str::trim_end);
                }
            }
            _ => {}
        }
    }
    None
}
