//! What comes next: a pure function of the plan and the fold, so that a resumed session decides as the first one would.

use std::collections::{BTreeSet, HashMap, HashSet};

use stopover_plan::Plan;
use stopover_plan::event::{Direction, Outcome};
use stopover_plan::model::{Kind, Step, Undo};
use stopover_plan::session::{Session, State, Status};

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

/// The parts of a plan that decisions read, indexed once.
pub(super) struct Course<'a> {
    plan: &'a Plan,
    scope: HashSet<&'a str>,
    after: HashMap<&'a str, Vec<&'a str>>,
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> Course<'a> {
    /// Returns the course over the steps in `only`, or all when it is empty.
    pub(super) fn new(plan: &'a Plan, only: &[String]) -> Self {
        let scope: HashSet<&str> = plan
            .steps
            .iter()
            .map(|step| step.id.as_str())
            .filter(|id| only.is_empty() || only.iter().any(|chosen| chosen == id))
            .collect();
        let mut last_of_phase: HashMap<&str, Vec<&str>> = HashMap::new();
        for step in &plan.steps {
            if let Some(phase) = &step.phase {
                last_of_phase.entry(phase).or_default().push(&step.id);
            }
        }
        let after = plan
            .steps
            .iter()
            .map(|step| {
                let mut list: Vec<&str> = step.after.iter().map(String::as_str).collect();
                let phase = step
                    .phase
                    .as_deref()
                    .and_then(|id| plan.phases.iter().find(|phase| phase.id == id));
                for earlier in phase
                    .and_then(|phase| phase.after.as_ref())
                    .into_iter()
                    .flatten()
                {
                    list.extend(last_of_phase.get(earlier.as_str()).into_iter().flatten());
                }
                list.retain(|id| scope.contains(id));
                (step.id.as_str(), list)
            })
            .collect();
        let pairs = plan
            .steps
            .iter()
            .filter_map(|step| Some((step.finally_for.as_deref()?, step.id.as_str())))
            .filter(|(partner, step)| scope.contains(partner) && scope.contains(step))
            .collect();
        Self {
            plan,
            scope,
            after,
            pairs,
        }
    }

    fn status(&self, session: &Session, id: &str) -> Status {
        session.step(id).map_or(Status::Waiting, |step| step.status)
    }

    fn is_done(&self, session: &Session, id: &str) -> bool {
        self.status(session, id).is_done()
    }

    /// Returns the `finally_for` steps whose partner took effect and that have not run.
    fn owed(&self, session: &Session) -> Vec<&'a str> {
        self.pairs
            .iter()
            .filter(|(partner, step)| {
                self.status(session, partner) == Status::Succeeded && !self.is_done(session, step)
            })
            .map(|(_, step)| *step)
            .collect()
    }

    /// Returns the pairs whose effect was ended before the work between them was done.
    fn ended_early(&self, session: &Session) -> Vec<String> {
        self.pairs
            .iter()
            .filter(|(partner, step)| {
                self.status(session, step) == Status::Succeeded
                    && self.status(session, partner) == Status::Succeeded
                    && !self.predecessors_done(session, step)
            })
            .flat_map(|(partner, step)| [(*partner).to_owned(), (*step).to_owned()])
            .collect()
    }

    fn predecessors_done(&self, session: &Session, id: &str) -> bool {
        let mut seen = HashSet::new();
        let mut stack: Vec<&str> = self.after.get(id).cloned().unwrap_or_default();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            if !self.is_done(session, id) {
                return false;
            }
            stack.extend(self.after.get(id).into_iter().flatten());
        }
        true
    }

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
        if session
            .steps
            .iter()
            .any(|step| step.status == Status::Unknown)
        {
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
        if session
            .steps
            .iter()
            .any(|step| step.status == Status::Failed && self.scope.contains(step.id.as_str()))
        {
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
            let status = self.status(session, step);
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
            if self.status(session, step) == Status::Unknown {
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
            .plan
            .steps
            .iter()
            .map(|step| step.id.as_str())
            .filter(|id| self.scope.contains(id) && !running.contains(*id))
            .filter(|id| {
                matches!(
                    self.status(session, id),
                    Status::Waiting | Status::Interrupted
                )
            })
            .filter(|id| self.after[id].iter().all(|id| self.is_done(session, id)))
            .map(|id| (id.to_owned(), Direction::Forward))
            .collect();
        if !ready.is_empty() {
            return Next::Start(ready);
        }
        if !running.is_empty() {
            return Next::Wait;
        }
        let all = self.scope.iter().all(|id| self.is_done(session, id));
        Next::Finish(if all {
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
                .any(|id| self.status(session, id) == Status::Failed);
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
        let failed = session
            .steps
            .iter()
            .any(|step| step.status == Status::Failed);
        if failed {
            return match attendance {
                Attendance::Attended => self.attended_failure(session),
                Attendance::Unattended => {
                    self.way_out(session, "failed", Outcome::Failed, attendance)
                }
            };
        }
        let partners: HashSet<&str> = self.pairs.iter().map(|(partner, _)| *partner).collect();
        for id in &session.rearmed {
            if partners.contains(id.as_str()) && !self.is_done(session, id) {
                return Next::Start(vec![(id.clone(), Direction::Forward)]);
            }
        }
        for id in &session.rollback_steps {
            if !matches!(self.status(session, id), Status::Undone | Status::Skipped) {
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
        let partners: HashSet<&str> = self.pairs.iter().map(|(partner, _)| *partner).collect();
        let mut rearmed = Vec::new();
        for (partner, step) in &self.pairs {
            if self.status(session, partner) == Status::Succeeded
                && self.status(session, step) == Status::Succeeded
            {
                rearmed.push((*partner).to_owned());
                rearmed.push((*step).to_owned());
            }
        }
        let mut ran: Vec<(u64, &Step)> = self
            .plan
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
