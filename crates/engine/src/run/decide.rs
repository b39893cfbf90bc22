//! What comes next: a pure function of the plan and the fold, so that a resumed session decides as the first one would.

use std::collections::{BTreeSet, HashSet};

use stopover_plan::event::{Direction, Outcome};
use stopover_plan::model::{Kind, Step, Undo};
use stopover_plan::session::{Session, State, Status};

use super::course::{Course, status_of};

/// The next move of a runner.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Next {
    /// Start these steps.
    Start(Vec<(String, Direction)>),
    /// Carry out a skip that was asked for.
    Skip {
        step: String,
        reason: String,
        by: String,
    },
    /// Carry out what a person said of an unknown statement.
    Settle { step: String, applied: bool },
    /// The partner's effect was ended on a way out that was then not taken: both run again.
    Reset(Vec<String>),
    /// Offer the `finally_for` steps that are owed.
    Offer {
        steps: Vec<String>,
        because: &'static str,
    },
    /// Accept the offer, since nobody can be asked.
    AcceptOffer,
    /// Begin the rollback.
    BeginRollback {
        steps: Vec<String>,
        without_undo: Vec<String>,
        rearmed: Vec<String>,
    },
    /// Record that the session stands.
    Pause,
    /// Nothing to do until a step ends or a person acts.
    Wait,
    /// Cancel what runs: its effect is no longer wanted.
    Cancel,
    /// Leave without an end: only a person can go on.
    Leave,
    /// The session is over.
    Finish(Outcome),
}

/// Whether a person can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// Failures wait for a choice.
    Attended,
    /// Failures run the `finally_for` steps and end the session.
    Unattended,
}

