//! What must have happened in a session whose journal is lost: told by its marks in the targets, and by the order of
//! the plan, in which nothing begins before its predecessors end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use stopover_engine::backup::{BackupError, recover};
use stopover_engine::run::{Marked, Proof};
use stopover_plan::event::{Artifact, Body, Direction, Stream};
use stopover_plan::model::{Kind, Step, Test, Undo};
use stopover_plan::sql::{Statement, redact, split};

use crate::plan_file::{Opened, bounded, engine_of, sql_text};

/// Longest statement kept in the journal, in bytes.
const STATEMENT_BYTES: usize = 4096;

/// What became of the backup of a step whose journal is lost: taken up again, or why it was not.
type Backups = BTreeMap<String, Result<Artifact, NotTakenUp>>;

/// Why a backup was not taken up again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTakenUp {
    /// No file there names this session.
    #[error("there is none of this session at {}", .0.display())]
    Nowhere(PathBuf),
    /// One is there, and it could not be proven.
    #[error(transparent)]
    Unproven(#[from] BackupError),
}

/// Looks for the backups of an adopted session where its plan says, and proves what it finds.
pub(crate) async fn backups(opened: &Opened, marks: &[Marked], session: &str) -> Backups {
    let folder = opened.path.parent().unwrap_or(Path::new("/"));
    let done = before(opened, marks.iter().map(|mark| mark.step.as_str()));
    let mut backups = Backups::new();
    for step in &opened.plan.steps {
        let (Kind::Backup(backup), Some(engine)) = (&step.kind, engine_of(&opened.plan, step))
        else {
            continue;
        };
        if !done.contains(step.id.as_str()) {
            continue;
        }
        let file = folder.join(&backup.file);
        let found = match recover(&file, session, &step.id, engine).await {
            Ok(Some(artifact)) => Ok(artifact),
            Ok(None) => Err(NotTakenUp::Nowhere(file)),
            Err(error) => Err(error.into()),
        };
        backups.insert(step.id.clone(), found);
    }
    backups
}

/// Returns the events that `marks` prove, in an order in which they may have happened.
///
/// A program that may have been running is shown as begun, so that the engine finds it unknown and a person settles it.
/// What cannot be known again is said as output of its step.
pub(crate) fn history(opened: &Opened, marks: &[Marked], backups: &Backups, by: &str) -> Vec<Body> {
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
            events.extend(lost_with_the_journal(step, backups));
            let artifact = backups.get(id).and_then(|found| found.as_ref().ok());
            events.push(succeeded_with(
                id,
                Direction::Forward,
                artifact.cloned().into_iter().collect(),
            ));
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

/// Returns what is known no more of a step that surely ended, as output of it.
fn lost_with_the_journal(step: &Step, backups: &Backups) -> Vec<Body> {
    let mut lost: Vec<String> = Vec::new();
    if let Some(Err(why)) = backups.get(&step.id) {
        lost.push(format!("its backup was not taken up again: {why}"));
    }
    if let Kind::Check(checks) = &step.kind {
        lost.extend(checks.iter().filter_map(|check| match &check.test {
            Test::Snapshot { name, .. } => Some(format!(
                "snapshot {name} is lost; no check can be compared with it"
            )),
            _ => None,
        }));
    }
    let told = |text: String| Body::StepOutput {
        step: step.id.clone(),
        stream: Stream::Err,
        text: format!("the journal of this step is lost: {text}\n"),
        dropped_bytes: 0,
    };
    lost.into_iter().map(told).collect()
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
    succeeded_with(step, direction, Vec::new())
}

fn succeeded_with(step: &str, direction: Direction, artifacts: Vec<Artifact>) -> Body {
    Body::StepSucceeded {
        step: step.to_owned(),
        direction,
        rows: None,
        exit: None,
        elapsed_ms: 0,
        artifacts,
        by_mark: true,
    }
}
