//! The first page: which plan, which session, how it ended, and its numbers.

use serde::Serialize;
use stopover_plan::event::{Binding, Outcome};
use stopover_plan::session::{Session, State, Status};
use stopover_plan::{Plan, event::Mode, model::Environment};

use super::history::History;
use super::{StepRow, Verdict};
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
    /// Time from start to end: by the runners' own clocks, and by the wall clock while none lived.
    pub(crate) elapsed_ms: Option<u64>,
    /// Number of steps of the session.
    pub(crate) steps: usize,
    /// Targets as they were bound.
    pub(crate) targets: Vec<Binding>,
}

impl SessionHead {
    pub(super) fn of(
        session: &Session,
        steps: &[StepRow],
        history: &History,
        verdict: Verdict,
        zone: Zone,
    ) -> Self {
        let elapsed_ms = session.finished_at_ms.map(|_| history.end_ms);
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