impl Course<'_> {
    /// Returns the next move; `running` are the steps in flight in this process.
    pub(super) fn next(
        &self,
        session: &Session,
        running: &BTreeSet<String>,
        attendance: Attendance,
    ) -> Next {
        if let Some(next) = self.carried_out(session, running) {
            return next;
        }
        let idle = running.is_empty();
        if session.unknown_steps() > 0 {
            return match (idle, attendance) {
                (true, Attendance::Unattended) => Next::Leave,
                _ if session.abort_requested && idle => Next::Leave,
                _ => Next::Wait,
            };
        }
        if session.abort_requested {
            return match idle {
                true => self.way_out(session, "aborted", Outcome::Aborted, attendance),
                false => Next::Cancel,
            };
        }
        if session.rolling_back {
            return self.rolling_back(session, running, attendance);
        }
        if session.rollback_requested {
            return match idle {
                true => self.begin_rollback(session),
                false => Next::Cancel,
            };
        }
        if session.failed_steps() > 0 && self.has_failed(session) {
            return match (idle, attendance) {
                (false, _) => Next::Wait,
                (true, Attendance::Unattended) => {
                    self.way_out(session, "failed", Outcome::Failed, attendance)
                }
                (true, Attendance::Attended) => self.attended_failure(session),
            };
        }
        if session.pause_requested {
            return match (idle, session.state) {
                (true, State::Paused) | (false, _) => Next::Wait,
                (true, _) => Next::Pause,
            };
        }
        self.forward(session, running)
    }

    fn carried_out(&self, session: &Session, running: &BTreeSet<String>) -> Option<Next> {
        for (step, (reason, by)) in &session.skips_requested {
            let status = status_of(session, step);
            if !running.contains(step)
                && !matches!(status, Status::Succeeded | Status::Undone | Status::Running)
                && session.step(step).is_some()
            {
                return Some(Next::Skip {
                    step: step.clone(),
                    reason: reason.clone(),
                    by: by.clone(),
                });
            }
        }
        for (step, applied) in &session.settled {
            if status_of(session, step) == Status::Unknown {
                return Some(Next::Settle {
                    step: step.clone(),
                    applied: *applied,
                });
            }
        }
        None
    }

    fn forward(&self, session: &Session, running: &BTreeSet<String>) -> Next {
        let early = self.ended_early(session);
        if !early.is_empty() && running.is_empty() {
            return Next::Reset(early);
        }
        let ready: Vec<(String, Direction)> = self
            .ready(session)
            .filter(|id| !running.contains(*id))
            .map(|id| (id.to_owned(), Direction::Forward))
            .collect();
        if !ready.is_empty() {
            return Next::Start(ready);
        }
        if !running.is_empty() {
            return Next::Wait;
        }
        Next::Finish(if self.all_done(session) {
            Outcome::Succeeded
        } else {
            Outcome::Failed
        })
    }

    fn way_out(
        &self,
        session: &Session,
        because: &'static str,
        outcome: Outcome,
        attendance: Attendance,
    ) -> Next {
        let owed = self.owed(session);
        if owed.is_empty() || session.finally_answer == Some(false) {
            return Next::Finish(outcome);
        }
        if session.finally_answer == Some(true) {
            let failed = owed
                .iter()
                .any(|id| status_of(session, id) == Status::Failed);
            return match (failed, attendance) {
                (true, Attendance::Unattended) => Next::Finish(outcome),
                (true, Attendance::Attended) => Next::Wait,
                _ => Next::Start(vec![(owed[0].to_owned(), Direction::Forward)]),
            };
        }
        if session.finally_offered.is_empty() {
            return Next::Offer {
                steps: owed.into_iter().map(str::to_owned).collect(),
                because,
            };
        }
        match attendance {
            Attendance::Unattended => Next::AcceptOffer,
            Attendance::Attended => Next::Wait,
        }
    }

    fn attended_failure(&self, session: &Session) -> Next {
        match self.way_out(session, "failed", Outcome::Failed, Attendance::Attended) {
            // The person has not chosen yet: retry, skip, roll back or abort.
            Next::Finish(_) => Next::Wait,
            next => next,
        }
    }

    fn rolling_back(
        &self,
        session: &Session,
        running: &BTreeSet<String>,
        attendance: Attendance,
    ) -> Next {
        if !running.is_empty() {
            return Next::Wait;
        }
        if session.failed_steps() > 0 {
            return match attendance {
                Attendance::Attended => self.attended_failure(session),
                Attendance::Unattended => {
                    self.way_out(session, "failed", Outcome::Failed, attendance)
                }
            };
        }
        let partners: HashSet<&str> = self.pairs().map(|(partner, _)| partner).collect();
        for id in &session.rearmed {
            if partners.contains(id.as_str()) && !status_of(session, id).is_done() {
                return Next::Start(vec![(id.clone(), Direction::Forward)]);
            }
        }
        for id in &session.rollback_steps {
            if !matches!(status_of(session, id), Status::Undone | Status::Skipped) {
                return Next::Start(vec![(id.clone(), Direction::Back)]);
            }
        }
        let outcome = match session.without_undo.is_empty() {
            true => Outcome::RolledBack,
            false => Outcome::PartlyRolledBack,
        };
        self.way_out(session, "rolled_back", outcome, attendance)
    }

    fn begin_rollback(&self, session: &Session) -> Next {
        let partners: HashSet<&str> = self.pairs().map(|(partner, _)| partner).collect();
        let mut rearmed = Vec::new();
        for pair in self.pairs() {
            let both = [pair.0, pair.1];
            if both
                .iter()
                .all(|id| status_of(session, id) == Status::Succeeded)
            {
                rearmed.extend(both.map(str::to_owned));
            }
        }
        let mut ran: Vec<(u64, &Step)> = self
            .plan()
            .steps
            .iter()
            .filter(|step| !partners.contains(step.id.as_str()) && step.finally_for.is_none())
            .filter_map(|step| {
                let state = session.step(&step.id)?;
                let took_effect = state.status == Status::Succeeded
                    || (!state.statements_done.is_empty()
                        && matches!(state.status, Status::Failed | Status::Interrupted));
                took_effect.then_some((state.ended_seq, step))
            })
            .collect();
        ran.sort_by_key(|(seq, _)| std::cmp::Reverse(if *seq == 0 { u64::MAX } else { *seq }));
        let mut steps = Vec::new();
        let mut without_undo = Vec::new();
        for (_, step) in ran {
            if can_undo(step) {
                steps.push(step.id.clone());
            } else if has_effect(step) {
                without_undo.push(step.id.clone());
            }
        }
        Next::BeginRollback {
            steps,
            without_undo,
            rearmed,
        }
    }
}

/// Returns true when the step's undo can run.
pub fn can_undo(step: &Step) -> bool {
    match &step.undo {
        Some(Undo::Flag) => matches!(&step.kind, Kind::Flag(flag) if flag.from.is_some()),
        Some(_) => true,
        None => matches!(&step.kind, Kind::Flag(flag) if flag.from.is_some()),
    }
}

/// Returns true when the step leaves something behind that a rollback would have to take back.
fn has_effect(step: &Step) -> bool {
    match &step.kind {
        Kind::Command(_) => !step.idempotent,
        Kind::Sql(_) | Kind::Restore(_) | Kind::Flag(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
