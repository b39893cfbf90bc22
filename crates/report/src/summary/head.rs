//! The first page: which plan, which session, how it ended, and its numbers.

use serde::Serialize;
use stopover_plan::event::{Binding, Outcome};
use stopover_plan::session::{Session, State, Status};
use stopover_plan::{Plan, event::Mode, model::Environment};

use super::chart::Planned;
use super::history::History;
use super::{CheckRow, ItemRow, StepRow, Verdict};
use crate::guard::clean;
use crate::text::{self, Moment, Zone};

/// The plan, as the head of a report names it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PlanHead {
    /// Name.
    pub(crate) name: String,
    /// Prose.
    pub(crate) summary: String,
    /// File.
    pub(crate) path: String,
    /// SHA-256 of the plan and the files it names, as last accepted.
    pub(crate) hash: String,
    /// IANA time zone of its local times.
    pub(crate) timezone: &'static str,
    /// Planned start as written.
    pub(crate) start: Option<String>,
}

impl PlanHead {
    pub(super) fn of(plan: &Plan, session: &Session, zone: Zone) -> Self {
        Self {
            name: clean(if session.plan.is_empty() {
                &plan.name
            } else {
                &session.plan
            }),
            summary: clean(&plan.summary),
            path: clean(&session.plan_path),
            hash: clean(&session.plan_hash),
            timezone: zone.name(),
            start: plan.start.as_deref().map(clean),
        }
    }
}

/// The session, as the head of a report names it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SessionHead {
    /// Id.
    pub(crate) id: String,
    /// Mode.
    pub(crate) mode: Mode,
    /// Most harmful environment.
    pub(crate) environment: Environment,
    /// State at the time of writing.
    pub(crate) state: State,
    /// How it ended, if it did.
    pub(crate) outcome: Option<Outcome>,
    /// The outcome in words.
    pub(crate) verdict: Verdict,
    /// Who started it.
    pub(crate) by: String,
    /// Where.
    pub(crate) host: String,
    /// Program version.
    pub(crate) program: String,
    /// Why production ran without a rehearsal.
    pub(crate) reason: Option<String>,
    /// Steps it was limited to.
    pub(crate) only: Vec<String>,
    /// Start.
    pub(crate) started_at: Moment,
    /// End.
    pub(crate) finished_at: Option<Moment>,
    /// Time in which a runner worked.
    pub(crate) duration_ms: u64,
    /// Time from start to end on the wall clock.
    pub(crate) elapsed_ms: Option<u64>,
    /// Number of steps of the session.
    pub(crate) steps: usize,
    /// Targets as they were bound.
    pub(crate) targets: Vec<Binding>,
}

impl SessionHead {
    pub(super) fn of(session: &Session, steps: &[StepRow], verdict: Verdict, zone: Zone) -> Self {
        let elapsed_ms = session
            .finished_at_ms
            .and_then(|end| u64::try_from(end.checked_sub(session.started_at_ms)?).ok());
        Self {
            id: clean(&session.id),
            mode: session.mode,
            environment: session.environment,
            state: session.state,
            outcome: session.outcome,
            verdict,
            by: clean(&session.by),
            host: clean(&session.host),
            program: clean(&session.program),
            reason: session.reason.as_deref().map(clean),
            only: session.only.iter().map(|id| clean(id)).collect(),
            started_at: zone.moment(session.started_at_ms),
            finished_at: session.finished_at_ms.map(|at| zone.moment(at)),
            duration_ms: match session.duration_ms {
                0 => elapsed_ms.unwrap_or(0),
                worked => worked,
            },
            elapsed_ms,
            steps: steps.len(),
            targets: session.bindings.iter().map(target).collect(),
        }
    }

    /// Returns the word of a step's status as people read it: in a session that has ended, nothing waits any more.
    pub(crate) fn word_of(&self, status: Status) -> &'static str {
        match status {
            Status::Waiting if self.outcome.is_some() => "not run",
            status => text::status(status),
        }
    }

    /// Returns `rehearsal` or `live`.
    pub(crate) fn mode_word(&self) -> &'static str {
        match self.mode {
            Mode::Rehearsal => "rehearsal",
            Mode::Live => "live",
        }
    }
}

fn target(binding: &Binding) -> Binding {
    Binding {
        target: clean(&binding.target),
        engine: binding.engine,
        url: clean(&binding.url),
        connection: binding.connection.as_deref().map(clean),
        environment: binding.environment,
        read_only: binding.read_only,
        server_version: clean(&binding.server_version),
        database: clean(&binding.database),
        identity: clean(&binding.identity),
        database_user: clean(&binding.database_user),
    }
}

/// Numbers of the first page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Steps of the session.
    pub(crate) steps: usize,
    /// Ended well.
    pub(crate) succeeded: usize,
    /// Left out.
    pub(crate) skipped: usize,
    /// Ended badly, or with unknown outcome.
    pub(crate) failed: usize,
    /// Taken back.
    pub(crate) undone: usize,
    /// Never ended: waiting, running, paused, interrupted.
    pub(crate) not_run: usize,
    /// Checks that held.
    pub(crate) checks_pass: usize,
    /// Checks that did not.
    pub(crate) checks_fail: usize,
    /// Checks that were not evaluated.
    pub(crate) checks_not_tested: usize,
    /// Items signed, by people or by a check.
    pub(crate) items_signed: usize,
    /// Items still open.
    pub(crate) items_open: usize,
    /// Planned duration along the predecessors; `None` when no step has an estimate.
    pub(crate) planned_ms: Option<u64>,
    /// Steps that had no estimate.
    pub(crate) without_estimate: usize,
    /// Time in which a runner worked.
    pub(crate) actual_ms: u64,
    /// Planned downtime.
    pub(crate) downtime_planned_ms: Option<u64>,
    /// Downtime as it was.
    pub(crate) downtime_ms: Option<u64>,
}

impl Counts {
    pub(super) fn of(
        steps: &[StepRow],
        checks: &[CheckRow],
        checklist: &[ItemRow],
        planned: &Planned,
        history: &History,
        session: &Session,
    ) -> Self {
        let mut counts = Self {
            steps: steps.len(),
            planned_ms: planned.total_ms,
            without_estimate: steps.iter().filter(|s| s.planned_ms.is_none()).count(),
            actual_ms: match session.duration_ms {
                0 => history.end_ms,
                worked => worked,
            },
            downtime_planned_ms: super::chart::downtime_planned(steps, planned),
            downtime_ms: super::chart::downtime(steps, history),
            ..Self::default()
        };
        for step in steps {
            *match step.state {
                Status::Succeeded => &mut counts.succeeded,
                Status::Skipped => &mut counts.skipped,
                Status::Failed | Status::Unknown => &mut counts.failed,
                Status::Undone => &mut counts.undone,
                _ => &mut counts.not_run,
            } += 1;
        }
        for check in checks {
            *match check.result {
                "pass" => &mut counts.checks_pass,
                "fail" => &mut counts.checks_fail,
                _ => &mut counts.checks_not_tested,
            } += 1;
        }
        for item in checklist {
            *match item.result {
                "open" => &mut counts.items_open,
                _ => &mut counts.items_signed,
            } += 1;
        }
        counts
    }
}
