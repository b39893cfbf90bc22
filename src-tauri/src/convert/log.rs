//! An event as a line of the log: what happened, in words, and how it reads.

use std::time::Duration;

use stopover_plan::Event;
use stopover_plan::duration;
use stopover_plan::event::{Body, CheckResult, Direction};
use stopover_plan::session::{Status, StepState};

use super::names::Names;
use crate::view::{LogLine, Tone};

/// Longest line, in characters; the journal keeps all of it.
const LONGEST: usize = 4_000;

/// Hands out the lines of an event, each without a line break; none for what the rest of the window shows better.
/// `step` is the step it is about, after it.
pub(crate) fn lines(
    event: &Event,
    names: &Names,
    step: Option<&StepState>,
    mut told: impl FnMut(LogLine),
) {
    let word = step.and_then(|step| on_word(&event.body, step));
    let Some((tone, text)) = word.or_else(|| words(&event.body, names)) else {
        return;
    };
    for line in text.lines() {
        told(LogLine {
            seq: event.seq,
            at_ms: event.at_ms,
            step: event.body.step().map(str::to_owned),
            tone,
            text: bounded(line),
        });
    }
}

fn bounded(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        None => line.to_owned(),
        Some((end, _)) => {
            let left_out = line[end..].chars().count();
            format!("{} … {left_out} characters left out", &line[..end])
        }
    }
}

fn took(elapsed_ms: u64) -> String {
    duration::brief(Duration::from_millis(elapsed_ms))
}

fn undo(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward => "",
        Direction::Back => "undo ",
    }
}

fn rows(rows: Option<u64>) -> String {
    rows.map_or_else(String::new, |rows| format!(", {}", many(rows, "row")))
}

