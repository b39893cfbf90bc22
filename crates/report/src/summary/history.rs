//! What the fold forgets and a report must not: every run of every step, and where on the session's clock it lay.

use std::collections::BTreeMap;

use stopover_plan::Event;
use stopover_plan::event::{Body, Direction};

/// One run of a step, forward or back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) direction: Direction,
    /// Start on the session's clock.
    pub(super) start_ms: u64,
    /// Start on the wall clock, Unix milliseconds.
    pub(super) started_at_ms: i64,
    /// End on the session's clock; `None` while it runs.
    pub(super) end_ms: Option<u64>,
    /// End on the wall clock.
    pub(super) ended_at_ms: Option<i64>,
    /// Its monotonic duration as the engine measured it.
    pub(super) elapsed_ms: Option<u64>,
    /// How it ended: `succeeded`, `failed`, `unknown`, `interrupted`, `skipped`, `unfinished`.
    pub(super) result: &'static str,
    /// Highest attempt.
    pub(super) attempts: u32,
    /// True when a mark in the target proved its end.
    pub(super) by_mark: bool,
}

/// The past of a check.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CheckPast {
    /// When it was last evaluated.
    pub(super) at_ms: Option<i64>,
    /// How often it failed.
    pub(super) failures: u32,
}

/// All runs by step, all evaluations by step and check, and the end of the session's clock.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) runs: BTreeMap<String, Vec<Run>>,
    pub(super) checks: BTreeMap<(String, String), CheckPast>,
    pub(super) end_ms: u64,
}

/// Time since the session began: monotonic while a runner lives, so that a jump of the wall clock moves no bar;
/// the wall clock, never backwards, between two runners.
#[derive(Default)]
struct Clock {
    /// Wall clock at the last event that moved this one on.
    last_at_ms: Option<i64>,
    base_ms: u64,
    last_ms: u64,
    monotonic: bool,
}

impl Clock {
    fn read(&mut self, event: &Event) -> u64 {
        let last_at_ms = *self.last_at_ms.get_or_insert(event.at_ms);
        // Only the time since the last event: what the wall clock did before, a runner's own clock knows better.
        let passed = u64::try_from(event.at_ms.saturating_sub(last_at_ms)).unwrap_or(0);
        let wall = self.last_ms.saturating_add(passed);
        if let Body::RunnerStarted { .. } = event.body {
            self.base_ms = wall.saturating_sub(event.mono_ms.unwrap_or(0));
            self.monotonic = event.mono_ms.is_some();
        }
        let now = match event.mono_ms {
            Some(mono_ms) => self.base_ms.saturating_add(mono_ms),
            // A door's word; when no runner lives, the next one's start counts the time.
            None if self.monotonic => return self.last_ms,
            None => wall,
        };
        self.last_at_ms = Some(event.at_ms);
        self.last_ms = self.last_ms.max(now);
        self.last_ms
    }
}

impl History {
    /// Returns the past that `events` tell.
    pub(super) fn of(events: &[Event]) -> Self {
        let mut history = Self::default();
        let mut clock = Clock::default();
        for event in events {
            let now = clock.read(event);
            history.add(event, now);
            history.end_ms = now;
        }
        history
    }

    /// Returns the runs of a step in order.
    pub(super) fn of_step(&self, step: &str) -> &[Run] {
        self.runs.get(step).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, event: &Event, now: u64) {
        match &event.body {
            Body::StepStarted {
                step,
                attempt,
                direction,
            } => self.begin(step, *direction, *attempt, event.at_ms, now),
            Body::GateOpened { step, .. } => {
                self.begin_unless_open(step, Direction::Forward, event.at_ms, now);
            }
            Body::SignatureAwaited {
                step, direction, ..
            } => self.begin_unless_open(step, *direction, event.at_ms, now),
            Body::StepRetried { step, attempt, .. } => {
                if let Some(run) = self.open(step) {
                    run.attempts = run.attempts.max(*attempt);
                }
            }
            Body::StepSucceeded {
                step,
                by_mark,
                elapsed_ms,
                ..
            } => {
                if let Some(run) = self.end(step, "succeeded", event.at_ms, now) {
                    run.by_mark = *by_mark;
                    run.elapsed_ms = Some(*elapsed_ms);
                }
            }
            Body::StepFailed {
                step, elapsed_ms, ..
            } => {
                if let Some(run) = self.end(step, "failed", event.at_ms, now) {
                    run.elapsed_ms = Some(*elapsed_ms);
                }
            }
            Body::StepUnknown { step, .. } => {
                self.end(step, "unknown", event.at_ms, now);
            }
            Body::StepInterrupted { step, .. } => {
                self.end(step, "interrupted", event.at_ms, now);
            }
            Body::StepSkipped { step, .. } => {
                self.end(step, "skipped", event.at_ms, now);
            }
            Body::CheckPassed { result } | Body::CheckNotTested { result } => {
                self.check(&result.step, &result.check).at_ms = Some(event.at_ms);
            }
            Body::CheckFailed { result } => {
                let past = self.check(&result.step, &result.check);
                past.at_ms = Some(event.at_ms);
                past.failures += 1;
            }
            _ => {}
        }
    }

