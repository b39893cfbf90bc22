//! What a step does and what takes it back, as passages a person reads before trusting them.

use std::collections::BTreeMap;

use stopover_plan::duration;
use stopover_plan::model::{
    Backup, Check, Command, Expect, Kind, Restore, Severity, Sql, Step, Test, Undo,
};
use stopover_plan::sql::redact;

use crate::view::{self, Language, Passage};

/// Longest text of one passage, in characters.
const LONGEST: usize = 16 * 1024;

/// Where the text of a passage comes from.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// A key of the step.
    Key(&'a [&'a str]),
    /// A file the plan names.
    File(&'a str),
    /// It is put together to be read.
    Told,
}

/// Makes passages within a bound for the whole plan, so that a plan of huge files stays a small message.
pub(super) struct Passages<'a> {
    files: &'a BTreeMap<String, String>,
    longest: usize,
    left: usize,
}

impl<'a> Passages<'a> {
    /// Begins with the texts of the files the plan names.
    pub(super) fn new(files: &'a BTreeMap<String, String>) -> Self {
        Self {
            files,
            longest: LONGEST,
            left: 6 * 1024 * 1024,
        }
    }

    /// Begins with the texts of the files the plan names, and leaves nothing out.
    pub(super) fn whole(files: &'a BTreeMap<String, String>) -> Self {
        Self {
            files,
            longest: usize::MAX,
            left: usize::MAX,
        }
    }

    /// Makes a passage that is shown and not edited as one text.
    fn told(&mut self, label: impl Into<String>, text: &str, language: Language) -> Passage {
        self.passage(label, text, language, Source::Told)
    }

    fn passage(
        &mut self,
        label: impl Into<String>,
        text: &str,
        language: Language,
        source: Source<'_>,
    ) -> Passage {
        let shown = redact(text);
        // What is hidden here must not be written back as stars.
        let hidden = shown != text;
        let body = shown.trim_end();
        let tail = if hidden { "" } else { &shown[body.len()..] };
        let limit = self.longest.min(self.left);
        let end = body
            .char_indices()
            .nth(limit)
            .map_or(body.len(), |(at, _)| at);
        self.left -= end.min(self.left);
        let (path, file) = match source {
            Source::Key(path) if !hidden => (path.iter().map(ToString::to_string).collect(), None),
            Source::Key(_) | Source::Told => (Vec::new(), None),
            Source::File(file) => (Vec::new(), Some(file.to_owned())),
        };
        Passage {
            label: label.into(),
            text: body[..end].to_owned(),
            code: language != Language::Prose,
            left_out: u32::try_from(body[end..].chars().count()).unwrap_or(u32::MAX),
            language,
            file,
            path,
            tail: tail.chars().take(80).collect(),
        }
    }

    fn sql(&mut self, sql: &Sql, path: &[&str]) -> Passage {
        match (&sql.text, &sql.file) {
            (Some(text), _) => self.passage("SQL", text, Language::Sql, Source::Key(path)),
            (None, Some(file)) => {
                let text = self.files.get(file).map_or("", String::as_str);
                let label = format!("SQL, {file}");
                self.passage(label, text, Language::Sql, Source::File(file))
            }
            (None, None) => self.told("SQL", "", Language::Sql),
        }
    }

    fn command(&mut self, command: &Command, path: &[&str]) -> Passage {
        let line = command_line(command);
        // Folder and environment are keys of their own; a line with them is not one list of words.
        let source = if command.dir.is_none() && command.env.is_empty() {
            Source::Key(path)
        } else {
            Source::Told
        };
        self.passage("Command", &line, Language::Shell, source)
    }

    fn prose(&mut self, label: &str, text: &str, path: &[&str]) -> Passage {
        self.passage(label, text, Language::Prose, Source::Key(path))
    }

