//! Lays a plan out in time: reckons the network and reads the schedule off it.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::draft::{Draft, milliseconds};
use super::rollback::{Undoable, latest_start, union};
use super::timeline::{Fit, PhaseSpan, Planned, Schedule};
use crate::duration;
use crate::model::Plan;
use crate::problem::Problem;

/// Lays the plan out in time, from `start`, or the plan's own start, or an unknown one.
///
/// Critical path method over `after`, with the phases' `after` and the starts of steps, phases and windows as
/// bounds: a step starts when its predecessors and the phases before its own have ended, not before its own start,
/// its phase's and the opening of its window. Steps in a cycle, behind one, or behind a step or phase that does not
/// exist are left out, with problems. Takes time linear in steps and edges.
pub fn schedule(plan: &Plan, start: Option<DateTime<Utc>>) -> (Schedule, Vec<Problem>) {
    schedule_rehearsed(plan, start, &HashMap::new())
}

/// Does as [`schedule`], with durations measured in a rehearsal, by step id, in place of estimates.
pub fn schedule_rehearsed(
    plan: &Plan,
    start: Option<DateTime<Utc>>,
    rehearsed: &HashMap<String, Duration>,
) -> (Schedule, Vec<Problem>) {
    let mut draft = Draft::of(plan, start, rehearsed);
    let mut problems = std::mem::take(&mut draft.problems);
    let layout = Layout::of(&draft);
    let no_return = layout.no_return();
    let undoable = layout.undoable();
    let windows = layout.windows(no_return, &undoable);
    problems.extend(layout.too_short(&windows));
    let schedule = Schedule {
        duration: offset(layout.end),
        start: draft.origin,
        critical_path: layout.critical_path(),
        steps: layout.steps(&windows),
        start_rollback_by: windows.iter().filter_map(|fit| fit.start_rollback_by).min(),
        phases: layout.spans(),
        downtime: offset(layout.downtime()),
        point_of_no_return: no_return
            .map(|step| (plan.steps[step].id.clone(), offset(layout.start[step]))),
        rollback: offset(layout.rollback(no_return)),
        windows,
    };
    (schedule, problems)
}

fn offset(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// A reckoned network.
struct Layout<'a> {
    draft: &'a Draft<'a>,
    plan: &'a Plan,
    placed: Vec<bool>,
    start: Vec<i64>,
    finish: Vec<i64>,
    end: i64,
}

impl<'a> Layout<'a> {
    fn of(draft: &'a Draft<'a>) -> Self {
        let network = &draft.network;
        let start = network.earliest(&draft.order);
        let finish: Vec<i64> = (start.iter().zip(&network.weight))
            .map(|(start, weight)| start + weight)
            .collect();
        let end = draft.order.iter().map(|node| finish[*node]).max();
        Self {
            draft,
            plan: draft.plan,
            placed: network.blocked.iter().map(|blocked| !blocked).collect(),
            start,
            finish,
            end: end.unwrap_or(0),
        }
    }

    /// Returns the steps that could be scheduled, in file order.
    fn placed(&self) -> impl Iterator<Item = usize> {
        (0..self.plan.steps.len()).filter(|step| self.placed[*step])
    }

    fn no_return(&self) -> Option<usize> {
        self.placed()
            .filter(|step| self.plan.steps[*step].point_of_no_return)
            .min_by_key(|step| (self.start[*step], *step))
    }

    /// Returns the steps with an undo, sorted by start.
    fn undoable(&self) -> Vec<Undoable> {
        let mut undoable: Vec<Undoable> = self
            .placed()
            .filter(|step| self.plan.steps[*step].undo.is_some())
            .map(|step| Undoable {
                start: self.start[step],
                length: self.draft.network.weight[step],
            })
            .collect();
        undoable.sort_by_key(|step| step.start);
        undoable
    }

    fn rollback(&self, no_return: Option<usize>) -> i64 {
        self.placed()
            .filter(|step| self.plan.steps[*step].undo.is_some())
            .filter(|step| {
                no_return
                    .is_none_or(|point| *step != point && self.finish[*step] <= self.start[point])
            })
            .map(|step| self.draft.network.weight[step])
            .sum()
    }

    /// Returns the steps of a window that could be scheduled.
    fn inside(&self, window: usize) -> Vec<usize> {
        let mut steps = self.draft.indices(&self.plan.windows[window].steps);
        steps.retain(|step| self.placed[*step]);
        steps
    }

    /// Returns when a window opens (its first step starts, when that is unknown) and when it closes.
    fn bounds(&self, window: usize) -> (i64, i64) {
        let opens = self.draft.openings[window].unwrap_or_else(|| {
            let starts = self.inside(window).into_iter().map(|step| self.start[step]);
            starts.min().unwrap_or(0)
        });
        let length = milliseconds(self.plan.windows[window].length);
        (opens, opens.saturating_add(length))
    }

