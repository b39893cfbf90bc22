//! What went wrong, in the order in which it did, and what became of it.

use serde::Serialize;
use stopover_plan::event::{Body, Direction};
use stopover_plan::session::{Session, Status};
use stopover_plan::{Event, Plan, Problem};

use super::steps::{self, CardText};
use crate::guard::{clean, clean_cut};
use crate::text::{Moment, Zone};

/// Most problems a report lists.
const MOST: usize = 500;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ProblemRow {
    /// When.
    pub(crate) at: Moment,
    /// Position of its event.
    pub(crate) seq: u64,
    /// Step.
    pub(crate) step: Option<String>,
    /// `failed`, `undo_failed`, `unknown`, `retried`, `interrupted`, `connection_lost`, `orphan`, `runner_stopped`.
    pub(crate) what: &'static str,
    /// Code of the error.
    pub(crate) code: String,
    /// What happened.
    pub(crate) message: String,
    /// Next move.
    pub(crate) hint: String,
    /// Card that matches.
    pub(crate) card: Option<CardText>,
    /// How often it happened in a row.
    pub(crate) times: u32,
    /// True when it was still unsettled at the end.
    pub(crate) open: bool,
    /// What became of it.
    pub(crate) became: String,
}

/// Returns the problems of the session in order; beyond a bound the last ones.
pub(super) fn rows(
    plan: &Plan,
    session: &Session,
    events: &[Event],
    zone: Zone,
) -> Vec<ProblemRow> {
    let mut rows: Vec<(ProblemRow, &Event)> = Vec::new();
    for event in events {
        let Some(row) = row(plan, event, zone) else {
            continue;
        };
        // Ten waits for the same lock are one problem that happened ten times.
        if let Some((last, _)) = rows.last_mut()
            && row.what == "retried"
            && (last.what, &last.step, &last.code) == (row.what, &row.step, &row.code)
        {
            last.times += 1;
            continue;
        }
        rows.push((row, event));
    }
    let excess = rows.len().saturating_sub(MOST);
    rows.drain(..excess);
    rows.into_iter()
        .map(|(mut row, event)| {
            (row.open, row.became) = fate(session, events, &row, event);
            row
        })
        .collect()
}

fn row(plan: &Plan, event: &Event, zone: Zone) -> Option<ProblemRow> {
    let make = |what, problem: &Problem, card: Option<&str>| {
        let problem = steps::problem(problem);
        Some(ProblemRow {
            at: zone.moment(event.at_ms),
            seq: event.seq,
            step: event.body.step().map(clean),
            what,
            code: problem.code,
            message: problem.message,
            hint: problem.hint,
            card: card.and_then(|id| steps::card(plan, id)),
            times: 1,
            open: false,
            became: String::new(),
        })
    };
    let plain =
        |what, code: &str, message: &str| make(what, &Problem::new(code, message, ""), None);
    match &event.body {
        Body::StepFailed {
            problem,
            card,
            direction,
            ..
        } => {
            let what = match direction {
                Direction::Forward => "failed",
                Direction::Back => "undo_failed",
            };
            make(what, problem, card.as_deref())
        }
        Body::StepUnknown {
            problem, statement, ..
        } => {
            let mut row = make("unknown", problem, None)?;
            row.message = format!("{} Statement: {}", row.message, clean_cut(statement));
            Some(row)
        }
        Body::StepRetried { code, message, .. } => plain("retried", code, message),
        Body::StepInterrupted { reason, .. } => plain("interrupted", "interrupted", reason),
        Body::ConnectionLost { target, message } => plain(
            "connection_lost",
            "connection-lost",
            &format!("Target {target} was lost: {message}"),
        ),
        Body::OrphanFound {
            target,
            backend,
            query,
        } => plain(
            "orphan",
            "orphan",
            &format!(
                "Server process {backend} of an earlier runner still worked on {target}: {query}"
            ),
        ),
        Body::RunnerStopped { reason } => plain("runner_stopped", "runner-stopped", reason),
        _ => None,
    }
}

/// Returns whether the problem is still open, and what became of it.
fn fate(session: &Session, events: &[Event], row: &ProblemRow, event: &Event) -> (bool, String) {
    let Some(id) = event.body.step() else {
        return session_fate(session, events, event);
    };
    let settled = later(events, event.seq).find_map(|after| match &after.body {
        Body::SettleRequested {
            step,
            applied,
            by,
            note,
        } if step == id => Some((*applied, by, note)),
        _ => None,
    });
    if let (Some((applied, by, note)), "unknown") = (settled, row.what) {
        let word = if applied { "applied" } else { "not applied" };
        let mut text = format!("settled as {word} by {}", clean(by));
        if !note.is_empty() {
            text.push_str(&format!(": {}", clean(note)));
        }
        return (false, text);
    }
    let Some(step) = session.step(id) else {
        return (false, "the step is no longer part of the plan".to_owned());
    };
    let asked = later(events, event.seq).find_map(|after| match &after.body {
        Body::RetryRequested { step, by } if step == id => Some(clean(by)),
        _ => None,
    });
    let again = asked.map_or_else(String::new, |by| format!(", run again by {by}"));
    match step.status {
        Status::Succeeded => (false, format!("the step succeeded later{again}")),
        Status::Undone => (false, "the step was taken back".to_owned()),
        Status::Skipped => {
            let (reason, by) = step.skipped.clone().unwrap_or_default();
            (
                false,
                format!("skipped by {}: {}", clean(&by), clean(&reason)),
            )
        }
        Status::Interrupted if session.rolling_back => {
            (false, "the session was rolled back".to_owned())
        }
        Status::Failed => (true, "open".to_owned()),
        Status::Unknown => (true, "open: nobody settled it".to_owned()),
        _ => (
            session.outcome.is_none(),
            "the step did not end after that".to_owned(),
        ),
    }
}

fn session_fate(session: &Session, events: &[Event], event: &Event) -> (bool, String) {
    let ended = |orphan: &str| {
        later(events, event.seq).find_map(|after| match &after.body {
            Body::OrphanEnded {
                backend,
                terminated,
                ..
            } if backend == orphan => Some(*terminated),
            _ => None,
        })
    };
    if let Body::OrphanFound { backend, .. } = &event.body {
        return match ended(backend) {
            Some(true) => (false, "ended by Stopover".to_owned()),
            Some(false) => (false, "ended by itself".to_owned()),
            None => (true, "open".to_owned()),
        };
    }
    let resumed = later(events, event.seq).any(|after| {
        matches!(
            after.body,
            Body::RunnerStarted { .. } | Body::StepStarted { .. } | Body::StepSucceeded { .. }
        )
    });
    match (resumed, session.outcome) {
        (true, _) => (false, "the session went on".to_owned()),
        (false, Some(_)) => (false, "the session ended".to_owned()),
        (false, None) => (true, "open".to_owned()),
    }
}

fn later(events: &[Event], seq: u64) -> impl Iterator<Item = &Event> {
    let from = events.partition_point(|event| event.seq <= seq);
    events[from..].iter()
}
