//! What a step does and what takes it back, as passages a person reads before trusting them.

use std::collections::BTreeMap;

use stopover_plan::duration;
use stopover_plan::model::{
    Backup, Check, Command, Expect, Kind, Restore, Severity, Sql, Step, Test, Undo,
};
use stopover_plan::sql::redact;

use crate::view::{self, Passage};

/// Longest text of one passage, in characters.
const LONGEST: usize = 16 * 1024;

/// Makes passages within a bound for the whole plan, so that a plan of huge files stays a small message.
pub(super) struct Passages<'a> {
    files: &'a BTreeMap<String, String>,
    left: usize,
}

impl<'a> Passages<'a> {
    /// Begins with the texts of the files the plan names.
    pub(super) fn new(files: &'a BTreeMap<String, String>) -> Self {
        Self {
            files,
            left: 6 * 1024 * 1024,
        }
    }

    fn passage(&mut self, label: impl Into<String>, text: &str, code: bool) -> Passage {
        let text = redact(text);
        let text = text.trim_end();
        let limit = LONGEST.min(self.left);
        let end = text
            .char_indices()
            .nth(limit)
            .map_or(text.len(), |(at, _)| at);
        self.left -= end.min(self.left);
        Passage {
            label: label.into(),
            text: text[..end].to_owned(),
            code,
            left_out: u32::try_from(text[end..].chars().count()).unwrap_or(u32::MAX),
        }
    }

    fn sql(&mut self, sql: &Sql) -> Passage {
        match (&sql.text, &sql.file) {
            (Some(text), _) => self.passage("SQL", text, true),
            (None, Some(file)) => {
                let text = self.files.get(file).map_or("", String::as_str);
                self.passage(format!("SQL, {file}"), text, true)
            }
            (None, None) => self.passage("SQL", "", true),
        }
    }

    fn command(&mut self, command: &Command) -> Passage {
        self.passage("Command", &command_line(command), true)
    }

    /// Returns what the step does.
    pub(super) fn does(&mut self, step: &Step) -> Vec<Passage> {
        match &step.kind {
            Kind::Sql(sql) => vec![self.sql(sql)],
            Kind::Command(command) => vec![self.command(command)],
            Kind::Backup(backup) => vec![self.passage("Backup", &backup_words(backup), false)],
            Kind::Restore(restore) => vec![self.passage("Restore", &restore_words(restore), false)],
            Kind::Manual(manual) => {
                vec![self.passage("Instructions", &manual.instructions, false)]
            }
            Kind::Gate(gate) => {
                let who = if gate.approvers.is_empty() {
                    "anyone but the one who runs it".to_owned()
                } else {
                    gate.approvers.join(", ")
                };
                vec![
                    self.passage("Question", &gate.question, false),
                    self.passage(
                        "Approved by",
                        &format!("{} of {who}", gate.approvals.max(1)),
                        false,
                    ),
                ]
            }
            Kind::Wait(wait) => {
                let mut list = vec![self.passage("Waits", &duration::format(wait.duration), false)];
                if let Some(sql) = &wait.sql {
                    list.push(self.passage("SQL, sampled meanwhile", sql, true));
                }
                list
            }
            Kind::Flag(flag) => {
                let mut list = vec![self.passage(
                    "Flag",
                    &format!("{} is set to {}", flag.name, flag.stage),
                    false,
                )];
                if let Some(sql) = &flag.sql {
                    list.push(self.passage("SQL", sql, true));
                }
                if let Some(file) = &flag.file {
                    list.push(self.passage("File", file, false));
                }
                if let Some(command) = &flag.command {
                    list.push(self.command(command));
                }
                list
            }
            Kind::Check(_) | Kind::Later(_) => Vec::new(),
        }
    }

    /// Returns what takes the step back.
    pub(super) fn undo(&mut self, step: &Step) -> Vec<Passage> {
        match &step.undo {
            None => Vec::new(),
            Some(Undo::Sql(sql)) => vec![self.sql(sql)],
            Some(Undo::Command(command)) => vec![self.command(command)],
            Some(Undo::Manual(manual)) => {
                vec![self.passage("Instructions", &manual.instructions, false)]
            }
            Some(Undo::Flag) => vec![self.passage("Flag", "Its stage before", false)],
        }
    }
}