    fn windows(&self, no_return: Option<usize>, undoable: &[Undoable]) -> Vec<Fit> {
        let limit = no_return.map_or(i64::MAX, |point| self.start[point]);
        (self.plan.windows.iter().enumerate())
            .map(|(index, window)| {
                let (opens, closes) = self.bounds(index);
                let steps = self.inside(index);
                let last = steps.into_iter().map(|step| self.finish[step]).max();
                Fit {
                    id: window.id.clone(),
                    length: window.length,
                    needed: offset(last.map_or(0, |last| last - opens)),
                    fits: last.is_none_or(|last| last <= closes),
                    opens: self.draft.openings[index].map(offset),
                    start_rollback_by: latest_start(undoable, closes, limit).map(offset),
                }
            })
            .collect()
    }

    fn too_short(&self, windows: &[Fit]) -> Vec<Problem> {
        windows
            .iter()
            .filter(|fit| !fit.fits)
            .map(|fit| {
                let excess = fit.needed.saturating_sub(fit.length);
                Problem::new(
                    "window-too-short",
                    format!(
                        "The steps of window `{}` need {} of its {}: {} too much",
                        fit.id,
                        duration::format(fit.needed),
                        duration::format(fit.length),
                        duration::format(excess),
                    ),
                    "Lengthen the window, start the plan earlier or move steps out of it",
                )
            })
            .collect()
    }

    fn steps(&self, windows: &[Fit]) -> Vec<Planned> {
        let mut deadline: Vec<Option<i64>> = vec![None; self.placed.len()];
        // A window that cannot be kept bounds nothing: slack is never negative.
        for (index, fit) in windows.iter().enumerate() {
            if fit.fits && fit.opens.is_some() {
                let (_, closes) = self.bounds(index);
                for step in self.inside(index) {
                    deadline[step] = Some(deadline[step].map_or(closes, |other| other.min(closes)));
                }
            }
        }
        let latest = (self.draft.network).latest(&self.draft.order, self.end, &deadline);
        self.placed()
            .map(|step| {
                let slack = latest[step] - self.finish[step];
                Planned {
                    id: self.plan.steps[step].id.clone(),
                    earliest_start: offset(self.start[step]),
                    earliest_finish: offset(self.finish[step]),
                    latest_start: offset(self.start[step] + slack),
                    latest_finish: offset(latest[step]),
                    slack: offset(slack),
                    source: self.draft.sources[step],
                    critical: slack == 0,
                }
            })
            .collect()
    }

    fn critical_path(&self) -> Vec<String> {
        // The last node in order that ends with the plan has none behind it.
        let mut from_end = self.draft.order.iter().rev();
        let Some(last) = from_end.find(|node| self.finish[**node] == self.end) else {
            return Vec::new();
        };
        let chain = self.draft.network.chain(&self.start, *last);
        chain
            .into_iter()
            .filter_map(|node| self.plan.steps.get(node))
            .map(|step| step.id.clone())
            .collect()
    }

    fn spans(&self) -> Vec<PhaseSpan> {
        let phases = &self.plan.phases;
        let mut spans: Vec<Option<(i64, i64)>> = vec![None; phases.len()];
        for step in self.placed() {
            let phase = self.plan.steps[step].phase.as_deref();
            if let Some(&phase) = phase.and_then(|id| self.draft.phase_index.get(id)) {
                let (start, finish) = (self.start[step], self.finish[step]);
                let (first, last) = spans[phase].unwrap_or((start, finish));
                spans[phase] = Some((first.min(start), last.max(finish)));
            }
        }
        (phases.iter().zip(spans).enumerate())
            .filter(|(index, _)| self.placed[self.draft.phase_start(*index)])
            .map(|(index, (phase, span))| {
                let node = self.draft.phase_start(index);
                let (first, last) = span.unwrap_or((self.start[node], self.finish[node]));
                PhaseSpan {
                    id: phase.id.clone(),
                    start: offset(first),
                    finish: offset(last),
                    planned: phase.duration,
                }
            })
            .collect()
    }

    fn downtime(&self) -> i64 {
        let mut intervals = Vec::new();
        for index in self.placed() {
            let step = &self.plan.steps[index];
            if step.downtime {
                intervals.push((self.start[index], self.finish[index]));
            }
            let partner = step.finally_for.as_deref();
            let partner = partner.and_then(|id| self.draft.step_index.get(id));
            if let Some(&partner) = partner.filter(|partner| self.placed[**partner]) {
                intervals.push((self.start[partner], self.finish[index]));
            }
        }
        union(intervals)
    }
}
