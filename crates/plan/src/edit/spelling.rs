//! Paths as the reference spells them, led to where the file has the short spelling; and checks named by their id.
//!
//! `["sql", "text"]` means `sql = "…"` as well, and `["check", "id:rows", "sql"]` the check of that id, whether the
//! step has one table, a list or headers.

use toml_edit::Value;

use super::find::At;
use super::setting::Setting;

/// Where a path leads in this file.
#[derive(Debug, PartialEq)]
pub(crate) enum Spelled {
    /// To this path.
    At(Vec<String>),
    /// Below a short spelling: the whole becomes a table of what is there, under this key, and the new value.
    Wider {
        path: Vec<String>,
        key: &'static str,
        there: Setting,
        /// The keys that lead to the new value, at least one.
        below: Vec<String>,
    },
    /// To a check the step does not have.
    NewCheck { id: String, path: Vec<String> },
}

/// Returns the key that a kind's short spelling stands for.
pub(crate) fn long(key: &str) -> Option<&'static str> {
    Some(match key {
        "sql" => "text",
        "command" => "run",
        "manual" => "instructions",
        "gate" => "question",
        "backup" => "file",
        "restore" => "backup",
        "wait" => "for",
        _ => return None,
    })
}

/// Follows a path from an element.
pub(crate) fn spelled(start: At, path: &[&str]) -> Spelled {
    let mut at = Some(start);
    let mut taken: Vec<String> = Vec::new();
    for (depth, name) in path.iter().enumerate() {
        let id = match path.first() {
            Some(&"check") if depth == 1 => name.strip_prefix("id:"),
            _ => None,
        };
        if let Some(id) = id {
            match at.and_then(|checks| check(checks, id)) {
                Some(None) => {}
                Some(Some(index)) => {
                    taken.push(index.to_string());
                    at = at.and_then(|checks| checks.child(&index.to_string()));
                }
                None => {
                    return Spelled::NewCheck {
                        id: id.to_owned(),
                        path: path[depth + 1..].iter().map(ToString::to_string).collect(),
                    };
                }
            }
            continue;
        }
        if let (Some(there), Some(key)) = (
            at.and_then(short),
            depth.checked_sub(1).and_then(|before| long(path[before])),
        ) {
            if *name == key && depth + 1 == path.len() {
                continue;
            }
            return Spelled::Wider {
                path: taken,
                key,
                there,
                below: path[depth..].iter().map(ToString::to_string).collect(),
            };
        }
        taken.push((*name).to_owned());
        at = at.and_then(|there| there.child(name));
    }
    Spelled::At(taken)
}

/// Returns the position of a check in its list; `None` in the list's place when the step has one table.
fn check(checks: At, id: &str) -> Option<Option<usize>> {
    let written = |at: At| match at.child("id") {
        Some(At::Value(Value::String(id))) => Some(id.value().clone()),
        _ => None,
    };
    if checks.is_table() {
        let there = written(checks).unwrap_or_else(|| "1".to_owned());
        return (there == id).then_some(None);
    }
    let mut index = 0;
    let mut without_id = None;
    while let Some(at) = checks.child(&index.to_string()) {
        match written(at) {
            Some(there) if there == id => return Some(Some(index)),
            None if (index + 1).to_string() == id => without_id = Some(Some(index)),
            _ => {}
        }
        index += 1;
    }
    without_id
}

/// Returns the value of a short spelling.
fn short(at: At) -> Option<Setting> {
    match at {
        At::Value(Value::String(text)) => Some(Setting::Text(text.value().clone())),
        At::Value(Value::Array(array)) => array
            .iter()
            .map(|value| value.as_str().map(Setting::from))
            .collect::<Option<_>>()
            .map(Setting::List),
        _ => None,
    }
}
