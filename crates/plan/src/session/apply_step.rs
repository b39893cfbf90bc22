//! What an event of a step changes in that step.

use super::{CheckState, OtherRun, Session, Signature, Status, StepState};
use crate::event::{Body, CheckResult, Direction, Event};

impl Session {
    pub(super) fn apply_step(&mut self, event: &Event) {
        let at_ms = event.at_ms;
        let seq = event.seq;
        let duration_ms = self.duration_ms;
        match &event.body {
            Body::GateOpened {
                step,
                question,
                approvals,
                ..
            } => self.with(step, |step| {
                step.status = Status::Paused;
                step.approvals_needed = *approvals;
                step.waits_for = Some(question.clone());
            }),
            Body::GateApproved { step, by, note } => self.with(step, |step| {
                step.approvals.retain(|signature| signature.by != *by);
                step.approvals.push(Signature {
                    by: by.clone(),
                    at_ms,
                    note: note.clone(),
                    evidence: None,
                });
            }),
            Body::SignatureAwaited {
                step,
                items,
                instructions,
                ..
            } => self.with(step, |step| {
                step.status = Status::Paused;
                step.awaits.clone_from(items);
                step.waits_for = Some(instructions.clone());
            }),
            Body::StepStarted {
                step,
                attempt,
                direction,
            } => self.with(step, |step| {
                if step.direction != *direction {
                    step.other_run = last_run(step);
                    step.statements_done.clear();
                    step.statements_total = None;
                }
                step.status = Status::Running;
                step.direction = *direction;
                step.attempts = *attempt;
                step.starts += 1;
                step.started_at_ms = Some(at_ms);
                step.started_ms = Some(duration_ms);
                step.finished_at_ms = None;
                step.problem = None;
                step.card = None;
                step.statement = None;
                step.progress = None;
                step.waits_for = None;
                step.told_by = None;
            }),
            Body::StatementStarted {
                step,
                index,
                total,
                sql,
                ..
            } => self.with(step, |step| {
                step.statement = Some((*index, sql.clone()));
                step.statements_total = Some(*total);
            }),
            Body::StatementFinished {
                step, index, total, ..
            } => self.with(step, |step| {
                step.statement = None;
                step.statements_total = Some(*total);
                step.statements_done.insert(*index);
            }),
            Body::StepProgressed {
                step,
                done,
                total,
                unit,
            } => self.with(step, |step| {
                step.progress = Some((*done, *total, unit.clone()));
            }),
            Body::StepRetried { step, attempt, .. } => {
                self.with(step, |step| step.attempts = *attempt);
            }
            Body::StepSucceeded {
                step,
                direction,
                rows,
                exit,
                elapsed_ms,
                artifacts,
                by_mark,
            } => {
                self.finally_offered.retain(|id| id != step);
                self.with(step, |step| {
                    // Of an unknown outcome only a person's word makes a success; nobody measured how long that took,
                    // nor did a runner that found a mark after a crash.
                    step.told_by = match step.status {
                        Status::Unknown => step.settlements.last().map(|one| one.by.clone()),
                        _ => None,
                    };
                    let unseen = step.told_by.is_some() || (*by_mark && *elapsed_ms == 0);
                    let elapsed_ms = (!unseen).then_some(*elapsed_ms);
                    step.finished_at_ms = Some(at_ms);
                    step.ended_seq = seq;
                    step.statement = None;
                    step.waits_for = None;
                    step.problem = None;
                    match direction {
                        Direction::Forward => {
                            step.status = Status::Succeeded;
                            step.elapsed_ms = elapsed_ms;
                            step.rows = *rows;
                            step.exit = *exit;
                            step.artifacts.clone_from(artifacts);
                        }
                        Direction::Back => {
                            step.status = Status::Undone;
                            step.undo_elapsed_ms = elapsed_ms;
                        }
                    }
                });
            }
            Body::StepFailed {
                step,
                problem,
                exit,
                elapsed_ms,
                card,
                direction,
            } => self.with(step, |step| {
                step.status = Status::Failed;
                step.direction = *direction;
                step.finished_at_ms = Some(at_ms);
                step.statement = None;
                step.waits_for = None;
                match direction {
                    Direction::Forward => step.elapsed_ms = Some(*elapsed_ms),
                    Direction::Back => step.undo_elapsed_ms = Some(*elapsed_ms),
                }
                step.exit = *exit;
                step.problem = Some(problem.clone());
                step.card.clone_from(card);
            }),
            Body::StepUnknown {
                step,
                problem,
                index,
                statement,
                direction,
            } => {
                self.settled.remove(step);
                self.with(step, |step| {
                    step.status = Status::Unknown;
                    step.direction = *direction;
                    step.problem = Some(problem.clone());
                    step.statement = Some((index.unwrap_or(0), statement.clone()));
                });
            }
            Body::StepInterrupted { step, .. } => self.with(step, |step| {
                step.status = Status::Interrupted;
                step.statement = None;
                step.waits_for = None;
                step.problem = None;
            }),
            Body::StepSkipped { step, reason, by } => {
                self.finally_offered.retain(|id| id != step);
                self.skips_requested.remove(step);
                self.with(step, |step| {
                    step.status = Status::Skipped;
                    step.skipped = Some((reason.clone(), by.clone()));
                    step.statement = None;
                    step.waits_for = None;
                    step.ended_seq = seq;
                });
            }
            Body::StepReset { step, .. } => {
                self.finally_answer = None;
                self.with(step, |step| {
                    step.status = Status::Waiting;
                    step.statements_done.clear();
                    step.problem = None;
                });
            }
            Body::CheckPassed { result } => self.check("pass", result),
            Body::CheckFailed { result } => self.check("fail", result),
            Body::CheckNotTested { result } => self.check("not_tested", result),
            _ => {}
        }
    }

    fn check(&mut self, word: &'static str, result: &CheckResult) {
        self.with(&result.step, |step| {
            step.checks
                .retain(|state| state.detail.check != result.check);
            step.checks.push(CheckState {
                result: word,
                detail: result.clone(),
            });
        });
    }
}

/// Returns the last run as the step has it, which the next start would hide.
fn last_run(step: &StepState) -> Option<OtherRun> {
    Some(OtherRun {
        status: step.status,
        started_at_ms: step.started_at_ms?,
        finished_at_ms: step.finished_at_ms,
        // A run without an end has no duration either; what the step has is that of one before.
        elapsed_ms: step.finished_at_ms.and(match step.direction {
            Direction::Forward => step.elapsed_ms,
            Direction::Back => step.undo_elapsed_ms,
        }),
    })
}

#[cfg(test)]
mod tests;
