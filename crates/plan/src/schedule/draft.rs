//! Reads a plan into a network: steps, phases and windows become nodes, edges and bounds.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::clock::Clock;
use super::network::Network;
use super::timeline::Source;
use crate::model::{Kind, Plan, Step};
use crate::problem::Problem;

/// Longest duration that is reckoned with, so that no sum overflows: a thousand years.
const LONGEST_MS: i64 = 1000 * 366 * 86_400_000;

/// Returns whole milliseconds, at most a thousand years.
pub(super) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).map_or(LONGEST_MS, |ms| ms.min(LONGEST_MS))
}

fn length(step: &Step, rehearsed: &HashMap<String, Duration>) -> (Duration, Source) {
    if let Some(duration) = rehearsed.get(&step.id) {
        return (*duration, Source::Rehearsed);
    }
    if let Some(duration) = step.estimate {
        return (duration, Source::Estimate);
    }
    match &step.kind {
        Kind::Wait(wait) => (wait.duration, Source::Fixed),
        Kind::Check(_) | Kind::Gate(_) | Kind::Manual(_) | Kind::Flag(_) => {
            (Duration::ZERO, Source::Default)
        }
        _ => (Duration::from_secs(1), Source::Default),
    }
}

/// A plan as a network: what is known before any time is reckoned.
pub(super) struct Draft<'a> {
    /// The plan.
    pub(super) plan: &'a Plan,
    clock: Clock,
    /// Start of the plan, when known.
    pub(super) origin: Option<DateTime<Utc>>,
    /// What is wrong with the times and edges.
    pub(super) problems: Vec<Problem>,
    /// Steps in file order; then, for each phase, a node where it starts and one where it ends.
    pub(super) network: Network,
    /// Where each step's duration comes from.
    pub(super) sources: Vec<Source>,
    /// First step of each id.
    pub(super) step_index: HashMap<&'a str, usize>,
    /// First phase of each id.
    pub(super) phase_index: HashMap<&'a str, usize>,
    /// Opening of each window, when known.
    pub(super) openings: Vec<Option<i64>>,
    /// Nodes that can be scheduled, each behind its predecessors.
    pub(super) order: Vec<usize>,
}

impl<'a> Draft<'a> {
    /// Reads the plan's steps, phases and times into a network.
    pub(super) fn of(
        plan: &'a Plan,
        start: Option<DateTime<Utc>>,
        rehearsed: &HashMap<String, Duration>,
    ) -> Self {
        let (clock, problem) = Clock::of(plan.timezone.as_deref());
        let mut problems: Vec<Problem> = problem.into_iter().collect();
        let own_start = plan.start.as_deref().and_then(|text| {
            let (time, problem) = clock.read(text, "start of the plan");
            problems.extend(problem);
            time
        });
        let mut draft = Draft {
            plan,
            clock,
            origin: start.or(own_start),
            problems,
            network: Network::new(plan.steps.len() + 2 * plan.phases.len()),
            sources: Vec::with_capacity(plan.steps.len()),
            step_index: HashMap::with_capacity(plan.steps.len()),
            phase_index: HashMap::with_capacity(plan.phases.len()),
            openings: Vec::with_capacity(plan.windows.len()),
            order: Vec::new(),
        };
        draft.steps(rehearsed);
        draft.phases();
        draft.openings();
        draft.network.spread_blocks();
        draft.order = draft.network.order();
        draft.report_cycles();
        draft.network.block_all_but(&draft.order);
        draft
    }

    /// Returns the node at which a phase starts.
    pub(super) fn phase_start(&self, phase: usize) -> usize {
        self.plan.steps.len() + 2 * phase
    }

    fn phase_end(&self, phase: usize) -> usize {
        self.phase_start(phase) + 1
    }

    /// Reads a time of the plan as milliseconds from its start; `None` when either is unknown. `line` 0 is no place.
    fn moment(&mut self, text: &str, what: &str, line: u32) -> Option<i64> {
        let (time, mut problem) = self.clock.read(text, what);
        let moment = time
            .zip(self.origin)
            .map(|(time, origin)| (time - origin).num_milliseconds());
        if time.is_some() && moment.is_none() {
            problem = Some(Problem::new(
                "start-unknown",
                format!("The {what} cannot be kept, because the start of the plan is unknown"),
                "Write `start` at the top of the plan, or say when it is to start",
            ));
        }
        self.problems.extend(problem.map(|problem| match line {
            0 => problem,
            line => problem.at(line, 1),
        }));
        moment
    }

