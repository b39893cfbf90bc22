//! The appendix: the session's events in words, the first and the last of them when there are many.

use serde::Serialize;
use stopover_plan::Event;
use stopover_plan::event::{Artifact, Body, Direction, Stream};

use crate::guard::clean_cut;
use crate::text::{self, Moment, Zone, plural};

/// Events kept at each end.
const EACH_END: usize = 500;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LogRow {
    /// Position in the session.
    pub(crate) seq: u64,
    /// Wall clock.
    pub(crate) at: Moment,
    /// Kind, as in the journal.
    pub(crate) kind: String,
    /// Step it is about.
    pub(crate) step: Option<String>,
    /// The rest in words.
    pub(crate) text: String,
    /// True when the text is output of a program, or a statement, to be shown as written.
    #[serde(skip)]
    pub(crate) verbatim: bool,
}

/// The events of a session, bounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Log {
    /// First events.
    pub(crate) first: Vec<LogRow>,
    /// Number of events between the first and the last that are not repeated here.
    pub(crate) left_out: usize,
    /// Last events; empty when `first` has them all.
    pub(crate) last: Vec<LogRow>,
}

impl Log {
    pub(super) fn of(events: &[Event], zone: Zone) -> Self {
        let rows = |events: &[Event]| events.iter().map(|event| row(event, zone)).collect();
        if events.len() <= 2 * EACH_END {
            return Self {
                first: rows(events),
                left_out: 0,
                last: Vec::new(),
            };
        }
        Self {
            first: rows(&events[..EACH_END]),
            left_out: events.len() - 2 * EACH_END,
            last: rows(&events[events.len() - EACH_END..]),
        }
    }
}

fn row(event: &Event, zone: Zone) -> LogRow {
    LogRow {
        seq: event.seq,
        at: zone.moment(event.at_ms),
        kind: event.body.word(),
        step: event.body.step().map(crate::guard::clean),
        text: clean_cut(&words(&event.body)),
        verbatim: matches!(
            event.body,
            Body::StepOutput { .. } | Body::StatementStarted { .. }
        ),
    }
}

fn words(body: &Body) -> String {
    match body {
        Body::SessionStarted {
            plan,
            plan_hash,
            by,
            host,
            ..
        } => format!("{plan}, plan hash {plan_hash}, by {by} on {host}"),
        Body::RunnerStarted { pid, host, resumed } => {
            let word = if *resumed { "resumed" } else { "began" };
            format!("{word} as process {pid} on {host}")
        }
        Body::RunnerStopped { reason } => reason.clone(),
        Body::PlanChanged { from, to, by, .. } => format!("from {from} to {to}, accepted by {by}"),
        Body::ConnectionLost { target, message } => format!("target {target}: {message}"),
        Body::OrphanFound {
            target,
            backend,
            query,
        } => format!("server process {backend} on {target}: {query}"),
        Body::OrphanEnded {
            target,
            backend,
            terminated,
        } => {
            let how = if *terminated {
                "was ended"
            } else {
                "ended by itself"
            };
            format!("server process {backend} on {target} {how}")
        }
        Body::PauseRequested { by }
        | Body::ResumeRequested { by }
        | Body::AbortRequested { by }
        | Body::RetryRequested { by, .. }
        | Body::RollbackRequested { by } => format!("by {by}"),
        Body::SkipRequested { reason, by, .. } | Body::StepSkipped { reason, by, .. } => {
            format!("by {by}: {reason}")
        }
        Body::SettleRequested {
            applied, by, note, ..
        } => {
            let word = if *applied { "applied" } else { "not applied" };
            let mut text = format!("{word}, said {by}");
            if !note.is_empty() {
                text.push_str(&format!(": {note}"));
            }
            text
        }
        Body::FinallyAnswered { accepted, by } => {
            let word = if *accepted { "accepted" } else { "declined" };
            format!("{word} by {by}")
        }
        Body::ItemSigned {
            item,
            by,
            note,
            evidence,
        } => {
            let mut text = format!("{item} by {by}");
            if !note.is_empty() {
                text.push_str(&format!(": {note}"));
            }
            if let Some(evidence) = evidence {
                text.push_str(&format!(" (evidence {})", evidence.name));
            }
            text
        }
        Body::FinallyOffered { steps, because } => format!("{} ({because})", steps.join(", ")),
        Body::RollbackStarted {
            steps,
            without_undo,
            ..
        } => {
            let mut text = steps.join(", ");
            if !without_undo.is_empty() {
                text.push_str(&format!("; without undo: {}", without_undo.join(", ")));
            }
            text
        }
        Body::SessionFinished { outcome } => outcome.word().to_owned(),
        Body::SessionPaused {} => String::new(),
        Body::Other => "an event of a newer program, kept and not understood".to_owned(),
        _ => step_words(body),
    }
}

