//! A plan as the decisions read it: steps by number, so that a look at all of them is a walk over two arrays.

use std::collections::{HashMap, HashSet};

use stopover_plan::Plan;
use stopover_plan::session::{Session, Status};

/// A plan beside the session that runs it.
pub(super) struct Course<'a> {
    plan: &'a Plan,
    /// Where the session keeps each step of the plan; it stays there as long as a runner lives.
    places: Vec<Option<usize>>,
    /// Numbers of the steps that run in this session, in the order of the plan.
    scope: Vec<usize>,
    /// Numbers of the steps that come before each step, those of earlier phases among them.
    after: Vec<Vec<usize>>,
    /// Numbers of steps with an effect, each with the step that ends it.
    pairs: Vec<(usize, usize)>,
}

impl<'a> Course<'a> {
    /// Returns the course over the steps of the session: those in its `only`, or all when that is empty.
    pub(super) fn new(plan: &'a Plan, session: &Session) -> Self {
        let numbers: HashMap<&str, usize> = (plan.steps.iter().map(|step| step.id.as_str()))
            .zip(0..)
            .collect();
        let places: HashMap<&str, usize> = (session.steps.iter().map(|step| step.id.as_str()))
            .zip(0..)
            .collect();
        let only: HashSet<&str> = session.only.iter().map(String::as_str).collect();
        let chosen: Vec<bool> = (plan.steps.iter())
            .map(|step| only.is_empty() || only.contains(step.id.as_str()))
            .collect();
        let mut of_phase: HashMap<&str, Vec<usize>> = HashMap::new();
        for (number, step) in plan.steps.iter().enumerate() {
            if let Some(phase) = &step.phase {
                of_phase.entry(phase).or_default().push(number);
            }
        }
        let after = (plan.steps.iter())
            .map(|step| {
                let named = step.after.iter().filter_map(|id| numbers.get(id.as_str()));
                let phase = step.phase.as_deref();
                let phase = phase.and_then(|id| plan.phases.iter().find(|phase| phase.id == id));
                let earlier = phase.and_then(|phase| phase.after.as_ref());
                let earlier = earlier.into_iter().flatten();
                let of_phases = earlier.filter_map(|id| of_phase.get(id.as_str())).flatten();
                let all = named.chain(of_phases).copied();
                all.filter(|number| chosen[*number]).collect()
            })
            .collect();
        let pairs = (plan.steps.iter().enumerate())
            .filter_map(|(number, step)| {
                let partner = *numbers.get(step.finally_for.as_deref()?)?;
                (chosen[partner] && chosen[number]).then_some((partner, number))
            })
            .collect();
        Self {
            plan,
            places: (plan.steps.iter())
                .map(|step| places.get(step.id.as_str()).copied())
                .collect(),
            scope: (0..plan.steps.len())
                .filter(|number| chosen[*number])
                .collect(),
            after,
            pairs,
        }
    }

    pub(super) fn plan(&self) -> &'a Plan {
        self.plan
    }

    fn id(&self, number: usize) -> &'a str {
        &self.plan.steps[number].id
    }

    fn status(&self, session: &Session, number: usize) -> Status {
        match self.places[number].and_then(|place| session.steps.get(place)) {
            Some(state) => {
                debug_assert_eq!(state.id, self.id(number), "steps keep their places");
                state.status
            }
            None => Status::Waiting,
        }
    }

    fn is_done(&self, session: &Session, number: usize) -> bool {
        self.status(session, number).is_done()
    }

    /// Returns the steps with an effect, each with the step that ends it.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        (self.pairs.iter()).map(|&(partner, step)| (self.id(partner), self.id(step)))
    }

    /// Returns the steps whose turn it is: not yet run, and everything before them is done.
    pub(super) fn ready(&self, session: &Session) -> impl Iterator<Item = &'a str> {
        (self.scope.iter().copied())
            .filter(|&number| {
                let status = self.status(session, number);
                matches!(status, Status::Waiting | Status::Interrupted)
            })
            .filter(|&number| {
                let before = &self.after[number];
                before.iter().all(|&before| self.is_done(session, before))
            })
            .map(|number| self.id(number))
    }

    /// Returns true when every step of the session is done.
    pub(super) fn all_done(&self, session: &Session) -> bool {
        (self.scope.iter()).all(|&number| self.is_done(session, number))
    }

    /// Returns true when a step of the session failed.
    pub(super) fn has_failed(&self, session: &Session) -> bool {
        (self.scope.iter()).any(|&number| self.status(session, number) == Status::Failed)
    }

    /// Returns the `finally_for` steps whose partner took effect and that have not run.
    pub(super) fn owed(&self, session: &Session) -> Vec<&'a str> {
        (self.pairs.iter())
            .filter(|&&(partner, step)| {
                self.status(session, partner) == Status::Succeeded && !self.is_done(session, step)
            })
            .map(|&(_, step)| self.id(step))
            .collect()
    }

    /// Returns the pairs whose effect was ended before the work between them was done.
    pub(super) fn ended_early(&self, session: &Session) -> Vec<String> {
        (self.pairs.iter())
            .filter(|&&(partner, step)| {
                self.status(session, step) == Status::Succeeded
                    && self.status(session, partner) == Status::Succeeded
                    && !self.predecessors_done(session, step)
            })
            .flat_map(|&(partner, step)| [partner, step].map(|number| self.id(number).to_owned()))
            .collect()
    }

    fn predecessors_done(&self, session: &Session, number: usize) -> bool {
        let mut seen = vec![false; self.plan.steps.len()];
        let mut stack = self.after[number].clone();
        while let Some(number) = stack.pop() {
            if std::mem::replace(&mut seen[number], true) {
                continue;
            }
            if !self.is_done(session, number) {
                return false;
            }
            stack.extend(&self.after[number]);
        }
        true
    }
}

/// Returns the status of a step by its name; one the session does not know waits.
pub(super) fn status_of(session: &Session, id: &str) -> Status {
    session.step(id).map_or(Status::Waiting, |step| step.status)
}
