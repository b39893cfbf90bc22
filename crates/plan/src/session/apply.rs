//! What an event changes in the session.

use std::collections::BTreeMap;

use super::tally::Tally;
use super::{Ending, EndingKind, Session, Settlement, Signature, State, Status, StepState};
use crate::event::{Body, Direction, Event, StepHead};

impl Session {
    fn set_steps(&mut self, heads: &[StepHead]) {
        let mut old: BTreeMap<String, StepState> = std::mem::take(&mut self.steps)
            .into_iter()
            .map(|step| (step.id.clone(), step))
            .collect();
        self.index.clear();
        self.steps.reserve(heads.len());
        for head in heads {
            let mut step = old.remove(&head.id).unwrap_or_default();
            step.id.clone_from(&head.id);
            step.title.clone_from(&head.title);
            step.step_kind.clone_from(&head.step_kind);
            step.phase.clone_from(&head.phase);
            step.after.clone_from(&head.after);
            step.estimate_ms = head.estimate_ms;
            step.finally_for.clone_from(&head.finally_for);
            step.detail.clone_from(&head.detail);
            step.has_undo = head.has_undo;
            self.index.insert(head.id.clone(), self.steps.len());
            self.steps.push(step);
        }
        // A step that ran and left the plan stays visible: it happened.
        for (id, step) in old {
            if step.status != Status::Waiting {
                self.index.insert(id, self.steps.len());
                self.steps.push(step);
            }
        }
        self.tally = Tally::of(&self.steps);
    }

    pub(super) fn with(&mut self, id: &str, change: impl FnOnce(&mut StepState)) {
        if let Some(&position) = self.index.get(id) {
            let step = &mut self.steps[position];
            self.tally.remove(step.status);
            change(step);
            self.tally.add(step.status);
        }
    }

    /// Adds one event; events with a position already seen are ignored.
    pub fn apply(&mut self, event: &Event) {
        if event.seq <= self.seq {
            return;
        }
        self.seq = event.seq;
        self.id.clone_from(&event.session);
        if let Some(mono_ms) = event.mono_ms {
            if matches!(event.body, Body::RunnerStarted { .. }) {
                // The runner's clock went before: what is counted stays, and from here on it is counted further.
                self.runner_base_ms = self.duration_ms.saturating_sub(mono_ms);
            }
            self.duration_ms = self.duration_ms.max(self.runner_base_ms + mono_ms);
            self.as_of_at_ms = event.at_ms;
        }
        self.apply_body(event);
        if !matches!(
            self.state,
            State::Finished | State::Interrupted | State::Paused
        ) {
            self.state = self.derived_state();
        }
    }

    fn derived_state(&self) -> State {
        let Tally {
            running,
            paused,
            unknown,
            failed,
        } = self.tally;
        if unknown > 0 {
            State::Unknown
        } else if failed > 0 && running == 0 {
            State::Failed
        } else if self.rolling_back {
            State::RollingBack
        } else if paused > 0 && running == 0 {
            State::Waiting
        } else {
            State::Running
        }
    }

    fn asked(&mut self, kind: EndingKind, by: &str, at_ms: i64) {
        self.endings.push(Ending {
            kind,
            by: by.to_owned(),
            at_ms,
        });
    }

