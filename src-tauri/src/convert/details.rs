//! The keys beside the text of what a step does, as a person edits them: paths, formats, limits, environment.

use std::collections::BTreeMap;
use std::time::Duration;

use stopover_plan::duration;
use stopover_plan::model::{
    Backup, BackupFormat, Command, Flag, Gate, Restore, Sql, Test, Undo, Wait,
};
use stopover_plan::parse::is_secret_name;
use stopover_plan::sql::redact;

use crate::view::{Detail, DetailForm, Pair};

/// Makes the details below one key of a step.
struct Below<'a> {
    path: &'a [&'a str],
    list: Vec<Detail>,
}

impl<'a> Below<'a> {
    fn of(path: &'a [&'a str]) -> Self {
        Self {
            path,
            list: Vec::new(),
        }
    }

    fn add(&mut self, label: &str, key: &str, form: DetailForm, text: &str, absent: &str) {
        let shown = redact(text);
        // What is hidden here must not be written back as stars.
        let path = if shown == text {
            self.path_to(key)
        } else {
            Vec::new()
        };
        self.list.push(Detail {
            label: label.to_owned(),
            path,
            form,
            text: shown,
            absent: absent.to_owned(),
            options: Vec::new(),
            pairs: Vec::new(),
            instead: None,
        });
    }

    fn path_to(&self, key: &str) -> Vec<String> {
        self.path
            .iter()
            .chain([&key])
            .map(ToString::to_string)
            .collect()
    }

    fn text(&mut self, label: &str, key: &str, text: Option<&String>, absent: &str) {
        let text = text.map_or("", String::as_str);
        self.add(label, key, DetailForm::Text, text, absent);
    }

    fn path(&mut self, label: &str, key: &str, text: Option<&String>, absent: &str) {
        let text = text.map_or("", String::as_str);
        self.add(label, key, DetailForm::Path, text, absent);
    }

    fn yes(&mut self, label: &str, key: &str, yes: bool) {
        let text = if yes { "yes" } else { "" };
        self.add(label, key, DetailForm::Yes, text, "no");
    }

    fn lasts(&mut self, label: &str, key: &str, length: Option<Duration>, absent: &str) {
        let text = length.map(duration::format).unwrap_or_default();
        self.add(label, key, DetailForm::Duration, &text, absent);
    }

    /// Adds a whole number; the one that holds where none is written is shown as absent.
    fn whole(&mut self, label: &str, key: &str, number: i64, absent: i64) {
        let text = if number == absent {
            String::new()
        } else {
            number.to_string()
        };
        self.add(label, key, DetailForm::Whole, &text, &absent.to_string());
    }

    /// Lets the detail added last choose between words.
    fn among(&mut self, options: &[&str]) {
        if let Some(last) = self.list.last_mut() {
            last.options = options.iter().map(ToString::to_string).collect();
        }
    }

    /// Lets the detail added last take the place of another key when it is set.
    fn instead_of(&mut self, key: &str) {
        let path = self.path_to(key);
        if let Some(last) = self.list.last_mut() {
            last.instead = Some(path);
        }
    }

    fn pairs(&mut self, label: &str, key: &str, env: &BTreeMap<String, String>) {
        self.add(label, key, DetailForm::Pairs, "", "");
        let pairs = env.iter().map(|(name, value)| {
            // Name and value together, because the name may say that the value is a secret.
            let line = format!("{name}={value}");
            let secret = is_secret_name(name) || redact(&line) != line;
            Pair {
                name: name.clone(),
                value: (!secret).then(|| value.clone()),
            }
        });
        if let Some(last) = self.list.last_mut() {
            last.pairs = pairs.collect();
        }
    }
}

pub(super) fn backup(backup: &Backup) -> Vec<Detail> {
    let mut below = Below::of(&["backup"]);
    below.path("File", "file", Some(&backup.file), "");
    let format = match backup.format {
        BackupFormat::Custom => "",
        BackupFormat::Directory => "directory",
        BackupFormat::Plain => "plain",
    };
    below.add("Format", "format", DetailForm::Choice, format, "custom");
    below.among(&["directory", "plain"]);
    below.whole("Parallel jobs", "jobs", backup.jobs.into(), 1);
    below.yes(
        "Restored into a scratch database and compared",
        "restore_check",
        backup.restore_check,
    );
    below.list
}

pub(super) fn restore(restore: &Restore) -> Vec<Detail> {
    let mut below = Below::of(&["restore"]);
    let step = restore.backup.as_deref().unwrap_or_default();
    below.add(
        "From the backup of",
        "backup",
        DetailForm::BackupStep,
        step,
        "none",
    );
    below.instead_of("file");
    below.path("or from the file", "file", restore.file.as_ref(), "none");
    below.instead_of("backup");
    let fresh = "the target’s name with _restored";
    below.text(
        "Into the fresh database",
        "into",
        restore.into.as_ref(),
        fresh,
    );
    below.yes("Then swapped with the target", "swap", restore.swap);
    below.list
}

