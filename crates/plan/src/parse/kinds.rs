//! The kinds of a step, besides checks: what each kind key may hold.

use std::collections::BTreeMap;

use super::fields::{Fields, Kin, Reading};
use super::short::short;
use super::{checks, expect, keys};
use crate::model::{Backup, BackupFormat, Command, Flag, Gate, Kind, Manual, Restore, Sql, Wait};

/// Reads the value of a step's kind key.
pub(crate) fn read(step: &Fields, reading: &mut Reading, key: &str) -> Kind {
    match key {
        "backup" => Kind::Backup(backup(step, reading)),
        "restore" => Kind::Restore(restore(step, reading)),
        "sql" => Kind::Sql(sql(step, reading, "sql").unwrap_or_default()),
        "command" => Kind::Command(command(step, reading, "command").unwrap_or_default()),
        "check" => Kind::Check(checks::read_all(step, reading)),
        "manual" => Kind::Manual(manual(step, reading).unwrap_or_default()),
        "gate" => Kind::Gate(gate(step, reading)),
        "wait" => Kind::Wait(wait(step, reading)),
        "flag" => Kind::Flag(flag(step, reading)),
        later => Kind::Later(later.to_owned()),
    }
}

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
fn own_table<'a>(
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

fn is_text(step: &Fields, key: &str) -> bool {
    step.item(key).is_some_and(toml_edit::Item::is_str)
}

fn backup(step: &Fields, reading: &mut Reading) -> Backup {
    let mut backup = Backup {
        jobs: 1,
        ..Backup::default()
    };
    if is_text(step, "backup") {
        backup.file = step.word(reading, "backup").unwrap_or_default();
        return backup;
    }
    let example = "{ file = \"backups/before-{time}.dump\" }";
    let Some(table) = own_table(step, reading, "backup", "a file name or a table", example) else {
        return backup;
    };
    table.only_known(reading, keys::BACKUP);
    backup.file = table.needed(reading, "file", "\"backups/before-{time}.dump\"");
    if let Some(jobs) = table.number(reading, "jobs", 1..=1024) {
        backup.jobs = u32::try_from(jobs).unwrap_or(1);
    }
    backup.restore_check = table.yes(reading, "restore_check");
    backup.format = match table.word(reading, "format").as_deref() {
        None | Some("custom") => BackupFormat::Custom,
        Some("directory") => BackupFormat::Directory,
        Some("plain") => BackupFormat::Plain,
        Some(other) => {
            table.bad(reading, "format", "unknown-word", || {
                (
                    format!("`format` is \"{}\"", short(other)),
                    "Write \"custom\", \"directory\" or \"plain\".".to_owned(),
                )
            });
            BackupFormat::Custom
        }
    };
    backup
}

fn restore(step: &Fields, reading: &mut Reading) -> Restore {
    let mut restore = Restore::default();
    if is_text(step, "restore") {
        restore.backup = step.reference(reading, "restore", Kin::BackupStep);
        return restore;
    }
    let needs = "the id of a backup step or a table";
    let Some(table) = own_table(step, reading, "restore", needs, "{ backup = \"…\" }") else {
        return restore;
    };
    table.only_known(reading, keys::RESTORE);
    one_of(&table, reading, &["backup", "file"]);
    restore.backup = table.reference(reading, "backup", Kin::BackupStep);
    restore.file = table.word(reading, "file");
    restore.into = table.word(reading, "into");
    restore.swap = table.yes(reading, "swap");
    restore
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

fn gate(step: &Fields, reading: &mut Reading) -> Gate {
    let mut gate = Gate {
        approvals: 1,
        ..Gate::default()
    };
    if is_text(step, "gate") {
        gate.question = step.word(reading, "gate").unwrap_or_default();
        return gate;
    }
    let Some(table) = own_table(
        step,
        reading,
        "gate",
        "a question or a table",
        "{ question = \"Go?\" }",
    ) else {
        return gate;
    };
    table.only_known(reading, keys::GATE);
    gate.question = table.needed(reading, "question", "\"Go?\"");
    gate.approvers = table.list(reading, "approvers");
    gate.runner_may_approve = table.yes(reading, "runner_may_approve");
    if let Some(approvals) = table.number(reading, "approvals", 1..=100) {
        gate.approvals = u32::try_from(approvals).unwrap_or(1);
    }
    if !gate.approvers.is_empty() && (gate.approvers.len() as u64) < u64::from(gate.approvals) {
        let (asked, there) = (gate.approvals, gate.approvers.len());
        table.bad(reading, "approvals", "too-few-approvers", || {
            (
                format!("{asked} approvals are needed, but only {there} people may approve"),
                "Add approvers, or lower `approvals`.".to_owned(),
            )
        });
    }
    gate
}

fn wait(step: &Fields, reading: &mut Reading) -> Wait {
    let mut wait = Wait::default();
    if is_text(step, "wait") {
        wait.duration = step.duration(reading, "wait").unwrap_or_default();
        return wait;
    }
    let Some(table) = own_table(step, reading, "wait", "a duration or a table", "\"10m\"") else {
        return wait;
    };
    table.only_known(reading, keys::WAIT);
    if !table.has("for") {
        table.missing(reading, "for", "\"10m\"");
    }
    wait.duration = table.duration(reading, "for").unwrap_or_default();
    wait.every = table.duration(reading, "every");
    wait.sql = table.word(reading, "sql");
    wait.expect = expect::read(&table, reading);
    if table.has("sql") && !table.has("expect") {
        table.missing(reading, "expect", "0");
    }
    if table.has("expect") && !table.has("sql") {
        table.missing(reading, "sql", "\"SELECT …\"");
    }
    wait
}

fn flag(step: &Fields, reading: &mut Reading) -> Flag {
    let mut flag = Flag::default();
    let example = "{ name = \"…\", stage = \"dual_write\", sql = \"…\" }";
    let Some(table) = own_table(step, reading, "flag", "a table", example) else {
        return flag;
    };
    table.only_known(reading, keys::FLAG);
    flag.name = table.needed(reading, "name", "\"…\"");
    flag.stage = table.needed(reading, "stage", "\"dual_write\"");
    flag.from = table.word(reading, "from");
    match one_of(&table, reading, &["sql", "file", "command"]) {
        Some("sql") => flag.sql = table.word(reading, "sql"),
        Some("file") => flag.file = table.word(reading, "file"),
        Some(_) => flag.command = command(&table, reading, "command"),
        None => {}
    }
    flag
}
