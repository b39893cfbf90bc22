//! A setting of the login is lost with the login: alone in a step it changes nothing for the steps after it.

use stopover_plan::model::{Command, Engine, Kind, Severity};
use stopover_plan::sql::{Statement, StatementKind, split};

use crate::Finding;
use crate::context::{Context, on, short};

const RULE: &str = "session_setting_lost";

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for sql in context.forward() {
        if let Some(first) = only_settings(&sql.statements) {
            findings.push(on(
                sql.step,
                RULE,
                Severity::Warning,
                format!(
                    "Step {} only runs {}: the setting ends with the step and reaches no statement.",
                    sql.step.id,
                    sql.shown(first)
                ),
                "Move it into the step whose statements need it.",
            ));
        }
    }
    for step in &context.plan.steps {
        let Kind::Command(command) = &step.kind else {
            continue;
        };
        let statements = given(command);
        if let Some(first) = only_settings(&statements) {
            findings.push(on(
                step,
                RULE,
                Severity::Warning,
                format!(
                    "Step {} only runs {} in a client of its own: the setting ends with that client.",
                    step.id,
                    short(&first.text)
                ),
                "Move it into the sql step whose statements need it.",
            ));
        }
    }
    findings
}

/// Returns the first statement when all of them set something for the login alone.
fn only_settings(statements: &[Statement]) -> Option<&Statement> {
    let all = statements.iter().all(is_setting);
    statements.first().filter(|_| all)
}

fn is_setting(statement: &Statement) -> bool {
    let mut words = statement
        .text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '@'))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase);
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    // What is set for the server, or for a user, outlives the login.
    let lasting = ["global", "persist", "persist_only", "password", "default"];
    statement.kind == StatementKind::Session
        && first == "set"
        && !lasting.contains(&second.trim_start_matches('@'))
}

/// Returns the statements a client program is given on its command line.
fn given(command: &Command) -> Vec<Statement> {
    let program = command.run.first().map_or("", String::as_str);
    let (engine, flags) = match program.rsplit('/').next().unwrap_or_default() {
        "psql" => (Engine::Postgresql, ["-c", "--command"]),
        "mysql" | "mariadb" => (Engine::Mysql, ["-e", "--execute"]),
        _ => return Vec::new(),
    };
    let mut statements = Vec::new();
    let mut words = command.run.iter();
    while let Some(word) = words.next() {
        let text = match word.split_once('=') {
            Some((flag, text)) if flag == flags[1] => Some(text),
            _ if flags.contains(&word.as_str()) => words.next().map(String::as_str),
            _ => None,
        };
        statements.extend(text.map(|text| split(engine, text).0).into_iter().flatten());
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, check};

    #[test]
    fn a_setting_alone_is_found() {
        let plan = sample::plan(vec![
            sample::sql("a", "SET maintenance_work_mem = '1GB';"),
            sample::command(
                "b",
                &[
                    "psql",
                    "shop",
                    "-c",
                    "SET session_replication_role = replica",
                ],
            ),
        ]);
        check(
            find,
            &plan,
            &[
                "Step a only runs SET maintenance_work_mem = '1GB': the setting ends with the step and reaches no statement.",
                "Step b only runs SET session_replication_role = replica in a client of its own: the setting ends with that client.",
            ],
        );
    }

    #[test]
    fn a_setting_before_its_statement_or_for_the_server_is_fine() {
        let plan = sample::plan(vec![
            sample::sql("a", "SET work_mem = '1GB'; CREATE INDEX i ON t (x);"),
            sample::command("b", &["mysql", "-e", "SET GLOBAL max_connections = 10"]),
            sample::command("c", &["psql", "-c", "SET x = 1; SELECT 1"]),
            sample::sql("d", ""),
        ]);
        check(find, &plan, &[]);
    }
}