fn step_words(body: &Body) -> String {
    match body {
        Body::GateOpened {
            question,
            approvals,
            ..
        } => format!(
            "{question} ({} needed)",
            plural(*approvals as usize, "approval")
        ),
        Body::GateApproved { by, note, .. } if note.is_empty() => format!("by {by}"),
        Body::GateApproved { by, note, .. } => format!("by {by}: {note}"),
        Body::SignatureAwaited {
            items,
            instructions,
            ..
        } => format!("{}: {instructions}", items.join(", ")),
        Body::StepStarted {
            attempt, direction, ..
        } => format!("attempt {attempt}{}", back(*direction)),
        Body::StatementStarted {
            index, total, sql, ..
        } => format!("{} of {total}: {sql}", index + 1),
        Body::StatementFinished {
            index,
            total,
            rows,
            elapsed_ms,
            ..
        } => format!(
            "{} of {total}: {} in {}",
            index + 1,
            plural(usize::try_from(*rows).unwrap_or(usize::MAX), "row"),
            text::duration(*elapsed_ms)
        ),
        Body::StepOutput {
            stream,
            text,
            dropped_bytes,
            ..
        } => {
            let mark = match stream {
                Stream::Out => "",
                Stream::Err => "stderr: ",
            };
            let text = text.trim_end_matches(['\n', '\r']);
            match dropped_bytes {
                0 => format!("{mark}{text}"),
                _ => format!("{mark}{text}\n({dropped_bytes} bytes were not kept)"),
            }
        }
        Body::StepProgressed {
            done, total, unit, ..
        } => match total {
            0 => format!("{} {unit}", text::count(*done)),
            _ => format!("{} of {} {unit}", text::count(*done), text::count(*total)),
        },
        Body::StepRetried {
            code,
            message,
            attempt,
            backoff_ms,
            ..
        } => format!(
            "{code}: {message}; attempt {attempt} after {}",
            text::duration(*backoff_ms)
        ),
        Body::StepSucceeded {
            direction,
            rows,
            exit,
            elapsed_ms,
            artifacts,
            by_mark,
            ..
        } => {
            let mut text = format!("in {}{}", text::duration(*elapsed_ms), back(*direction));
            if let Some(rows) = rows {
                text.push_str(&format!(", {} rows", text::count(*rows)));
            }
            if let Some(exit) = exit {
                text.push_str(&format!(", exit {exit}"));
            }
            for Artifact { what, path, .. } in artifacts {
                text.push_str(&format!(", {what} {path}"));
            }
            if *by_mark {
                text.push_str(", proven by its mark in the target");
            }
            text
        }
        Body::StepFailed {
            problem,
            exit,
            elapsed_ms,
            direction,
            ..
        } => {
            let exit = exit.map_or_else(String::new, |exit| format!(", exit {exit}"));
            format!(
                "after {}{}{exit}: {problem}",
                text::duration(*elapsed_ms),
                back(*direction)
            )
        }
        Body::StepUnknown {
            statement, problem, ..
        } => format!("{problem}: {statement}"),
        Body::StepInterrupted { reason, .. } | Body::StepReset { reason, .. } => reason.clone(),
        Body::CheckPassed { result }
        | Body::CheckFailed { result }
        | Body::CheckNotTested { result } => format!(
            "{}: expected {}, found {}",
            result.check, result.expected, result.found
        ),
        Body::SnapshotTaken {
            name, sha256, rows, ..
        } => format!("{name}: {} rows, SHA-256 {sha256}", text::count(*rows)),
        _ => String::new(),
    }
}

fn back(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward => "",
        Direction::Back => ", undo",
    }
}