fn many(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn check(word: &str, result: &CheckResult) -> String {
    format!(
        "check {word}: {}; expected {}, found {}",
        result.title, result.expected, result.found
    )
}

fn noted(text: String, note: &str) -> String {
    if note.is_empty() {
        text
    } else {
        format!("{text}: {note}")
    }
}

/// Returns the words for what counts only because a person says so, or a mark: no figure of it was measured.
fn on_word(body: &Body, step: &StepState) -> Option<(Tone, String)> {
    match body {
        Body::StatementFinished { index, total, .. } if step.status == Status::Unknown => {
            let by = &step.settlements.last()?.by;
            let text = format!("statement {} of {total} was applied, says {by}", index + 1);
            Some((Tone::Look, text))
        }
        Body::StepSucceeded {
            direction,
            elapsed_ms,
            by_mark,
            ..
        } => match (&step.told_by, direction) {
            (Some(by), Direction::Forward) => Some((Tone::Look, format!("applied, says {by}"))),
            (Some(by), Direction::Back) => Some((Tone::Look, format!("undone, says {by}"))),
            (None, _) if *by_mark && *elapsed_ms == 0 => {
                let word = match direction {
                    Direction::Forward => "succeeded",
                    Direction::Back => "undone",
                };
                let text = format!("{word}, proved by its mark in the target");
                Some((Tone::Good, text))
            }
            _ => None,
        },
        _ => None,
    }
}

fn words(body: &Body, names: &Names) -> Option<(Tone, String)> {
    use Tone::{Bad, Good, Look, Output, Plain};
    Some(match body {
        Body::SessionStarted { plan, by, host, .. } => (
            Plain,
            format!("session of “{plan}” started by {by} on {host}"),
        ),
        Body::RunnerStarted { pid, resumed, .. } => {
            let what = if *resumed {
                "took the session over"
            } else {
                "started"
            };
            (Plain, format!("runner {pid} {what}"))
        }
        Body::RunnerStopped { reason } => (Look, format!("runner stopped: {reason}")),
        Body::PlanChanged { by, .. } => (Look, format!("changed plan accepted by {by}")),
        Body::TargetSwapped { target, .. } => (
            Look,
            format!("{target} is the restored database from now on"),
        ),
        Body::ConnectionLost { target, message } => {
            (Look, format!("connection to {target} lost: {message}"))
        }
        Body::OrphanFound {
            target,
            backend,
            query,
        } => (
            Look,
            format!("process {backend} of an earlier runner still works on {target}: {query}"),
        ),
        Body::OrphanEnded {
            target,
            backend,
            terminated,
        } => {
            let how = if *terminated { "was ended" } else { "ended" };
            (Plain, format!("process {backend} on {target} {how}"))
        }
        Body::PauseRequested { by } => (Look, format!("{by} asked to pause")),
        Body::SessionPaused {} => (Look, "paused between two steps".to_owned()),
        Body::ResumeRequested { by } => (Plain, format!("{by} asked to go on")),
        Body::AbortRequested { by } => (Look, format!("{by} asked to abort")),
        Body::RetryRequested { by, .. } => (Plain, format!("{by} asked to retry")),
        Body::SkipRequested { reason, by, .. } => (Look, format!("{by} asked to skip: {reason}")),
        Body::SettleRequested {
            applied, by, note, ..
        } => {
            let what = if *applied {
                "it was applied"
            } else {
                "it was not applied"
            };
            (Look, noted(format!("{by} says {what}"), note))
        }
        Body::RollbackRequested { by } => (Look, format!("{by} asked to roll back")),
        Body::FinallyAnswered { accepted, by } => {
            let what = if *accepted {
                "run them"
            } else {
                "leave as it is"
            };
            (Plain, format!("closing steps: {by} says {what}"))
        }
        Body::GateOpened {
            question,
            approvals,
            ..
        } => (
            Look,
            format!(
                "gate waits for {}: {question}",
                many(u64::from(*approvals), "approval")
            ),
        ),
        Body::GateApproved { by, note, .. } => (Good, noted(format!("approved by {by}"), note)),
        Body::ItemSigned { item, by, note, .. } => {
            let item = names.quoted(item);
            (Good, noted(format!("{item} signed by {by}"), note))
        }
        Body::SignatureAwaited { items, .. } => (
            Look,
            format!("waits for the signature under {}", names.all(items)),
        ),
        Body::StepStarted {
            attempt, direction, ..
        } => {
            let undo = undo(*direction);
            let again = if *attempt > 1 {
                format!(", attempt {attempt}")
            } else {
                String::new()
            };
            (Plain, format!("{undo}started{again}"))
        }
        Body::StatementStarted {
            index, total, sql, ..
        } => (Output, format!("statement {} of {total}: {sql}", index + 1)),
        Body::StatementFinished {
            index,
            total,
            rows,
            elapsed_ms,
            ..
        } => (
            Plain,
            format!(
                "statement {} of {total} done, {}, {}",
                index + 1,
                many(*rows, "row"),
                took(*elapsed_ms)
            ),
        ),
        Body::StepOutput {
            text,
            dropped_bytes,
            ..
        } => {
            let text = text.trim_end();
            let left = if *dropped_bytes > 0 {
                format!(" … {dropped_bytes} bytes left out")
            } else {
                String::new()
            };
            (Output, format!("{text}{left}"))
        }
        Body::StepProgressed { .. } | Body::Other => return None,
        Body::StepRetried {
            message,
            attempt,
            backoff_ms,
            ..
        } => (
            Look,
            format!("{message}; attempt {attempt} in {}", took(*backoff_ms)),
        ),
        Body::StepSucceeded {
            direction,
            rows: changed,
            elapsed_ms,
            by_mark,
            ..
        } => {
            let mark = if *by_mark {
                ", proved by its mark in the target"
            } else {
                ""
            };
            let word = match direction {
                Direction::Forward => "succeeded",
                Direction::Back => "undone",
            };
            (
                Good,
                format!("{word} in {}{}{mark}", took(*elapsed_ms), rows(*changed)),
            )
        }
        Body::StepFailed {
            direction,
            problem,
            elapsed_ms,
            ..
        } => (
            Bad,
            format!(
                "{}failed after {}: {}",
                undo(*direction),
                took(*elapsed_ms),
                problem.message
            ),
        ),
        Body::StepUnknown { problem, .. } => (Bad, format!("outcome unknown: {}", problem.message)),
        Body::StepInterrupted { reason, .. } => (Look, format!("interrupted: {reason}")),
        Body::StepSkipped { reason, by, .. } => (Look, format!("skipped by {by}: {reason}")),
        Body::StepReset { reason, .. } => (Plain, format!("will run again: {reason}")),
        Body::CheckPassed { result } => (Good, check("passed", result)),
        Body::CheckFailed { result } => (Bad, check("failed", result)),
        Body::CheckNotTested { result } => (Bad, check("not tested", result)),
        Body::SnapshotTaken { name, rows, .. } => (
            Plain,
            format!("snapshot {name} taken, {}", many(*rows, "row")),
        ),
        Body::FinallyOffered { steps, .. } => (
            Look,
            format!("still owed, not run yet: {}", names.all(steps)),
        ),
        Body::RollbackStarted { steps, .. } => {
            let count = u64::try_from(steps.len()).unwrap_or(u64::MAX);
            (Look, format!("rollback started: {}", many(count, "undo")))
        }
        Body::SessionFinished { outcome } => {
            let tone = match outcome.word() {
                "succeeded" | "rolled_back" => Good,
                "aborted" => Look,
                _ => Bad,
            };
            (
                tone,
                format!("session finished: {}", outcome.word().replace('_', " ")),
            )
        }
    })
}

#[cfg(test)]
mod tests;
