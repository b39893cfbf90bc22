//! Events as sentences.

use stopover_plan::event::{Body, Direction, Event, Outcome};

use crate::words::{count, duration};

/// Returns an event as a line for people; `None` for those that only programs need.
pub(crate) fn sentence(event: &Event) -> Option<String> {
    use Body::*;
    Some(match &event.body {
        SessionStarted {
            plan,
            mode,
            environment,
            bindings,
            ..
        } => {
            let mut text = format!(
                "session {} of {plan} ({}, {})",
                event.session,
                format!("{mode:?}").to_lowercase(),
                environment.word()
            );
            for binding in bindings {
                text.push_str(&format!(
                    "\n          {} = {} ({})",
                    binding.target, binding.url, binding.server_version
                ));
            }
            text
        }
        RunnerStarted { resumed: true, .. } => "resumed".to_owned(),
        RunnerStopped { reason } => format!("stopped: {reason}"),
        PlanChanged { by, .. } => format!("the changed plan was accepted by {by}"),
        ConnectionLost { target, message } => format!("connection to {target} lost: {message}"),
        OrphanFound { target, query, .. } => {
            format!("an earlier runner's statement still works on {target}: {query}")
        }
        OrphanEnded { target, .. } => format!("it ended on {target}"),
        PauseRequested { by } => format!("{by} asked to pause"),
        SessionPaused {} => "paused".to_owned(),
        ResumeRequested { by } => format!("{by} asked to go on"),
        AbortRequested { by } => format!("{by} asked to abort"),
        RollbackRequested { by } => format!("{by} asked to roll back"),
        RetryRequested { step, by } => format!("{by} asked to retry {step}"),
        SettleRequested {
            step,
            applied,
            by,
            note,
        } => {
            let not = if *applied { "" } else { "not " };
            match note.is_empty() {
                true => format!("{by} found that {step} was {not}applied"),
                false => format!("{by} found that {step} was {not}applied: {note}"),
            }
        }
        FinallyOffered { steps, .. } => format!("owed on the way out: {}", steps.join(", ")),
        FinallyAnswered {
            accepted: false,
            by,
        } => format!("{by} left the owed steps"),
        GateOpened {
            step,
            question,
            approvers,
            approvals,
        } => {
            let who = match approvers.is_empty() {
                true => "anyone but the one who runs it".to_owned(),
                false => approvers.join(", "),
            };
            format!("gate {step} waits for {approvals} of {who}: {question}")
        }
        GateApproved { step, by, .. } => format!("gate {step} approved by {by}"),
        ItemSigned { item, by, note, .. } => match note.is_empty() {
            true => format!("{item} signed by {by}"),
            false => format!("{item} signed by {by}: {note}"),
        },
        SignatureAwaited {
            step,
            items,
            instructions,
            ..
        } => format!(
            "{step} waits for signatures under {}: {instructions}",
            items.join(", ")
        ),
        StepStarted {
            step, direction, ..
        } => match direction {
            Direction::Forward => format!("> {step}"),
            Direction::Back => format!("< undo {step}"),
        },
        StatementFinished {
            step,
            index,
            total,
            elapsed_ms,
            ..
        } if *total > 1 => format!(
            "  {step}: statement {} of {total} in {}",
            index + 1,
            duration(*elapsed_ms)
        ),
        StepOutput { text, .. } => text
            .trim_end()
            .lines()
            .map(|line| format!("  | {line}"))
            .collect::<Vec<_>>()
            .join("\n          "),
        StepRetried {
            step,
            code,
            attempt,
            backoff_ms,
            ..
        } => format!(
            "  {step}: {code}, attempt {attempt} in {}",
            duration(*backoff_ms)
        ),
        StepSucceeded {
            step,
            direction,
            rows,
            elapsed_ms,
            artifacts,
            by_mark,
            ..
        } => {
            let mut text = match direction {
                Direction::Forward => format!("  {step} done in {}", duration(*elapsed_ms)),
                Direction::Back => format!("  {step} undone in {}", duration(*elapsed_ms)),
            };
            if let Some(rows) = rows.filter(|rows| *rows > 0) {
                text.push_str(&format!(", {}", count(rows, "row")));
            }
            if *by_mark {
                text.push_str(" (proven by its mark)");
            }
            for artifact in artifacts {
                text.push_str(&format!(
                    "\n            {} {} ({} bytes)",
                    artifact.what, artifact.path, artifact.bytes
                ));
                if let Some(restored) = &artifact.restored {
                    text.push_str(&format!(
                        ", restored and compared: {}, {}, {}",
                        count(restored.tables, "table"),
                        count(restored.rows, "row"),
                        if restored.equal { "equal" } else { "different" }
                    ));
                }
            }
            text
        }
        StepFailed { step, problem, .. } => format!(
            "  {step} FAILED: {}\n            {}",
            problem.message, problem.hint
        ),
        StepUnknown { step, problem, .. } => format!(
            "  {step} UNKNOWN: {}\n            {}",
            problem.message, problem.hint
        ),
        StepInterrupted { step, reason, .. } => format!("  {step} interrupted: {reason}"),
        StepSkipped { step, reason, by } => format!("  {step} skipped by {by}: {reason}"),
        StepReset { step, reason } => format!("  {step} runs again: {reason}"),
        CheckPassed { result } => format!("  pass  {}: {}", result.title, result.found),
        CheckFailed { result } => format!(
            "  FAIL  {}: expected {}, found {}",
            result.title, result.expected, result.found
        ),
        CheckNotTested { result } => {
            format!("  NOT TESTED  {}: {}", result.title, result.found)
        }
        RollbackStarted {
            steps,
            without_undo,
            ..
        } => {
            let mut text = format!("rolling back {}", count(steps.len() as u64, "step"));
            if !without_undo.is_empty() {
                text.push_str(&format!("; without undo: {}", without_undo.join(", ")));
            }
            text
        }
        SessionFinished { outcome } => format!("session {}", outcome.word().replace('_', " ")),
        _ => return None,
    })
}

/// Returns the colour of an event's line: where to look.
pub(crate) fn tone(event: &Event) -> Option<&'static str> {
    match &event.body {
        Body::StepFailed { .. }
        | Body::StepUnknown { .. }
        | Body::CheckFailed { .. }
        | Body::CheckNotTested { .. }
        | Body::ConnectionLost { .. } => Some("31"),
        Body::GateOpened { .. }
        | Body::SignatureAwaited { .. }
        | Body::FinallyOffered { .. }
        | Body::StepRetried { .. } => Some("33"),
        Body::SessionFinished {
            outcome: Outcome::Succeeded | Outcome::RolledBack,
        } => Some("32"),
        Body::SessionFinished { .. } => Some("31"),
        Body::StepOutput { .. } => Some("2"),
        _ => None,
    }
}
