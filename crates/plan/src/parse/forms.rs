//! Values that several places of a plan share: statements, programs, instructions.

use std::collections::BTreeMap;

use super::fields::{Fields, Reading};
use super::keys;
use crate::model::{Command, Manual, Sql};

/// Returns the one key of `choice` that is there; reports none and several (then the first is returned).
pub(crate) fn one_of<'k>(
    fields: &Fields,
    reading: &mut Reading,
    choice: &[&'k str],
) -> Option<&'k str> {
    let mut there = choice.iter().filter(|key| fields.has(key));
    let first = there.next();
    let what = &fields.what;
    let list = || choice.join("`, `");
    match (first, there.next()) {
        (None, _) => reading.found.add(fields.at, "missing-key", || {
            (
                format!("{what} has none of `{}`", list()),
                "Add one of them.".to_owned(),
            )
        }),
        (Some(one), Some(other)) => reading.found.add(fields.key_at(other), "several-keys", || {
            (
                format!("{what} has both `{one}` and `{other}`"),
                format!("Keep one of `{}`.", list()),
            )
        }),
        (Some(_), None) => {}
    }
    first.copied()
}

/// Returns the table of a kind key, named after the step; reports any other type.
pub(crate) fn own_table<'a>(
    step: &Fields<'a>,
    reading: &mut Reading,
    key: &str,
    needs: &str,
    example: &str,
) -> Option<Fields<'a>> {
    let table = step.table(key, format!("{}, {key}", step.what));
    if table.is_none() {
        step.wrong(reading, key, needs, example);
    }
    table
}

/// Returns true when the key holds a text.
pub(crate) fn is_text(step: &Fields, key: &str) -> bool {
    step.item(key).is_some_and(toml_edit::Item::is_str)
}

/// Reads `sql = "…"` or `sql = { … }` of a step or of an undo.
pub(crate) fn sql(fields: &Fields, reading: &mut Reading, key: &str) -> Option<Sql> {
    if is_text(fields, key) {
        return Some(Sql {
            text: fields.word(reading, key),
            ..Sql::default()
        });
    }
    let table = own_table(
        fields,
        reading,
        key,
        "statements or a table",
        "\"UPDATE …\"",
    )?;
    table.only_known(reading, keys::SQL);
    one_of(&table, reading, &["text", "file"]);
    let file = table.word(reading, "file");
    if file.as_deref().is_some_and(is_absolute) {
        table.bad(reading, "file", "absolute-path", || {
            (
                "`file` is an absolute path, which another machine does not have".to_owned(),
                "Write the path as seen from the plan file's folder.".to_owned(),
            )
        });
    }
    Some(Sql {
        text: table.word(reading, "text"),
        file,
        lock_timeout: table.duration(reading, "lock_timeout"),
        statement_timeout: table.duration(reading, "statement_timeout"),
        attempts: table
            .number(reading, "attempts", 1..=1_000)
            .and_then(|attempts| u32::try_from(attempts).ok()),
    })
}

fn is_absolute(path: &str) -> bool {
    let bytes = path.as_bytes();
    path.starts_with(['/', '\\', '~'])
        || (bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':')
}

/// Reads `command = […]` or `command = { run = […], … }`.
pub(crate) fn command(fields: &Fields, reading: &mut Reading, key: &str) -> Option<Command> {
    let mut command = Command::default();
    let (place, place_key) = if fields.item(key).is_some_and(toml_edit::Item::is_array) {
        command.run = fields.list(reading, key);
        (None, key)
    } else {
        let needs = "a list of program and arguments, or a table";
        let table = own_table(fields, reading, key, needs, "[\"program\", \"argument\"]")?;
        table.only_known(reading, keys::COMMAND);
        if !table.has("run") {
            table.missing(reading, "run", "[\"program\", \"argument\"]");
            return Some(command);
        }
        command.run = table.list(reading, "run");
        command.dir = table.word(reading, "dir");
        command.env = environment(&table, reading);
        command.exit = table
            .number(reading, "exit", 0..=255)
            .and_then(|exit| i32::try_from(exit).ok())
            .unwrap_or(0);
        command.output = table.word(reading, "output");
        command.interactive = table.yes(reading, "interactive");
        (Some(table), "run")
    };
    if command
        .run
        .first()
        .is_none_or(|program| program.trim().is_empty())
    {
        place
            .as_ref()
            .unwrap_or(fields)
            .bad(reading, place_key, "empty-command", || {
                (
                    format!("`{place_key}` names no program"),
                    format!("Write `{place_key} = [\"program\", \"argument\"]`."),
                )
            });
    }
    Some(command)
}

fn environment(table: &Fields, reading: &mut Reading) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::new();
    if !table.has("env") {
        return environment;
    }
    let Some(env) = table.table("env", format!("{}, env", table.what)) else {
        table.wrong(reading, "env", "a table", "{ NAME = \"value\" }");
        return environment;
    };
    for (name, _, _) in env.entries() {
        if let Some(value) = env.text(reading, name) {
            environment.insert(name.to_owned(), value);
        }
    }
    environment
}

/// Reads `manual = "…"` or `manual = { instructions = "…" }`.
pub(crate) fn manual(fields: &Fields, reading: &mut Reading) -> Option<Manual> {
    if is_text(fields, "manual") {
        return Some(Manual {
            instructions: fields.word(reading, "manual").unwrap_or_default(),
        });
    }
    let table = own_table(fields, reading, "manual", "instructions", "\"…\"")?;
    table.only_known(reading, keys::MANUAL);
    Some(Manual {
        instructions: table.needed(reading, "instructions", "\"…\""),
    })
}
