//! An event as a line of the log: what happened, in words, and how it reads.

use std::time::Duration;

use stopover_plan::Event;
use stopover_plan::duration;
use stopover_plan::event::{Body, CheckResult, Direction};

use crate::view::{LogLine, Tone};

/// Longest line, in characters; the journal keeps all of it.
const LONGEST: usize = 4_000;

/// Hands out the lines of an event, each without a line break; none for what the rest of the window shows better.
pub(crate) fn lines(event: &Event, mut told: impl FnMut(LogLine)) {
    let Some((tone, text)) = words(&event.body) else {
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
    duration::format(Duration::from_millis(elapsed_ms))
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

fn words(body: &Body) -> Option<(Tone, String)> {
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
        Body::SettleRequested { applied, by, .. } => {
            let what = if *applied {
                "it was applied"
            } else {
                "it was not applied"
            };
            (Look, format!("{by} says {what}"))
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
            (Good, noted(format!("{item} signed by {by}"), note))
        }
        Body::SignatureAwaited { items, .. } => (
            Look,
            format!("waits for the signature under {}", items.join(", ")),
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
        Body::FinallyOffered { steps, because } => (
            Look,
            format!("still owed ({because}): {}", steps.join(", ")),
        ),
        Body::RollbackStarted { steps, .. } => {
            (Look, format!("rollback started: {} steps", steps.len()))
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
mod tests {
    use super::*;

    fn event(body: Body) -> Event {
        Event {
            seq: 7,
            at_ms: 1,
            mono_ms: None,
            session: "s".into(),
            body,
        }
    }

    fn all(event: &Event) -> Vec<LogLine> {
        let mut told = Vec::new();
        lines(event, |line| told.push(line));
        told
    }

    #[test]
    fn progress_has_no_line_and_a_failure_names_its_message() {
        let silent = event(Body::StepProgressed {
            step: "a".into(),
            done: 1,
            total: 2,
            unit: "rows".into(),
        });
        assert_eq!(all(&silent), []);
        let failed = event(Body::StepFailed {
            step: "a".into(),
            direction: Direction::Back,
            problem: stopover_plan::Problem::new("x", "boom", ""),
            exit: None,
            elapsed_ms: 1500,
            card: None,
        });
        let told = all(&failed);
        assert_eq!(told[0].text, "undo failed after 1s500ms: boom");
        assert_eq!(told[0].tone, Tone::Bad);
        assert_eq!(told[0].step.as_deref(), Some("a"));
    }

    #[test]
    fn output_becomes_a_line_for_each_of_its_lines_and_a_long_one_is_bounded() {
        let text = format!("one\n\n{}\n", "ü".repeat(LONGEST + 7));
        let told = all(&event(Body::StepOutput {
            step: "a".into(),
            stream: stopover_plan::event::Stream::Out,
            text,
            dropped_bytes: 0,
        }));
        let texts: Vec<&str> = told.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts[..2], ["one", ""]);
        assert!(texts[2].ends_with("ü … 7 characters left out"));
        assert_eq!(told.len(), 3);
        assert!(told.iter().all(|line| line.seq == 7));
    }
}