    /// Returns what the step does.
    pub(super) fn does(&mut self, step: &Step) -> Vec<Passage> {
        match &step.kind {
            Kind::Sql(sql) => vec![self.sql(sql, &["sql", "text"])],
            Kind::Command(command) => vec![self.command(command, &["command", "run"])],
            Kind::Backup(backup) => {
                vec![self.told("Backup", &backup_words(backup), Language::Prose)]
            }
            Kind::Restore(restore) => {
                vec![self.told("Restore", &restore_words(restore), Language::Prose)]
            }
            Kind::Manual(manual) => {
                let path = ["manual", "instructions"];
                vec![self.prose("Instructions", &manual.instructions, &path)]
            }
            Kind::Gate(gate) => {
                let who = if gate.approvers.is_empty() {
                    "anyone but the one who runs it".to_owned()
                } else {
                    gate.approvers.join(", ")
                };
                let needed = format!("{} of {who}", gate.approvals.max(1));
                vec![
                    self.prose("Question", &gate.question, &["gate", "question"]),
                    self.told("Approved by", &needed, Language::Prose),
                ]
            }
            Kind::Wait(wait) => {
                let length = duration::format(wait.duration);
                let mut list = vec![self.prose("Waits", &length, &["wait", "for"])];
                if let Some(sql) = &wait.sql {
                    let source = Source::Key(&["wait", "sql"]);
                    list.push(self.passage("SQL, sampled meanwhile", sql, Language::Sql, source));
                }
                list
            }
            Kind::Flag(flag) => {
                let words = format!("{} is set to {}", flag.name, flag.stage);
                let mut list = vec![self.told("Flag", &words, Language::Prose)];
                if let Some(sql) = &flag.sql {
                    let source = Source::Key(&["flag", "sql"]);
                    list.push(self.passage("SQL", sql, Language::Sql, source));
                }
                if let Some(file) = &flag.file {
                    list.push(self.told("File", file, Language::Prose));
                }
                if let Some(command) = &flag.command {
                    list.push(self.command(command, &["flag", "command", "run"]));
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
            Some(Undo::Sql(sql)) => vec![self.sql(sql, &["undo", "sql", "text"])],
            Some(Undo::Command(command)) => {
                vec![self.command(command, &["undo", "command", "run"])]
            }
            Some(Undo::Manual(manual)) => {
                let path = ["undo", "manual", "instructions"];
                vec![self.prose("Instructions", &manual.instructions, &path)]
            }
            Some(Undo::Flag) => vec![self.told("Flag", "Its stage before", Language::Prose)],
        }
    }
}

/// Returns the step's checks.
pub(super) fn checks(step: &Step) -> Vec<view::Check> {
    let Kind::Check(checks) = &step.kind else {
        return Vec::new();
    };
    checks.iter().map(view_of_check).collect()
}

fn view_of_check(check: &Check) -> view::Check {
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
    let (key, written) = as_written(&check.test);
    view::Check {
        id: check.id.clone(),
        title: check.title.clone(),
        warning: check.severity == Severity::Warning,
        target: check.target.clone(),
        command: matches!(check.test, Test::Command(_)),
        test: redact(&test),
        expected,
        key: key.to_owned(),
        written: written.filter(|text| redact(text) == *text),
        path: vec!["check".to_owned(), format!("id:{}", check.id)],
    }
}

/// Returns the key of what a check evaluates, and the text there when it is one.
fn as_written(test: &Test) -> (&'static str, Option<String>) {
    match test {
        Test::Sql { sql, .. } => ("sql", Some(sql.clone())),
        Test::Equal { .. } => ("equal", None),
        Test::Snapshot { sql, .. } => ("sql", Some(sql.clone())),
        Test::NotNull { table, column } => ("not_null", Some(format!("{table}.{column}"))),
        Test::Unique { table, columns } => {
            ("unique", Some(format!("{table}({})", columns.join(", "))))
        }
        Test::NoOrphans { child, parent } => (
            "no_orphans",
            Some(format!(
                "{}.{} -> {}.{}",
                child.0, child.1, parent.0, parent.1
            )),
        ),
        Test::IndexValid { index } => ("index_valid", Some(index.clone())),
        Test::Command(_) => ("command", None),
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
        let passage = Passages::new(&files).told("SQL", &text, Language::Sql);
        assert_eq!(passage.left_out, 5);
        assert_eq!(passage.text.chars().count(), LONGEST);
    }
}
