//! The timeline of a plan as a file of its own: CSV, a calendar, a mermaid chart, a drawing.

mod calendar;
mod fit;
mod mermaid;
mod svg;
mod table;
mod ticks;
mod words;

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use stopover_plan::Problem;
use stopover_plan::model::{Kind, Plan};
use stopover_plan::schedule::{Schedule, Source, schedule, schedule_rehearsed};

use crate::guard::{clean, clean_drawn};

/// A format of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineFormat {
    /// One line a step, for a spreadsheet (RFC 4180).
    Csv,
    /// One event a step, for a calendar (RFC 5545).
    Ics,
    /// A mermaid gantt chart, as GitHub renders it.
    Mermaid,
    /// A drawing of the whole.
    Svg,
}

impl TimelineFormat {
    /// Returns the format that the suffix of `path` asks for, in any case.
    ///
    /// # Errors
    /// When the suffix names none.
    pub fn of_path(path: &str) -> Result<Self, Problem> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let suffix = name
            .rsplit_once('.')
            .map(|(_, suffix)| suffix.to_lowercase());
        match suffix.as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("ics") => Ok(Self::Ics),
            Some("mmd" | "mermaid") => Ok(Self::Mermaid),
            Some("svg") => Ok(Self::Svg),
            _ => Err(Problem::new(
                "timeline-format",
                format!("{path} was not written: its suffix names no format of a timeline."),
                "End the file name with .svg, .png, .mmd, .csv or .ics.",
            )),
        }
    }
}

/// Returns the timeline of the plan, from `start` or the plan's own start, as the text of a file.
///
/// Reads no clock: `written_at` is what a calendar is told of when it was written.
///
/// # Errors
/// When a calendar is asked for and the start is not known.
pub fn timeline(
    plan: &Plan,
    start: Option<DateTime<Utc>>,
    written_at: DateTime<Utc>,
    format: TimelineFormat,
) -> Result<String, Problem> {
    let spelling = match format {
        TimelineFormat::Svg => clean_drawn,
        _ => clean,
    };
    let timeline = Timeline::of(plan, start, spelling);
    Ok(match format {
        TimelineFormat::Csv => table::render(&timeline),
        TimelineFormat::Ics => calendar::render(&timeline, written_at)?,
        TimelineFormat::Mermaid => mermaid::render(&timeline),
        TimelineFormat::Svg => svg::render(&timeline),
    })
}

/// A step as it is drawn or listed. Its texts are clean and have one line.
struct Row {
    id: String,
    title: String,
    kind: String,
    /// Position of its phase.
    phase: Option<usize>,
    owner: Option<String>,
    after: Vec<String>,
    start: Duration,
    finish: Duration,
    slack: Duration,
    critical: bool,
    downtime: bool,
    gate: bool,
    source: Source,
}

impl Row {
    /// A step without a duration is a moment, not a bar.
    fn is_moment(&self) -> bool {
        self.start == self.finish && !self.is_untimed()
    }

    /// Nobody said how long it takes: what lies between its start and finish is no length to be told. A gate has none.
    fn is_untimed(&self) -> bool {
        self.source == Source::Default && !self.gate
    }
}

/// A phase or window: heading, start and length.
struct Span {
    title: String,
    start: Duration,
    finish: Duration,
}

/// A maintenance window that has a place.
struct Opening {
    span: Span,
    fits: bool,
}

/// How a text is written so that nothing of it is secret or hidden.
type Spelling = fn(&str) -> String;

struct Timeline {
    name: String,
    zone: Tz,
    zone_name: String,
    start: Option<DateTime<Utc>>,
    duration: Duration,
    /// The same without what stands in for steps that nobody estimated.
    known: Duration,
    rows: Vec<Row>,
    phases: Vec<Span>,
    windows: Vec<Opening>,
    no_return: Option<Duration>,
    rollback_by: Option<Duration>,
}

impl Timeline {
    fn of(plan: &Plan, start: Option<DateTime<Utc>>, spelling: Spelling) -> Self {
        let (schedule, _) = schedule(plan, start);
        let one_line = |text: &str| one_line(text, spelling);
        let zone = plan
            .timezone
            .as_deref()
            .and_then(|name| name.parse::<Tz>().ok())
            .unwrap_or(Tz::UTC);
        Self {
            name: one_line(if plan.name.is_empty() {
                "Plan without a name"
            } else {
                &plan.name
            }),
            zone,
            zone_name: zone.name().to_owned(),
            start: schedule.start,
            duration: schedule.duration,
            known: known(plan, &schedule, start),
            rows: rows(plan, &schedule, spelling),
            phases: phases(plan, &schedule, spelling),
            windows: windows(plan, &schedule, spelling),
            no_return: schedule.point_of_no_return.as_ref().map(|(_, at)| *at),
            rollback_by: schedule.start_rollback_by,
        }
    }