    fn check(&mut self, step: &str, check: &str) -> &mut CheckPast {
        self.checks
            .entry((step.to_owned(), check.to_owned()))
            .or_default()
    }

    fn begin(&mut self, step: &str, direction: Direction, attempt: u32, at_ms: i64, now: u64) {
        if let Some(run) = self.open(step) {
            // Another start without an end between them: the earlier one died with its runner.
            run.result = "interrupted";
            run.end_ms = Some(now);
        }
        self.runs.entry(step.to_owned()).or_default().push(Run {
            direction,
            start_ms: now,
            started_at_ms: at_ms,
            end_ms: None,
            ended_at_ms: None,
            elapsed_ms: None,
            result: "unfinished",
            attempts: attempt.max(1),
            by_mark: false,
        });
    }

    fn begin_unless_open(&mut self, step: &str, direction: Direction, at_ms: i64, now: u64) {
        if self.open(step).is_none() {
            self.begin(step, direction, 1, at_ms, now);
        }
    }

    fn open(&mut self, step: &str) -> Option<&mut Run> {
        self.runs
            .get_mut(step)?
            .last_mut()
            .filter(|run| run.end_ms.is_none())
    }

    fn end(&mut self, step: &str, result: &'static str, at_ms: i64, now: u64) -> Option<&mut Run> {
        let run = match self.runs.get_mut(step)?.last_mut()? {
            run if run.end_ms.is_none() => run,
            // A mark or a person told later how an unknown run ended.
            run if run.result == "unknown" => run,
            _ => return None,
        };
        run.result = result;
        run.end_ms = run.end_ms.or(Some(now));
        run.ended_at_ms = Some(at_ms);
        Some(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64, at_ms: i64, mono_ms: Option<u64>, body: Body) -> Event {
        Event {
            seq,
            at_ms,
            mono_ms,
            session: "s".into(),
            body,
        }
    }

    fn started(step: &str) -> Body {
        Body::StepStarted {
            step: step.into(),
            attempt: 1,
            direction: Direction::Forward,
        }
    }

    fn runner() -> Body {
        Body::RunnerStarted {
            pid: 1,
            host: String::new(),
            resumed: false,
        }
    }

    #[test]
    fn a_jump_of_the_wall_clock_moves_nothing() {
        let day = 86_400_000;
        let history = History::of(&[
            event(1, 1_000, None, Body::SessionPaused {}),
            event(2, 1_500, Some(0), runner()),
            event(3, 1_600 + day, Some(100), started("a")),
            event(4, 1_700 - day, Some(200), started("b")),
        ]);
        assert_eq!(history.of_step("a")[0].start_ms, 600);
        assert_eq!(history.of_step("b")[0].start_ms, 700);
    }

    #[test]
    fn a_jump_under_one_runner_is_no_time_before_the_next() {
        let day = 86_400_000;
        let history = History::of(&[
            event(1, 0, Some(0), runner()),
            event(2, 50 + day, Some(50), started("a")),
            event(3, 1_050 + day, Some(0), runner()),
            event(4, 1_060 + day, Some(10), started("a")),
            event(5, 70, Some(20), started("b")),
            event(6, 80, Some(0), runner()),
            event(7, 90, Some(10), started("c")),
        ]);
        let starts = ["a", "b", "c"].map(|step| history.of_step(step).last().unwrap().start_ms);
        assert_eq!(starts, [1_060, 1_070, 1_090]);
    }

    #[test]
    fn the_time_between_two_runners_is_that_of_the_wall_clock() {
        let history = History::of(&[
            event(1, 0, Some(0), runner()),
            event(2, 50, Some(50), started("a")),
            event(3, 10_000, Some(0), runner()),
            event(4, 10_020, Some(20), started("a")),
        ]);
        let runs = history.of_step("a");
        assert_eq!(
            (runs[0].result, runs[0].end_ms),
            ("interrupted", Some(10_020))
        );
        assert_eq!(runs[1].start_ms, 10_020);
        assert_eq!(history.end_ms, 10_020);
    }
}