    fn apply_body(&mut self, event: &Event) {
        match &event.body {
            Body::SessionStarted {
                plan,
                plan_path,
                plan_hash,
                mode,
                environment,
                bindings,
                steps,
                only,
                by,
                host,
                program,
                reason,
            } => {
                self.plan.clone_from(plan);
                self.plan_path.clone_from(plan_path);
                self.plan_hash.clone_from(plan_hash);
                self.mode = *mode;
                self.environment = *environment;
                self.bindings.clone_from(bindings);
                self.only.clone_from(only);
                self.by.clone_from(by);
                self.host.clone_from(host);
                self.program.clone_from(program);
                self.reason.clone_from(reason);
                self.started_at_ms = event.at_ms;
                self.set_steps(steps);
            }
            Body::RunnerStarted { pid, host, .. } => {
                self.runner = Some((*pid, host.clone()));
                self.state = State::Running;
                self.outcome = None;
                self.finished_at_ms = None;
                self.finally_answer = None;
                self.finally_offered.clear();
                self.pause_requested = false;
            }
            Body::RunnerStopped { .. } => {
                // A question to a person outlives the runner that asked it.
                self.state = match self.derived_state() {
                    State::Unknown => State::Unknown,
                    _ => State::Interrupted,
                };
            }
            Body::PlanChanged { to, steps, .. } => {
                self.plan_hash.clone_from(to);
                self.set_steps(steps);
            }
            Body::TargetSwapped { target, identity } => {
                for binding in &mut self.bindings {
                    if binding.target == *target {
                        binding.identity.clone_from(identity);
                    }
                }
            }
            Body::PauseRequested { .. } => self.pause_requested = true,
            Body::SessionPaused {} => self.state = State::Paused,
            Body::ResumeRequested { .. } => {
                self.pause_requested = false;
                if self.state == State::Paused {
                    self.state = State::Running;
                }
            }
            Body::AbortRequested { by } => {
                self.abort_requested = true;
                self.asked(EndingKind::Abort, by, event.at_ms);
            }
            Body::RetryRequested { step, .. } => {
                self.abort_requested = false;
                self.finally_answer = None;
                self.with(step, |step| {
                    if step.status == Status::Failed {
                        step.status = Status::Waiting;
                        step.problem = None;
                        step.card = None;
                    }
                });
            }
            Body::SkipRequested { step, reason, by } => {
                self.skips_requested
                    .insert(step.clone(), (reason.clone(), by.clone()));
            }
            Body::SettleRequested {
                step,
                applied,
                by,
                note,
            } => {
                self.settled.insert(step.clone(), *applied);
                self.with(step, |step| {
                    step.settlements.push(Settlement {
                        applied: *applied,
                        by: by.clone(),
                        at_ms: event.at_ms,
                        note: note.clone(),
                        direction: step.direction,
                    });
                });
            }
            Body::RollbackRequested { by } => {
                self.rollback_requested = true;
                self.asked(EndingKind::Rollback, by, event.at_ms);
            }
            Body::FinallyAnswered { accepted, by } => {
                let kind = match accepted {
                    true => EndingKind::Close,
                    false => EndingKind::Leave,
                };
                self.asked(kind, by, event.at_ms);
                self.finally_answer = Some(*accepted);
                self.finally_offered.clear();
            }
            Body::FinallyOffered { steps, .. } => {
                self.finally_offered.clone_from(steps);
                self.finally_answer = None;
            }
            Body::RollbackStarted {
                steps,
                without_undo,
                rearmed,
            } => {
                self.rolling_back = true;
                self.rollback_requested = false;
                self.finally_answer = None;
                self.finally_offered.clear();
                self.rollback_steps.clone_from(steps);
                self.without_undo.clone_from(without_undo);
                self.rearmed.clone_from(rearmed);
                for id in rearmed {
                    self.with(id, |step| step.status = Status::Waiting);
                }
                // What failed on the way forward is no longer an open question.
                for step in &mut self.steps {
                    if matches!(step.status, Status::Failed | Status::Paused)
                        && step.direction == Direction::Forward
                    {
                        step.status = Status::Interrupted;
                        step.waits_for = None;
                    }
                }
                self.tally = Tally::of(&self.steps);
            }
            Body::ItemSigned {
                item,
                by,
                note,
                evidence,
            } => {
                self.signatures
                    .entry(item.clone())
                    .or_default()
                    .push(Signature {
                        by: by.clone(),
                        at_ms: event.at_ms,
                        note: note.clone(),
                        evidence: evidence.clone(),
                    });
            }
            Body::SnapshotTaken {
                name, sha256, rows, ..
            } => {
                self.snapshots.insert(name.clone(), (sha256.clone(), *rows));
            }
            Body::SessionFinished { outcome } => {
                self.state = State::Finished;
                self.outcome = Some(*outcome);
                self.finished_at_ms = Some(event.at_ms);
                self.finally_offered.clear();
                self.pause_requested = false;
                self.abort_requested = false;
            }
            _ => self.apply_step(event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_ends_a_session_is_known_with_what_they_chose() {
        let by = || "ada".to_owned();
        let asked = [
            Body::AbortRequested { by: by() },
            Body::FinallyAnswered {
                accepted: false,
                by: by(),
            },
            Body::RollbackRequested { by: by() },
        ];
        let mut session = Session::default();
        for (seq, body) in (1..).zip(asked) {
            session.apply(&Event {
                seq,
                at_ms: 7,
                mono_ms: None,
                session: "s".to_owned(),
                body,
            });
        }
        let kinds: Vec<EndingKind> = session.endings.iter().map(|one| one.kind).collect();
        let expect = [EndingKind::Abort, EndingKind::Leave, EndingKind::Rollback];
        assert_eq!(kinds, expect);
        assert!(
            session
                .endings
                .iter()
                .all(|one| one.by == "ada" && one.at_ms == 7)
        );
    }
}
