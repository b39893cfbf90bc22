//! Command steps: a program, its exit code and its output held against what the plan expects.

use stopover_plan::event::Body;
use stopover_plan::model::{Command, Step};
use stopover_plan::{Problem, RecordError};

use super::end::StepEnd;
use super::{Halt, Run, bounded};
use crate::process::{self, Interactive, Launch, ProcessError, Ran};

/// Runs the program of a step and records its output.
pub(super) async fn run_command(
    run: &Run,
    step: &Step,
    command: &Command,
) -> Result<StepEnd, RecordError> {
    Ok(run_quiet(run, step, command).await?.0)
}

/// Runs a program; returns also the end of its output.
pub(super) async fn run_quiet(
    run: &Run,
    step: &Step,
    command: &Command,
) -> Result<(StepEnd, String), RecordError> {
    let Some((program, args)) = command.run.split_first() else {
        return Ok((
            StepEnd::failed(Problem::new(
                "command-empty",
                format!("Step {} names no program.", step.id),
                "Write the program and its arguments.",
            )),
            String::new(),
        ));
    };
    let dir = match &command.dir {
        Some(dir) => run.folder.join(dir),
        None => run.folder.clone(),
    };
    let launch = Launch {
        program: program.clone(),
        args: args.to_vec(),
        dir: Some(dir),
        env: command.env.clone(),
        timeout: step.timeout,
        interactive: match command.interactive {
            true => Interactive::InheritTerminal,
            false => Interactive::No,
        },
        secrets: run
            .targets
            .values()
            .filter_map(super::Access::exposed_secret)
            .collect(),
        wanted: command.output.clone(),
        ..Launch::default()
    };
    let cancel = async {
        run.halted().await;
    };
    let ran = process::run(&launch, cancel, &mut |stream, text, dropped_bytes| {
        run.record(Body::StepOutput {
            step: step.id.clone(),
            stream,
            text,
            dropped_bytes,
        })
    })
    .await;
    Ok(match ran {
        Err(ProcessError::Record { source, .. }) => return Err(source),
        Ok(ran) => {
            let tail = bounded(ran.tail.trim(), 1000);
            (judge(step, command, &ran), tail)
        }
        Err(error) => (ended(run, step, command, &error), String::new()),
    })
}

fn judge(step: &Step, command: &Command, ran: &Ran) -> StepEnd {
    let line = last_line(&ran.tail);
    let (code, message, hint) = match (ran.exit, ran.signal) {
        (Some(exit), _) if exit == command.exit => match (&command.output, ran.found) {
            (Some(output), Some(false)) => (
                "output-mismatch",
                format!(
                    "The program of step {} ended with exit {exit}, and its output lacks {output:?}. Its last line: {line}",
                    step.id
                ),
                "Read its output, mend the cause, then retry the step.",
            ),
            _ => {
                return StepEnd::Succeeded {
                    rows: None,
                    exit: ran.exit,
                    artifacts: Vec::new(),
                    by_mark: false,
                };
            }
        },
        (Some(exit), _) => (
            "exit-code",
            format!(
                "The program of step {} ended with exit {exit} where {} was expected. Its last line: {line}",
                step.id, command.exit
            ),
            "Read its output, mend the cause, then retry the step.",
        ),
        (None, signal) => (
            "killed",
            format!(
                "The program of step {} was ended by signal {}.",
                step.id,
                signal.unwrap_or_default()
            ),
            "Find out who ended it, then retry the step.",
        ),
    };
    StepEnd::Failed {
        problem: Problem::new(code, message, hint),
        exit: ran.exit,
    }
}

fn last_line(tail: &str) -> String {
    let line = tail.lines().rev().find(|line| !line.trim().is_empty());
    bounded(line.unwrap_or("(no output)").trim(), 500)
}

/// The program did not end by itself.
fn ended(run: &Run, step: &Step, command: &Command, error: &ProcessError) -> StepEnd {
    let cancelled = matches!(error, ProcessError::Cancelled { .. });
    if !cancelled {
        return StepEnd::failed(error.problem());
    }
    if step.idempotent {
        return StepEnd::Interrupted {
            reason: "its program was ended and may be run again".to_owned(),
        };
    }
    match run.halt.get() {
        Halt::Stop => StepEnd::Unknown {
            index: None,
            statement: bounded(&stopover_plan::sql::redact(&command.run.join(" ")), 4096),
            problem: Problem::new(
                "unknown",
                format!(
                    "The runner had to leave while the program of step {} was running; how far it came is not known.",
                    step.id
                ),
                "Look at what the program changes, then settle the step as applied or not applied.",
            ),
        },
        _ => StepEnd::failed(error.problem()),
    }
}