    fn steps(&mut self, rehearsed: &HashMap<String, Duration>) {
        let plan = self.plan;
        for (index, step) in plan.steps.iter().enumerate() {
            let (duration, source) = length(step, rehearsed);
            self.network.weight[index] = milliseconds(duration);
            self.sources.push(source);
            self.step_index.entry(&step.id).or_insert(index);
        }
        for (index, step) in plan.steps.iter().enumerate() {
            for id in &step.after {
                match self.step_index.get(id.as_str()) {
                    Some(&before) => self.network.connect(before, index),
                    None => {
                        self.network.blocked[index] = true;
                        self.problems.push(
                            Problem::new(
                                "missing-step",
                                format!("Step `{}` comes after `{id}`, which does not exist, and is left out of the schedule", step.id),
                                "Correct its `after`",
                            )
                            .at(step.line.max(1), 1),
                        );
                    }
                }
            }
            if let Some(text) = &step.start {
                let what = format!("start of step `{}`", step.id);
                let moment = self.moment(text, &what, step.line);
                self.network.release[index] = moment.unwrap_or(0).clamp(0, LONGEST_MS);
            }
        }
    }

    fn phases(&mut self) {
        let plan = self.plan;
        for (index, phase) in plan.phases.iter().enumerate() {
            self.phase_index.entry(&phase.id).or_insert(index);
        }
        let mut has_steps = vec![false; plan.phases.len()];
        for (step, phase) in plan.steps.iter().enumerate().filter_map(|(index, step)| {
            let phase = self.phase_index.get(step.phase.as_deref()?)?;
            Some((index, *phase))
        }) {
            has_steps[phase] = true;
            self.network
                .connect(self.plan.steps.len() + 2 * phase, step);
            self.network
                .connect(step, self.plan.steps.len() + 2 * phase + 1);
        }
        for (index, phase) in plan.phases.iter().enumerate() {
            let (start, end) = (self.phase_start(index), self.phase_end(index));
            self.network.connect(start, end);
            if !has_steps[index] {
                self.network.weight[start] = phase.duration.map_or(0, milliseconds);
            }
            for id in phase.after.iter().flatten() {
                match self.phase_index.get(id.as_str()) {
                    Some(&before) => self.network.connect(self.phase_end(before), start),
                    None => {
                        self.network.blocked[start] = true;
                        self.problems.push(Problem::new(
                            "missing-phase",
                            format!("Phase `{}` comes after `{id}`, which does not exist, and its steps are left out of the schedule", phase.id),
                            "Correct its `after`",
                        ));
                    }
                }
            }
            if let Some(text) = &phase.start {
                let what = format!("start of phase `{}`", phase.id);
                let moment = self.moment(text, &what, 0);
                self.network.release[start] = moment.unwrap_or(0).clamp(0, LONGEST_MS);
            }
        }
    }

    /// Reads the opening of each window, and holds its steps back until then.
    fn openings(&mut self) {
        let plan = self.plan;
        for window in &plan.windows {
            // A window without a known start of the plan is still measured, so nothing is wrong yet.
            let opens = window.opens.as_deref().filter(|_| self.origin.is_some());
            let opens = opens.and_then(|text| {
                self.moment(text, &format!("opening of window `{}`", window.id), 0)
            });
            if let Some(opens) = opens {
                for step in self.indices(&window.steps) {
                    let release = &mut self.network.release[step];
                    *release = (*release).max(opens.clamp(0, LONGEST_MS));
                }
            }
            self.openings.push(opens);
        }
    }

    /// Returns the nodes of these steps.
    pub(super) fn indices(&self, ids: &[String]) -> Vec<usize> {
        ids.iter()
            .filter_map(|id| self.step_index.get(id.as_str()).copied())
            .collect()
    }

    fn name(&self, node: usize) -> String {
        let steps = self.plan.steps.len();
        match self.plan.steps.get(node) {
            Some(step) => format!("`{}`", step.id),
            None => format!("phase `{}`", self.plan.phases[(node - steps) / 2].id),
        }
    }

    fn report_cycles(&mut self) {
        for cycle in self.network.cycles(&self.order) {
            let mut names: Vec<String> =
                cycle.iter().take(8).map(|node| self.name(*node)).collect();
            // The two nodes of a phase are one thing to a person.
            names.dedup();
            if cycle.len() > 8 {
                names.push("…".to_owned());
            }
            names.extend(names.first().cloned());
            let line = cycle.iter().find_map(|node| self.plan.steps.get(*node));
            let problem = Problem::new(
                "cycle",
                format!(
                    "These wait for each other and are left out of the schedule: {}",
                    names.join(" → ")
                ),
                "Remove one of them from an `after`",
            );
            self.problems.push(match line {
                Some(step) => problem.at(step.line.max(1), 1),
                None => problem,
            });
        }
    }
}
