//! The kinds of a step, besides checks: what each kind key may hold.

use super::fields::{Fields, Kin, Reading};
use super::forms::{command, is_text, manual, one_of, own_table, sql};
use super::short::short;
use super::{checks, expect, keys};
use crate::model::{Backup, BackupFormat, Flag, Gate, Kind, Restore, Wait};

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