/// Returns the step's checks.
pub(super) fn checks(step: &Step) -> Vec<view::Check> {
    let Kind::Check(checks) = &step.kind else {
        return Vec::new();
    };
    checks.iter().map(check).collect()
}

fn check(check: &Check) -> view::Check {
    let (test, expected) = match &check.test {
        Test::Sql { sql, expect } => (sql.clone(), expected(expect)),
        Test::Equal { left, right, .. } => (format!("{left}\n{right}"), "the same rows".to_owned()),
        Test::Snapshot { name, sql } => (sql.clone(), format!("the rows of snapshot {name}")),
        Test::NotNull { table, column } => (format!("{table}.{column}"), "no NULL".to_owned()),
        Test::Unique { table, columns } => (
            format!("{table}({})", columns.join(", ")),
            "no value twice".to_owned(),
        ),
        Test::NoOrphans { child, parent } => (
            format!("{}.{} → {}.{}", child.0, child.1, parent.0, parent.1),
            "no orphans".to_owned(),
        ),
        Test::IndexValid { index } => (index.clone(), "exists and is valid".to_owned()),
        Test::Command(command) => {
            let mut expected = format!("exit code {}", command.exit);
            if let Some(output) = &command.output {
                expected.push_str(&format!(", output with “{output}”"));
            }
            (command_line(command), expected)
        }
    };
    view::Check {
        id: check.id.clone(),
        title: check.title.clone(),
        warning: check.severity == Severity::Warning,
        target: check.target.clone(),
        command: matches!(check.test, Test::Command(_)),
        test: redact(&test),
        expected,
    }
}

fn expected(expect: &Expect) -> String {
    match expect {
        Expect::Value(value) => value.clone(),
        Expect::Range { min, max } => match (min, max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => "a number".to_owned(),
        },
        Expect::Rows(rows) => format!("{rows} rows"),
        Expect::Table(rows) => format!("exactly these {} rows", rows.len()),
    }
}

/// Returns the command as a shell would read it, with its folder and added environment by name.
fn command_line(command: &Command) -> String {
    let mut text = String::new();
    if let Some(dir) = &command.dir {
        text.push_str(&format!("cd {} && ", quoted(dir)));
    }
    for (name, value) in &command.env {
        text.push_str(&format!("{name}={} ", quoted(value)));
    }
    let words: Vec<String> = command.run.iter().map(|word| quoted(word)).collect();
    text.push_str(&words.join(" "));
    text
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,{}".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn backup_words(backup: &Backup) -> String {
    let mut text = format!("Into {}", backup.file);
    if backup.jobs > 1 {
        text.push_str(&format!(", {} jobs", backup.jobs));
    }
    if backup.restore_check {
        text.push_str(", then restored into a scratch database and compared");
    }
    text
}

fn restore_words(restore: &Restore) -> String {
    let from = match (&restore.backup, &restore.file) {
        (Some(step), _) => format!("From the backup of {step}"),
        (None, Some(file)) => format!("From {file}"),
        (None, None) => "From a backup".to_owned(),
    };
    let into = restore.into.as_deref().unwrap_or("a fresh database");
    let swap = if restore.swap {
        ", then swapped with the target"
    } else {
        ""
    };
    format!("{from} into {into}{swap}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_a_shell_would_read_it() {
        let command = Command {
            run: vec!["./m".into(), "it's".into(), "".into()],
            dir: Some("a b".into()),
            ..Command::default()
        };
        assert_eq!(command_line(&command), r"cd 'a b' && ./m 'it'\''s' ''");
    }

    #[test]
    fn a_long_passage_says_how_much_it_leaves_out() {
        let files = BTreeMap::new();
        let text = "é".repeat(LONGEST + 5);
        let passage = Passages::new(&files).passage("SQL", &text, true);
        assert_eq!(passage.left_out, 5);
        assert_eq!(passage.text.chars().count(), LONGEST);
    }
}
