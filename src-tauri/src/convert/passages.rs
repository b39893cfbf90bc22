//! What a step does and what takes it back, as passages a person reads before trusting them.

use std::collections::BTreeMap;

use stopover_plan::duration;
use stopover_plan::model::{Backup, Command, Kind, Restore, Sql, Step, Undo};
use stopover_plan::sql::redact;

use super::details;
use crate::view::{Language, Passage};

/// Longest text of one passage, in characters.
const LONGEST: usize = 16 * 1024;
/// Longest end of blanks and line ends that goes with it.
const TAIL: usize = 80;

/// Where the text of a passage comes from.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
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

    pub(super) fn passage(
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
        let tail_limit = self.longest.min(TAIL);
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
            left_out: u32::try_from(
                body[end..].chars().count() + tail.chars().count().saturating_sub(tail_limit),
            )
            .unwrap_or(u32::MAX),
            language,
            file,
            path,
            tail: tail.chars().take(tail_limit).collect(),
            written: None,
            details: Vec::new(),
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

    pub(super) fn command(&mut self, command: &Command, path: &[&str]) -> Passage {
        let shown = command_line(command);
        let run = words(&command.run);
        if shown == run {
            return self.passage("Command", &run, Language::Shell, Source::Key(path));
        }
        // Folder and environment are keys of their own; the list of words is what an edit begins with.
        let limit = self.longest.min(self.left);
        let mut passage = self.told("Command", &shown, Language::Shell);
        if redact(&run) == run {
            passage.path = path.iter().map(ToString::to_string).collect();
            passage.written = Some(run.chars().take(limit).collect());
        }
        passage
    }

    fn prose(&mut self, label: &str, text: &str, path: &[&str]) -> Passage {
        self.passage(label, text, Language::Prose, Source::Key(path))
    }

    /// Returns what the step does; the keys beside the texts are with the first.
    pub(super) fn does(&mut self, step: &Step) -> Vec<Passage> {
        let mut list = self.texts(step);
        if let (Kind::Flag(flag), Some(program)) = (&step.kind, list.last_mut())
            && let Some(command) = &flag.command
        {
            program.details = details::command(command, &["flag", "command"]);
        }
        if let Some(first) = list.first_mut() {
            first.details = match &step.kind {
                Kind::Sql(sql) => details::sql(sql, &["sql"]),
                Kind::Command(command) => details::command(command, &["command"]),
                Kind::Backup(backup) => details::backup(backup),
                Kind::Restore(restore) => details::restore(restore),
                Kind::Gate(gate) => details::gate(gate),
                Kind::Wait(wait) => details::wait(wait),
                Kind::Flag(flag) => details::flag(flag),
                Kind::Manual(_) | Kind::Check(_) | Kind::Later(_) => Vec::new(),
            };
        }
        list
    }

    fn texts(&mut self, step: &Step) -> Vec<Passage> {
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
                let anyone = "anyone but the one who runs it";
                let needed = match (gate.approvers.is_empty(), gate.approvals.max(1)) {
                    (true, 1) => anyone.to_owned(),
                    (true, several) => format!("{several} approvals by {anyone}"),
                    (false, several) => format!("{several} of: {}", gate.approvers.join(", ")),
                };
                vec![
                    self.prose("Question", &gate.question, &["gate", "question"]),
                    self.told("Needs", &needed, Language::Prose),
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
        let mut list = match &step.undo {
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
        };
        if let (Some(undo), Some(first)) = (&step.undo, list.first_mut()) {
            first.details = details::undo(undo);
        }
        list
    }
}

/// Returns the command as a shell would read it, with its folder and added environment by name.
pub(super) fn command_line(command: &Command) -> String {
    let mut text = String::new();
    if let Some(dir) = &command.dir {
        text.push_str(&format!("cd {} && ", quoted(dir)));
    }
    for (name, value) in &command.env {
        text.push_str(&format!("{name}={} ", quoted(value)));
    }
    text.push_str(&words(&command.run));
    text
}

fn words(run: &[String]) -> String {
    let words: Vec<String> = run.iter().map(|word| quoted(word)).collect();
    words.join(" ")
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
