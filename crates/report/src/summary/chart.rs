//! Planned against actual: where each step was meant to lie on the session's clock, where it lay, and the downtime.

use std::collections::BTreeMap;
use std::time::Duration;

use stopover_plan::Plan;
use stopover_plan::event::Direction;
use stopover_plan::schedule::schedule;
use stopover_plan::session::Status;

use super::history::History;
use super::{PhaseRow, StepRow, Tone};

/// Above this many steps the chart has one row a phase.
const MOST_ROWS: usize = 60;

/// Steps on the plan's clock, which begins with the session, as the schedule has them.
#[derive(Debug, Default)]
pub(super) struct Planned {
    /// Start and end by step id.
    spans: BTreeMap<String, (u64, u64)>,
    /// Planned duration; `None` when no step has an estimate.
    pub(super) total_ms: Option<u64>,
}

impl Planned {
    /// Returns the earliest times of the plan's schedule.
    pub(super) fn of(plan: &Plan) -> Self {
        let (timeline, _) = schedule(plan, None);
        let spans = timeline
            .steps
            .iter()
            .map(|step| {
                let span = (ms(step.earliest_start), ms(step.earliest_finish));
                (step.id.clone(), span)
            })
            .collect();
        let estimated = plan.steps.iter().any(|step| step.estimate.is_some());
        Self {
            spans,
            total_ms: estimated.then(|| ms(timeline.duration)),
        }
    }

    fn span(&self, step: &str) -> Option<(u64, u64)> {
        self.spans.get(step).copied()
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A solid piece of a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Start on the session's clock.
    pub(crate) start_ms: u64,
    /// Length.
    pub(crate) length_ms: u64,
    /// How it ended.
    pub(crate) tone: Tone,
    /// Whether it was the step or its undo.
    pub(crate) direction: Direction,
}

/// One row of the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    /// Title of the step or phase.
    pub(crate) label: String,
    /// Planned start and length.
    pub(crate) planned: Option<(u64, u64)>,
    /// What happened.
    pub(crate) pieces: Vec<Piece>,
    /// Planned and actual duration of the row, for its text.
    pub(crate) durations: (Option<u64>, Option<u64>),
}

/// The chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Chart {
    /// Rows in plan order.
    pub(crate) bars: Vec<Bar>,
    /// Length of the axis.
    pub(crate) length_ms: u64,
    /// True when a row is a phase.
    pub(crate) by_phase: bool,
}

impl Chart {
    pub(super) fn of(
        steps: &[StepRow],
        phases: &[PhaseRow],
        planned: &Planned,
        history: &History,
    ) -> Self {
        let by_phase = steps.len() > MOST_ROWS && phases.len() > 1;
        let single = |step: &StepRow| bar(step, planned, history);
        let bars: Vec<Bar> = if by_phase {
            phases
                .iter()
                .map(|phase| {
                    let bars = phase.steps.iter().map(|&index| single(&steps[index]));
                    together(&phase.title, bars.collect())
                })
                .collect()
        } else {
            // A plan of thousands without phases gets its first rows: more could not be read anyway.
            steps.iter().take(MOST_ROWS).map(single).collect()
        };
        let length_ms = bars
            .iter()
            .flat_map(|bar| {
                let pieces = bar.pieces.iter().map(|p| p.start_ms + p.length_ms);
                pieces.chain(bar.planned.map(|(start, length)| start + length))
            })
            .max()
            .unwrap_or(0);
        Self {
            bars,
            length_ms,
            by_phase,
        }
    }
}

fn bar(step: &StepRow, planned: &Planned, history: &History) -> Bar {
    let pieces = history
        .of_step(&step.id)
        .iter()
        .map(|run| Piece {
            start_ms: run.start_ms,
            length_ms: run
                .end_ms
                .unwrap_or(history.end_ms)
                .saturating_sub(run.start_ms),
            tone: match run.result {
                "succeeded" => Tone::Good,
                "failed" | "unknown" => Tone::Bad,
                "interrupted" => Tone::Caution,
                _ => Tone::Neutral,
            },
            direction: run.direction,
        })
        .collect();
    Bar {
        label: step.title.clone(),
        planned: planned
            .span(&step.id)
            .filter(|_| step.planned_ms.is_some())
            .map(|(start, end)| (start, end - start)),
        pieces,
        durations: (step.planned_ms, step.actual_ms),
    }
}

/// Returns one bar from the first start to the last end of `bars`.
fn together(title: &str, bars: Vec<Bar>) -> Bar {
    let planned = bars
        .iter()
        .filter_map(|bar| bar.planned)
        .map(|(start, length)| (start, start + length))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        .map(|(start, end)| (start, end - start));
    let pieces: Vec<Piece> = bars.into_iter().flat_map(|bar| bar.pieces).collect();
    let first = pieces.iter().map(|piece| piece.start_ms).min();
    let last = pieces.iter().map(|p| p.start_ms + p.length_ms).max();
    Bar {
        label: title.to_owned(),
        durations: (
            planned.map(|(_, length)| length),
            first.zip(last).map(|(first, last)| last - first),
        ),
        planned,
        pieces,
    }
}

/// Returns the planned downtime: the union over the steps during which the application is down.
pub(super) fn downtime_planned(steps: &[StepRow], planned: &Planned) -> Option<u64> {
    planned.total_ms?;
    let spans = down(steps).filter_map(|(step, partner)| {
        let (start, end) = planned.span(&step.id)?;
        let up = partner.and_then(|partner| planned.span(&partner.id));
        Some((start, up.map_or(end, |(_, up)| up.max(end))))
    });
    union(spans.collect())
}

/// Returns the downtime as it was.
pub(super) fn downtime(steps: &[StepRow], history: &History) -> Option<u64> {
    let mut spans = Vec::new();
    for (step, partner) in down(steps) {
        for run in history.of_step(&step.id) {
            let end = run.end_ms.unwrap_or(history.end_ms);
            let up = partner
                .filter(|_| run.result == "succeeded")
                .map(|partner| {
                    let runs = history.of_step(&partner.id).iter();
                    runs.filter(|back| back.start_ms >= run.start_ms && back.result == "succeeded")
                        .find_map(|back| back.end_ms)
                        .unwrap_or(history.end_ms)
                });
            spans.push((run.start_ms, up.unwrap_or(end).max(end)));
        }
    }
    union(spans)
}

/// Yields the steps that take the application down, each with the step that ends its effect: down means until then.
fn down(steps: &[StepRow]) -> impl Iterator<Item = (&StepRow, Option<&StepRow>)> {
    let partners: BTreeMap<&str, &StepRow> = steps
        .iter()
        .filter_map(|step| Some((step.finally_for.as_deref()?, step)))
        .collect();
    steps
        .iter()
        .filter(|step| step.downtime && step.state != Status::Skipped)
        .map(move |step| (step, partners.get(step.id.as_str()).copied()))
}

fn union(mut spans: Vec<(u64, u64)>) -> Option<u64> {
    spans.sort_unstable();
    let mut spans = spans.into_iter();
    let mut current = spans.next()?;
    let mut total = 0;
    for (start, end) in spans {
        if start > current.1 {
            total += current.1 - current.0;
            current = (start, end);
        } else {
            current.1 = current.1.max(end);
        }
    }
    Some(total + current.1 - current.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_downtimes_count_once() {
        assert_eq!(union(vec![]), None);
        assert_eq!(union(vec![(10, 20), (0, 5), (15, 30)]), Some(25));
    }
}
