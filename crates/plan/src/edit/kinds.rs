//! Gives a step another kind: what both kinds have stays as it is written, what only the old one has goes.

use toml_edit::{Key, TableLike, Value};

use super::find::{At, Element, Sort, element};
use super::setting::Entry;
use super::spelling::long;
use super::splice::{Splice, line_end};
use super::{Editor, secrets, values};
use crate::parse::{self, KINDS, Kin, Toml};
use crate::problem::Problem;

/// What two kinds may have in common, with the key each has it at; the empty key is the whole value.
const SHARED: &[&[(&str, &str)]] = &[
    &[
        ("sql", "text"),
        ("check", "sql"),
        ("wait", "sql"),
        ("flag", "sql"),
    ],
    &[("command", ""), ("check", "command"), ("flag", "command")],
    &[("manual", "instructions"), ("gate", "question")],
    &[("check", "expect"), ("wait", "expect")],
    &[("backup", "file"), ("restore", "file")],
];

/// What a change of kind does, to be said before it is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindChange {
    /// Keys of the new kind that get what the old one has, e.g. `sql`; empty for the whole.
    pub keeps: Vec<String>,
    /// Keys that go with what they hold, as they are spelled in the file, e.g. `sql.lock_timeout`.
    pub goes: Vec<String>,
    /// Keys the new kind cannot do without and that have nothing yet.
    pub needs: Vec<String>,
}

/// A change of kind with the texts it moves.
struct Plan {
    from: &'static str,
    kept: Vec<(&'static str, String)>,
    goes: Vec<String>,
}

impl Editor {
    /// Says what giving a step another kind would keep, take away and need.
    ///
    /// # Errors
    /// When there is no such step or kind, or something names what would go.
    pub fn kind_change(&self, step: &str, to: &str) -> Result<KindChange, Problem> {
        let document = self.document();
        let plan = plan(&document, self.text(), step, to)?;
        let keeps: Vec<String> = plan.kept.iter().map(|(key, _)| (*key).to_owned()).collect();
        Ok(KindChange {
            needs: needs(to, &keeps),
            keeps,
            goes: plan.goes,
        })
    }

    /// Gives a step another kind, with these values below its key; a value of what is kept takes its place. The kind
    /// that is there already stays as it is.
    ///
    /// # Errors
    /// As [`Editor::kind_change`].
    pub fn set_kind(&mut self, step: &str, to: &str, given: &[Entry]) -> Result<(), Problem> {
        secrets::refuse_entries(&[to], given)?;
        let document = self.document();
        let plan = plan(&document, self.text(), step, to)?;
        if plan.from == to {
            return Ok(());
        }
        let newline = line_end(self.text());
        let at = element(&document, Element::Named(Sort::Step, step))?;
        let written = written(to, &plan.kept, given, newline);
        let splices = match in_place(at, plan.from, to, &written) {
            Some(splice) => vec![splice],
            None => {
                let mut splices = values::insert_new(&document, self.text(), at, to, &written)?;
                splices.extend(values::remove_below(
                    &document,
                    self.text(),
                    at,
                    &[plan.from],
                ));
                splices
            }
        };
        let before = self.clone();
        self.apply(splices)?;
        if plan.goes.iter().any(|key| key == UNDO_FLAG) {
            self.remove(step, &["undo"]).inspect_err(|_| {
                *self = before;
            })?;
        }
        Ok(())
    }
}

/// The undo that only a flag can have.
const UNDO_FLAG: &str = "undo.flag";

fn plan(document: &Toml, text: &str, step: &str, to: &str) -> Result<Plan, Problem> {
    let known = KINDS.contains(&to) && !parse::LATER.contains(&to);
    if !known {
        return Err(Problem::new(
            "unknown-kind",
            format!("There is no kind of step \"{to}\""),
            "Choose one of the kinds a step can have.",
        ));
    }
    let at = element(document, Element::Named(Sort::Step, step))?;
    let there = KINDS
        .iter()
        .find_map(|kind| at.child(kind).map(|value| (*kind, value)));
    let Some((from, value)) = there else {
        return Ok(Plan {
            from: "",
            kept: Vec::new(),
            goes: Vec::new(),
        });
    };
    let mut plan = Plan {
        from,
        kept: Vec::new(),
        goes: Vec::new(),
    };
    if from == to {
        return Ok(plan);
    }
    refuse_named(document, step, from, to)?;
    let shared = |key: &str| {
        let common = SHARED.iter().find(|common| common.contains(&(from, key)))?;
        common
            .iter()
            .find_map(|(kind, key)| (*kind == to).then_some(*key))
    };
    if let Some(key) = shared("") {
        plan.kept.push((key, raw(value, text)));
    } else {
        let (first, others) = tables(value);
        for (key, value) in parts(from, first) {
            match shared(&key) {
                Some(new) => plan.kept.push((new, raw(value, text))),
                None => plan.goes.push(format!("{from}.{key}")),
            }
        }
        plan.goes.extend(others);
    }
    // Waiting samples nothing without a query, and a program's check has no expectation.
    let has = |plan: &Plan, key: &str| plan.kept.iter().any(|(kept, _)| *kept == key);
    if has(&plan, "expect") && !has(&plan, "sql") {
        plan.kept.retain(|(key, _)| *key != "expect");
        plan.goes.push(format!("{from}.expect"));
    }
    let undo = at.child("undo").and_then(|undo| undo.child("flag"));
    if from == "flag" && undo.is_some() {
        plan.goes.push(UNDO_FLAG.to_owned());
    }
    Ok(plan)
}

/// Refuses when a check of the step, or its backup, is named elsewhere.
fn refuse_named(document: &Toml, step: &str, from: &str, to: &str) -> Result<(), Problem> {
    let by = parse::references(document)
        .into_iter()
        .find(|reference| match reference.kin {
            Kin::BackupStep => from == "backup" && reference.id == step,
            Kin::Check if from == "check" => reference
                .id
                .split_once('/')
                .is_some_and(|(id, _)| id == step),
            _ => false,
        });
    by.map_or(Ok(()), |by| {
        Err(Problem::new(
            "step-in-use",
            format!(
                "Step \"{step}\" cannot become a {to}: `{}` of {} names its {from}",
                by.key, by.from
            ),
            format!("Change {} first.", by.from),
        ))
    })
}

/// Returns the first of several tables, and the names of the others.
fn tables(value: At<'_>) -> (At<'_>, Vec<String>) {
    let list = matches!(value, At::Tables(_))
        || matches!(value, At::Value(Value::Array(array)) if array.get(0).is_some_and(Value::is_inline_table));
    if !list {
        return (value, Vec::new());
    }
    let others = (1..)
        .map_while(|index: usize| Some((index, value.child(&index.to_string())?)))
        .map(|(index, at)| match at.child("id") {
            Some(At::Value(Value::String(id))) => format!("check {}", id.value()),
            _ => format!("check {}", index + 1),
        })
        .collect();
    (value.child("0").unwrap_or(value), others)
}

/// Returns the keys of a kind with what they hold, whichever spelling it has.
fn parts<'a>(kind: &str, value: At<'a>) -> Vec<(String, At<'a>)> {
    let of = |table: &'a dyn TableLike| {
        table
            .iter()
            .filter_map(|(key, item)| Some((key.to_owned(), At::of(item)?)))
            .collect()
    };
    match value {
        At::Table(table) => of(table),
        At::Value(Value::InlineTable(table)) => of(table),
        At::Tables(_) => Vec::new(),
        At::Value(_) => vec![(long(kind).unwrap_or_default().to_owned(), value)],
    }
}