pub(super) fn sql(sql: &Sql, path: &[&str]) -> Vec<Detail> {
    let mut below = Below::of(path);
    if sql.file.is_some() {
        below.path("File", "file", sql.file.as_ref(), "");
    }
    below.lasts(
        "Lock timeout",
        "lock_timeout",
        sql.lock_timeout,
        "as set up",
    );
    let none = "none";
    below.lasts(
        "Statement timeout",
        "statement_timeout",
        sql.statement_timeout,
        none,
    );
    below.whole(
        "Attempts",
        "attempts",
        sql.attempts.map_or(10, Into::into),
        10,
    );
    below.list
}

pub(super) fn command(command: &Command, path: &[&str]) -> Vec<Detail> {
    let mut below = Below::of(path);
    below.path("Folder", "dir", command.dir.as_ref(), "that of the plan");
    below.pairs("Environment", "env", &command.env);
    below.whole("Exit code", "exit", command.exit.into(), 0);
    below.text(
        "Output contains",
        "output",
        command.output.as_ref(),
        "anything",
    );
    below.yes("Has a terminal", "interactive", command.interactive);
    below.list
}

pub(super) fn gate(gate: &Gate) -> Vec<Detail> {
    let mut below = Below::of(&["gate"]);
    let people = gate.approvers.join(", ");
    below.add(
        "Approvers",
        "approvers",
        DetailForm::List,
        &people,
        "anyone",
    );
    below.whole("Approvals", "approvals", gate.approvals.into(), 1);
    below.yes(
        "The one who runs it may approve",
        "runner_may_approve",
        gate.runner_may_approve,
    );
    below.list
}

pub(super) fn wait(wait: &Wait) -> Vec<Detail> {
    let mut below = Below::of(&["wait"]);
    if wait.sql.is_some() {
        below.lasts("Sampled every", "every", wait.every, "5s");
    }
    below.list
}

pub(super) fn flag(flag: &Flag) -> Vec<Detail> {
    let mut below = Below::of(&["flag"]);
    below.text("Flag", "name", Some(&flag.name), "");
    below.text("Set to", "stage", Some(&flag.stage), "");
    below.text("Before", "from", flag.from.as_ref(), "not named");
    if flag.file.is_some() {
        below.path("By the file", "file", flag.file.as_ref(), "");
    }
    below.list
}

pub(super) fn undo(undo: &Undo) -> Vec<Detail> {
    match undo {
        Undo::Sql(it) => sql(it, &["undo", "sql"]),
        Undo::Command(it) => command(it, &["undo", "command"]),
        Undo::Manual(_) | Undo::Flag => Vec::new(),
    }
}

/// Returns the details of a check that stands at this path of its step.
pub(super) fn check(test: &Test, path: &[&str]) -> Vec<Detail> {
    match test {
        Test::Equal { right_target, .. } => {
            let mut below = Below::of(path);
            let other = right_target.as_deref().unwrap_or_default();
            below.add(
                "Second query on",
                "right_target",
                DetailForm::Target,
                other,
                "the same target",
            );
            below.list
        }
        Test::Snapshot { name, .. } => {
            let mut below = Below::of(path);
            below.text("Compared with the snapshot", "snapshot", Some(name), "");
            below.list
        }
        Test::Command(it) => command(it, &[path, &["command"]].concat()),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_of_an_environment_is_named_and_not_shown() {
        let env = [("MODE", "dry"), ("API_TOKEN", "hunter2")];
        let it = Command {
            run: vec!["./m".into()],
            env: env.map(|(name, value)| (name.into(), value.into())).into(),
            dir: Some("a b".into()),
            ..Command::default()
        };
        let details = command(&it, &["undo", "command"]);
        assert_eq!(details[0].path, ["undo", "command", "dir"]);
        assert_eq!(details[0].text, "a b");
        let pair = |name: &str, value: Option<&str>| Pair {
            name: name.into(),
            value: value.map(Into::into),
        };
        assert_eq!(
            details[1].pairs,
            [pair("API_TOKEN", None), pair("MODE", Some("dry"))]
        );
    }

    #[test]
    fn what_holds_when_nothing_is_written_is_shown_as_absent() {
        let it = Backup {
            file: "b".into(),
            jobs: 1,
            ..Backup::default()
        };
        let shown: Vec<(String, String)> = backup(&it)
            .into_iter()
            .map(|detail| (detail.text, detail.absent))
            .collect();
        let expect = [("b", ""), ("", "custom"), ("", "1"), ("", "no")];
        assert_eq!(
            shown,
            expect.map(|(text, absent)| (text.into(), absent.into()))
        );
    }
}
