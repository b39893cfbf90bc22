//! What must have happened in a session whose journal is lost: told by its marks in the targets, and by the order of
//! the plan, in which nothing begins before its predecessors end.

use std::collections::{BTreeMap, BTreeSet};

use stopover_engine::run::{Marked, Proof};
use stopover_plan::event::{Body, Direction};
use stopover_plan::model::{Kind, Step, Undo};
use stopover_plan::sql::{Statement, redact, split};

use crate::plan_file::{Opened, bounded, engine_of, sql_text};

/// Longest statement kept in the journal, in bytes.
const STATEMENT_BYTES: usize = 4096;

/// Returns the events that `marks` prove, in an order in which they may have happened.
///
/// A program that may have been running is shown as begun, so that the engine finds it unknown and a person settles it.
pub(crate) fn history(opened: &Opened, marks: &[Marked], by: &str) -> Vec<Body> {
    let mut of_step: BTreeMap<&str, Vec<&Marked>> = BTreeMap::new();
    for mark in marks {
        of_step.entry(&mark.step).or_default().push(mark);
    }
    let surely_done = before(opened, of_step.keys().copied());
    let mut events = Vec::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    // The order of the file is the order of work; a rollback goes by the order in which steps ended.
    for step in &opened.plan.steps {
        let id = step.id.as_str();
        if let Some(marks) = of_step.get(id) {
            events.extend(of_marks(opened, step, marks));
            if marks.iter().any(|mark| mark.proof == Proof::Step) {
                done.insert(id);
            }
        }
        // A later step began, so this one had ended, whether or not it leaves a mark.
        if surely_done.contains(id) && done.insert(id) {
            events.push(succeeded(id, Direction::Forward));
        }
        let could_begin = step.after.iter().all(|id| done.contains(id.as_str()));
        if could_begin && !done.contains(id) && is_program(step) && !step.idempotent {
            events.push(started(id, Direction::Forward));
        }
    }
    if marks.iter().any(|mark| mark.direction == Direction::Back) {
        events.push(Body::RollbackRequested { by: by.to_owned() });
    }
    events
}

/// Returns every predecessor of `steps`, direct or not.
fn before<'a>(opened: &'a Opened, steps: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = steps.collect();
    while let Some(id) = open.pop() {
        for earlier in opened
            .plan
            .step(id)
            .into_iter()
            .flat_map(|step| &step.after)
        {
            if found.insert(earlier.as_str()) {
                open.push(earlier);
            }
        }
    }
    found
}

/// Returns the events of one step; its starts are counted as before, for they name its marks.
fn of_marks(opened: &Opened, step: &Step, marks: &[&Marked]) -> Vec<Body> {
    let id = step.id.as_str();
    let mut events = Vec::new();
    let mut starts = 0;
    for mark in marks {
        while starts < mark.run {
            starts += 1;
            events.push(started(id, mark.direction));
        }
        let statements = statements(opened, step, mark.direction);
        let total = u32::try_from(statements.len()).unwrap_or(u32::MAX);
        events.push(match mark.proof {
            Proof::Step => succeeded(id, mark.direction),
            Proof::Statement(index) => Body::StatementFinished {
                step: id.to_owned(),
                direction: mark.direction,
                index,
                total,
                rows: 0,
                elapsed_ms: 0,
            },
            Proof::Begun(index) => Body::StatementStarted {
                step: id.to_owned(),
                direction: mark.direction,
                index,
                total,
                sql: statements
                    .get(index as usize)
                    .map(|statement| bounded(&redact(&statement.text), STATEMENT_BYTES))
                    .unwrap_or_default(),
            },
        });
    }
    events
}

fn statements(opened: &Opened, step: &Step, direction: Direction) -> Vec<Statement> {
    let sql = match (direction, &step.kind, &step.undo) {
        (Direction::Forward, Kind::Sql(sql), _) | (Direction::Back, _, Some(Undo::Sql(sql))) => {
            sql_text(sql, &opened.files)
        }
        (_, Kind::Flag(flag), _) => flag.sql.as_deref(),
        _ => None,
    };
    match (engine_of(&opened.plan, step), sql) {
        (Some(engine), Some(sql)) => split(engine, sql).0,
        _ => Vec::new(),
    }
}

fn is_program(step: &Step) -> bool {
    matches!(&step.kind, Kind::Command(_))
        || matches!(&step.kind, Kind::Flag(flag) if flag.command.is_some())
}

fn started(step: &str, direction: Direction) -> Body {
    Body::StepStarted {
        step: step.to_owned(),
        attempt: 1,
        direction,
    }
}

fn succeeded(step: &str, direction: Direction) -> Body {
    Body::StepSucceeded {
        step: step.to_owned(),
        direction,
        rows: None,
        exit: None,
        elapsed_ms: 0,
        artifacts: Vec::new(),
        by_mark: true,
    }
}