/// Returns a value as it is written in the file; a table of headers or dotted keys as one between braces.
fn raw(value: At, text: &str) -> String {
    let of = |table: &dyn TableLike| {
        let entries: Vec<String> = table
            .iter()
            .filter_map(|(key, item)| {
                Some(format!("{} = {}", Key::new(key), raw(At::of(item)?, text)))
            })
            .collect();
        format!("{{ {} }}", entries.join(", "))
    };
    match value {
        At::Table(table) => of(table),
        At::Value(Value::InlineTable(table)) if table.is_dotted() => of(table),
        At::Tables(tables) => {
            let entries: Vec<String> = tables.iter().map(|table| of(table)).collect();
            format!("[{}]", entries.join(", "))
        }
        At::Value(value) => value
            .span()
            .map_or_else(|| value.to_string(), |span| text[span].to_owned()),
    }
}

/// Returns the value of the new kind's key.
fn written(to: &str, kept: &[(&str, String)], given: &[Entry], newline: &str) -> String {
    let mut entries: Vec<(Vec<String>, String)> = kept
        .iter()
        .filter(|(key, _)| {
            !given
                .iter()
                .any(|(path, _)| path.first().is_some_and(|first| first == key))
        })
        .map(|(key, raw)| (vec![(*key).to_owned()], raw.clone()))
        .collect();
    entries.extend(given.iter().map(|(path, value)| {
        let last = path.last().map_or("", String::as_str);
        (path.clone(), value.written(last, newline))
    }));
    if let [(path, raw)] = entries.as_slice() {
        let short = raw.starts_with(['"', '\'', '[']);
        if matches!(path.as_slice(), [key] if key.is_empty() || (short && long(to) == Some(key.as_str())))
        {
            return raw.clone();
        }
    }
    let entries: Vec<String> = entries
        .iter()
        .map(|(path, raw)| {
            let keys: Vec<String> = path
                .iter()
                .map(|key| Key::new(key.as_str()).to_string())
                .collect();
            format!("{} = {raw}", keys.join("."))
        })
        .collect();
    format!("{{ {} }}", entries.join(", "))
}

/// Returns the splice that puts key and value in the place of the old ones, when these stand side by side.
fn in_place(step: At, from: &str, to: &str, written: &str) -> Option<Splice> {
    let table: &dyn TableLike = match step {
        At::Table(table) => table,
        At::Value(Value::InlineTable(table)) => table,
        At::Tables(_) | At::Value(_) => return None,
    };
    let At::Value(value) = step.child(from)? else {
        return None;
    };
    if value
        .as_inline_table()
        .is_some_and(toml_edit::InlineTable::is_dotted)
    {
        return None;
    }
    let start = table.key(from)?.span()?.start;
    Some(Splice::new(
        start..value.span()?.end,
        format!("{to} = {written}"),
    ))
}

/// Returns the keys a kind cannot do without, besides those that are kept.
fn needs(to: &str, keeps: &[String]) -> Vec<String> {
    let has = |key: &str| keeps.iter().any(|kept| kept == key);
    let keys: &[&str] = match to {
        "sql" => &["text"],
        "command" if has("") => &[],
        "command" => &["run"],
        "check" if has("command") => &[],
        "check" => &["sql", "expect"],
        "manual" => &["instructions"],
        "gate" => &["question"],
        "wait" if has("sql") => &["for", "expect"],
        "wait" => &["for"],
        "flag" if has("command") => &["name", "stage"],
        "flag" => &["name", "stage", "sql"],
        "restore" if has("file") => &[],
        "restore" => &["backup"],
        "backup" => &["file"],
        _ => &[],
    };
    keys.iter()
        .filter(|key| !has(key))
        .map(|key| (*key).to_owned())
        .collect()
}

#[cfg(test)]
mod tests;