    /// Returns the moment on the clock, when the start is known.
    fn at(&self, offset: Duration) -> Option<DateTime<Utc>> {
        self.start?
            .checked_add_signed(TimeDelta::from_std(offset).ok()?)
    }

    /// Returns the last thing that is to be seen: the end of the plan, or of a window that is not far behind it.
    fn end(&self) -> Duration {
        let near = self.duration.saturating_mul(4);
        self.windows
            .iter()
            .map(|window| window.span.finish)
            .filter(|finish| *finish < near)
            .fold(self.duration, Duration::max)
            .max(Duration::from_secs(1))
    }
}

/// Returns how long the plan takes when steps that nobody estimated take no time.
fn known(plan: &Plan, schedule: &Schedule, start: Option<DateTime<Utc>>) -> Duration {
    let unknown: HashMap<String, Duration> = (schedule.steps.iter())
        .filter(|step| step.source == Source::Default && step.earliest_finish > step.earliest_start)
        .map(|step| (step.id.clone(), Duration::ZERO))
        .collect();
    if unknown.is_empty() {
        return schedule.duration;
    }
    schedule_rehearsed(plan, start, &unknown).0.duration
}

fn rows(plan: &Plan, schedule: &Schedule, spelling: Spelling) -> Vec<Row> {
    let one_line = |text: &str| one_line(text, spelling);
    let phases: HashMap<&str, usize> = plan
        .phases
        .iter()
        .enumerate()
        .rev()
        .map(|(index, phase)| (phase.id.as_str(), index))
        .collect();
    let steps: HashMap<&str, &stopover_plan::model::Step> = plan
        .steps
        .iter()
        .rev()
        .map(|step| (step.id.as_str(), step))
        .collect();
    schedule
        .steps
        .iter()
        .filter_map(|planned| {
            let step = steps.get(planned.id.as_str())?;
            let phase = step.phase.as_deref();
            Some(Row {
                id: one_line(&step.id),
                title: one_line(if step.title.is_empty() {
                    &step.id
                } else {
                    &step.title
                }),
                kind: step.kind.word().to_owned(),
                phase: phase.and_then(|phase| phases.get(phase).copied()),
                owner: step.owner.as_deref().map(one_line),
                after: step.after.iter().map(|id| one_line(id)).collect(),
                start: planned.earliest_start,
                finish: planned.earliest_finish,
                slack: planned.slack,
                critical: planned.critical,
                downtime: step.downtime,
                gate: matches!(step.kind, Kind::Gate(_)),
                source: planned.source,
            })
        })
        .collect()
}

fn phases(plan: &Plan, schedule: &Schedule, spelling: Spelling) -> Vec<Span> {
    let one_line = |text: &str| one_line(text, spelling);
    let spans: HashMap<&str, (Duration, Duration)> = schedule
        .phases
        .iter()
        .map(|span| (span.id.as_str(), (span.start, span.finish)))
        .collect();
    plan.phases
        .iter()
        .map(|phase| {
            let (start, finish) = spans.get(phase.id.as_str()).copied().unwrap_or_default();
            Span {
                title: one_line(if phase.title.is_empty() {
                    &phase.id
                } else {
                    &phase.title
                }),
                start,
                finish,
            }
        })
        .collect()
}

fn windows(plan: &Plan, schedule: &Schedule, spelling: Spelling) -> Vec<Opening> {
    let one_line = |text: &str| one_line(text, spelling);
    plan.windows
        .iter()
        .zip(&schedule.windows)
        .filter_map(|(window, fit)| {
            let start = fit.opens?;
            Some(Opening {
                span: Span {
                    title: one_line(if window.title.is_empty() {
                        &window.id
                    } else {
                        &window.title
                    }),
                    start,
                    finish: start.saturating_add(fit.length),
                },
                fits: fit.fits,
            })
        })
        .collect()
}

/// Returns the text without secrets, hidden characters and line breaks.
fn one_line(text: &str, spelling: Spelling) -> String {
    spelling(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns whole milliseconds.
fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod sample;
