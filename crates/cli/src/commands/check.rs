//! `stopover check`: opens and lints a plan, and tries its targets where they are bound.

use std::path::Path;

use serde_json::json;
use stopover_plan::Problem;
use stopover_plan::connection::Secret;
use stopover_runner::{Bound, open_plan};

use super::{Done, block_on};
use crate::args::CheckArgs;
use crate::bind::bindings;
use crate::output::Output;
use crate::words::count;

pub(crate) fn run(out: &Output, journal: &Path, args: &CheckArgs) -> Done {
    let opened = open_plan(&args.plan)?;
    let mut problems = opened.problems.clone();
    let findings = stopover_lint::lint(&opened.plan, &opened.files);
    let bound = bindings(journal, &args.bind, None)?;
    let mut unreachable = false;
    let reports = block_on(async {
        let mut reports = Vec::new();
        for Bound {
            target,
            connection,
            secret,
        } in bound
        {
            let report =
                stopover_engine::diagnose::test(&connection, secret.map(Secret::new)).await;
            reports.push((target, connection, report));
        }
        Ok(reports)
    })?;
    for (target, connection, report) in &reports {
        match opened.plan.target(target) {
            None => problems.push(Problem::new(
                "unknown-target",
                format!("The plan has no target {target}."),
                "Bind a target that the plan names.",
            )),
            Some(wanted) if wanted.engine != connection.engine => problems.push(Problem::new(
                "wrong-engine",
                format!(
                    "Target {target} needs {}, and its connection leads to {}.",
                    wanted.engine.word(),
                    connection.engine.word()
                ),
                "Bind a connection of that engine.",
            )),
            Some(_) => {}
        }
        if let Some(problem) = &report.problem {
            unreachable = true;
            problems.push(problem.clone());
        }
    }
    out.document(
        &json!({ "problems": problems, "findings": findings }),
        || text(&opened.path, &problems, &findings),
    );
    Ok(match (problems.is_empty(), unreachable) {
        (true, _) => 0,
        (false, true) => 5,
        (false, false) => 2,
    })
}

fn text(path: &Path, problems: &[Problem], findings: &[stopover_lint::Finding]) -> String {
    let mut text = String::new();
    for problem in problems {
        let place = match (problem.line, problem.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", path.display()),
            _ => path.display().to_string(),
        };
        text.push_str(&format!(
            "{place}: problem [{}] {}\n    {}\n",
            problem.code, problem.message, problem.hint
        ));
    }
    for finding in findings {
        let place = finding.line.map_or_else(
            || path.display().to_string(),
            |line| format!("{}:{line}", path.display()),
        );
        text.push_str(&format!(
            "{place}: finding [{}] {}\n    {}\n",
            finding.rule, finding.message, finding.fix
        ));
    }
    text.push_str(&format!(
        "{}, {}",
        count(problems.len() as u64, "problem"),
        count(findings.len() as u64, "finding")
    ));
    text
}
