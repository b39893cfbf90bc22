//! A plan laid out in time: what the schedule says of each step, phase and window.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

/// A plan laid out in time. Moments are offsets from its start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schedule {
    /// From the start to the end of the last step, waiting for windows and fixed starts included.
    pub duration: Duration,
    /// The start, when it is known; without it fixed starts and openings of windows cannot be kept.
    pub start: Option<DateTime<Utc>>,
    /// One longest chain of steps, from the first to the last; none of them can slip without the end slipping.
    pub critical_path: Vec<String>,
    /// The steps that could be scheduled, in the order of the file.
    pub steps: Vec<Planned>,
    /// The maintenance windows.
    pub windows: Vec<Fit>,
    /// The phases that could be scheduled.
    pub phases: Vec<PhaseSpan>,
    /// How long the application is down: the union of the steps marked `downtime`, and of the time from the start of
    /// a step that another one is `finally_for` to the end of that one.
    pub downtime: Duration,
    /// The first step after which there is no way back, and when it starts.
    pub point_of_no_return: Option<(String, Duration)>,
    /// Estimate of undoing everything up to the point of no return, or everything when there is none: the sum of the
    /// forward durations of its steps with an undo.
    pub rollback: Duration,
    /// The earliest `start_rollback_by` of the windows.
    pub start_rollback_by: Option<Duration>,
}

/// One step in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Step id.
    pub id: String,
    /// Earliest start.
    pub earliest_start: Duration,
    /// Earliest end.
    pub earliest_finish: Duration,
    /// Latest start that delays neither the end of the plan nor the end of a window it belongs to or feeds.
    pub latest_start: Duration,
    /// Latest end of that kind.
    pub latest_finish: Duration,
    /// `latest_start` less `earliest_start`.
    pub slack: Duration,
    /// Where its duration comes from.
    pub source: Source,
    /// True when it has no slack.
    pub critical: bool,
}

/// Where a step's duration comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Its `estimate` in the plan.
    Estimate,
    /// Nothing is known: 0 s for checks, gates, manual steps and flags, 1 s for others.
    Default,
    /// Its kind says so: a `wait` lasts as long as it waits.
    Fixed,
    /// A rehearsal.
    Rehearsed,
}

/// How a maintenance window suits its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Window id.
    pub id: String,
    /// How long it is open.
    pub length: Duration,
    /// From its opening (or, when that is unknown, from the start of its first step) to the end of its last step.
    pub needed: Duration,
    /// True when `needed` is at most `length`.
    pub fits: bool,
    /// When it opens; `None` when that, or the start of the plan, is unknown. Zero when it is open before the plan starts.
    pub opens: Option<Duration>,
    /// Latest moment at which a rollback can start and end with the window: the largest `t`, not after the point of
    /// no return, with `t + R(t) ≤ end of the window`, where `R(t)` is the sum of the forward durations of the steps
    /// with an undo that started before `t`. `None` when the window ends before the plan starts.
    pub start_rollback_by: Option<Duration>,
}

/// One phase in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseSpan {
    /// Phase id.
    pub id: String,
    /// Start of its first step, or its own when it has none.
    pub start: Duration,
    /// End of its last step, or its start and planned duration when it has none.
    pub finish: Duration,
    /// Duration the plan gives it.
    pub planned: Option<Duration>,
}
