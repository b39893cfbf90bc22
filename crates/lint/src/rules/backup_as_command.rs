//! Dumps and their restores are steps of their own kind, which prove what a command only starts.

use stopover_plan::model::{Command, Kind, Severity};

use crate::Finding;
use crate::context::{Context, on};

const RULE: &str = "backup_as_command";

const DUMPS: [&str; 6] = [
    "pg_dump",
    "pg_dumpall",
    "pg_basebackup",
    "mysqldump",
    "mariadb-dump",
    "mydumper",
];
const RESTORES: [&str; 2] = ["pg_restore", "myloader"];
const CLIENTS: [&str; 4] = ["psql", "mysql", "mariadb", "sqlite3"];
const SHELLS: [&str; 5] = ["sh", "bash", "dash", "zsh", "ksh"];

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for step in &context.plan.steps {
        let Kind::Command(command) = &step.kind else {
            continue;
        };
        if let Some((program, effect, fix)) = found(command) {
            findings.push(on(
                step,
                RULE,
                Severity::Warning,
                format!("Step {} runs {program} as a command: {effect}.", step.id),
                fix,
            ));
        }
    }
    findings
}

fn found(command: &Command) -> Option<(String, &'static str, &'static str)> {
    let words = words(command);
    for (position, word) in words.iter().enumerate() {
        let program = base(word);
        // Only where a program stands: first, or behind what begins a new command of a shell.
        let begins = position == 0
            || matches!(
                words[position - 1].as_str(),
                "|" | "&&" | "||" | ";" | "exec" | "sudo" | "time"
            )
            || words[position - 1].ends_with(';');
        if !begins {
            continue;
        }
        if DUMPS.contains(&program) {
            let effect =
                "its exit code alone proves no backup, and later steps cannot see the file";
            return Some((program.to_owned(), effect, "Use the backup kind."));
        }
        if RESTORES.contains(&program) {
            let effect = "it writes into a database that may be in use";
            return Some((program.to_owned(), effect, "Use the restore kind."));
        }
        let rest = &words[position + 1..];
        if CLIENTS.contains(&program) && reads_file(rest) {
            let effect = "its statements have no lock timeout, no mark and no undo, and a failed one may pass unseen";
            let fix = "Use the sql kind with the file, or the restore kind for a dump.";
            return Some((program.to_owned(), effect, fix));
        }
    }
    None
}

fn reads_file(arguments: &[String]) -> bool {
    arguments.iter().any(|word| {
        word == "<" || word.starts_with('<') || word == "-f" || word.starts_with("--file")
    })
}

/// Returns the words of the command; the script of `sh -c` is taken apart at blanks.
fn words(command: &Command) -> Vec<String> {
    let run = &command.run;
    let is_shell = run
        .first()
        .is_some_and(|program| SHELLS.contains(&base(program)));
    let script = run
        .iter()
        .position(|word| word.starts_with('-') && word.ends_with('c'))
        .and_then(|position| run.get(position + 1));
    match script.filter(|_| is_shell) {
        Some(script) => script.split_whitespace().map(str::to_owned).collect(),
        None => run.clone(),
    }
}

fn base(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    name.strip_suffix(".exe").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn check(run: &[&str], expect: Option<&str>) {
        let plan = sample::plan(vec![sample::command("a", run)]);
        let fixes: Vec<String> = sample::found(find, &plan)
            .into_iter()
            .map(|f| f.fix)
            .collect();
        let expect: Vec<&str> = expect.into_iter().collect();
        assert_eq!(fixes, expect, "{run:?}");
    }

    #[test]
    fn dumps_and_restores_are_found_in_programs_and_scripts() {
        check(&["pg_dump", "-Fc", "shop"], Some("Use the backup kind."));
        check(
            &["/usr/bin/mysqldump", "shop"],
            Some("Use the backup kind."),
        );
        check(
            &["sh", "-c", "mkdir -p b && pg_dump shop > b/x.sql"],
            Some("Use the backup kind."),
        );
        check(
            &["pg_restore", "-d", "shop", "x"],
            Some("Use the restore kind."),
        );
        let file = Some("Use the sql kind with the file, or the restore kind for a dump.");
        check(&["bash", "-ec", "psql shop < x.sql"], file);
        check(&["psql", "-f", "x.sql"], file);
    }

    #[test]
    fn other_programs_and_mentions_are_not() {
        check(&["echo", "pg_dump"], None);
        check(&["psql", "-c", "SELECT 1"], None);
        check(&["python", "manage.py", "migrate"], None);
        check(&[], None);
    }
}
