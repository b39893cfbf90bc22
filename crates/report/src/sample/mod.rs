//! Sessions for the tests of this crate: one mended after a failure, one rolled back, one made of hostile text.

mod hostile;
mod plan;

pub(crate) use hostile::hostile;

use stopover_plan::event::{
    Artifact, Binding, Body, CheckResult, Direction, Event, Evidence, Mode, Outcome, Restored,
    StepHead, Stream,
};
use stopover_plan::model::{Engine, Environment, Kind, Plan, Severity, Step};
use stopover_plan::{Problem, Session};

use crate::Material;

/// Hash the samples pretend the journal has.
pub(crate) const HEAD: &str = "8f1d3c5b7a9e0f2d4c6b8a0e1f3d5c7b9a0e2f4d6c8b0a1e3f5d7c9b0a2e4f6d";

/// 2026-12-05 02:00:00 in Berlin.
const START_MS: i64 = 1_796_432_400_000;

/// A plan with the events of one session.
pub(crate) struct Sample {
    pub(crate) plan: Plan,
    pub(crate) events: Vec<Event>,
    session: Session,
}

impl Sample {
    fn new(plan: Plan, events: Vec<Event>) -> Self {
        let session = Session::fold(&events);
        Self {
            plan,
            events,
            session,
        }
    }

    /// Returns the sample after `change`, folded anew.
    pub(crate) fn changed(self, change: impl FnOnce(&mut Plan, &mut Vec<Event>)) -> Self {
        let Self {
            mut plan,
            mut events,
            ..
        } = self;
        change(&mut plan, &mut events);
        Self::new(plan, events)
    }

    pub(crate) fn material(&self) -> Material<'_> {
        Material {
            plan: &self.plan,
            session: &self.session,
            events: &self.events,
            head_hash: HEAD,
            written_at_ms: START_MS + 3_600_000,
        }
    }
}

/// Events recorded one after the other on a monotonic clock.
struct Tape(Vec<Event>);

impl Tape {
    fn add(&mut self, mono_ms: u64, body: Body) -> &mut Self {
        self.0.push(Event {
            seq: self.0.len() as u64 + 1,
            at_ms: START_MS + i64::try_from(mono_ms).expect("samples are short"),
            mono_ms: (self.0.len() > 1).then_some(mono_ms),
            session: "20261205-audit-7f3a".into(),
            body,
        });
        self
    }

    fn start(&mut self, mono_ms: u64, step: &str, direction: Direction) -> &mut Self {
        let step = step.to_owned();
        self.add(
            mono_ms,
            Body::StepStarted {
                step,
                attempt: 1,
                direction,
            },
        )
    }

    fn succeed(
        &mut self,
        mono_ms: u64,
        step: &str,
        elapsed_ms: u64,
        rows: Option<u64>,
    ) -> &mut Self {
        let step = step.to_owned();
        self.add(
            mono_ms,
            Body::StepSucceeded {
                step,
                direction: Direction::Forward,
                rows,
                exit: None,
                elapsed_ms,
                artifacts: vec![],
                by_mark: false,
            },
        )
    }

    fn undo(&mut self, mono_ms: u64, step: &str, elapsed_ms: u64) -> &mut Self {
        self.start(mono_ms, step, Direction::Back).add(
            mono_ms + elapsed_ms,
            Body::StepSucceeded {
                step: step.to_owned(),
                direction: Direction::Back,
                rows: None,
                exit: None,
                elapsed_ms,
                artifacts: vec![],
                by_mark: false,
            },
        )
    }
}

fn session_started(plan: &Plan) -> Body {
    let head = |step: &Step| StepHead {
        id: step.id.clone(),
        title: step.title.clone(),
        step_kind: step.kind.word().to_owned(),
        phase: step.phase.clone(),
        after: step.after.clone(),
        estimate_ms: step
            .estimate
            .map(|estimate| u64::try_from(estimate.as_millis()).expect("samples are short")),
        finally_for: step.finally_for.clone(),
        detail: match &step.kind {
            Kind::Sql(sql) => sql.text.clone().unwrap_or_default(),
            Kind::Command(command) => command.run.join(" "),
            Kind::Manual(manual) => manual.instructions.clone(),
            _ => String::new(),
        },
        has_undo: step.undo.is_some(),
    };
    Body::SessionStarted {
        plan: plan.name.clone(),
        plan_path: "/srv/plans/audit.plan.toml".into(),
        plan_hash: "b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184".into(),
        mode: Mode::Live,
        environment: Environment::Production,
        bindings: vec![Binding {
            target: "shop".into(),
            engine: Engine::Postgresql,
            url: "postgres://ann@db1:5432/shop".into(),
            connection: Some("shop-production".into()),
            environment: Environment::Production,
            read_only: false,
            server_version: "PostgreSQL 15.8".into(),
            database: "shop".into(),
            identity: "7301".into(),
            database_user: "ann".into(),
        }],
        steps: plan.steps.iter().map(head).collect(),
        only: vec![],
        by: "ann".into(),
        host: "ops1".into(),
        program: "stopover 0.1.0".into(),
        reason: None,
    }
}

/// Everything up to the failure of `populate`.
fn until_failure(plan: &Plan) -> Tape {
    let mut tape = Tape(vec![]);
    tape.add(0, session_started(plan)).add(
        0,
        Body::RunnerStarted {
            pid: 4711,
            host: "ops1".into(),
            resumed: false,
        },
    );
    tape.start(100, "backup", Direction::Forward).add(
        95_100,
        Body::StepSucceeded {
            step: "backup".into(),
            direction: Direction::Forward,
            rows: None,
            exit: Some(0),
            elapsed_ms: 95_000,
            artifacts: vec![Artifact {
                what: "backup".into(),
                path: "backup/shop-20261205T010000Z.dump".into(),
                bytes: 275_123_456,
                sha256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".into(),
                format: "custom".into(),
                engine_version: "15.8".into(),
                tool_version: "pg_dump 15.8".into(),
                restored: Some(Restored {
                    tables: 12,
                    rows: 1_204_331,
                    equal: true,
                }),
            }],
            by_mark: false,
        },
    );
    tape.start(95_200, "go", Direction::Forward)
        .add(
            95_210,
            Body::GateOpened {
                step: "go".into(),
                question: "Is the backup verified and traffic low?".into(),
                approvers: vec!["ben".into(), "cleo".into()],
                approvals: 1,
            },
        )
        .add(
            120_000,
            Body::ItemSigned {
                item: "restore-tested".into(),
                by: "cleo".into(),
                note: "compared by hand | twice".into(),
                evidence: Some(Evidence {
                    name: "restore.log".into(),
                    bytes: 2_048,
                    sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                        .into(),
                }),
            },
        )
        .add(
            155_000,
            Body::GateApproved {
                step: "go".into(),
                by: "ben".into(),
                note: "traffic is low".into(),
            },
        )
        .succeed(155_100, "go", 59_900, None)
        .start(155_200, "maintenance-on", Direction::Forward)
        .succeed(156_200, "maintenance-on", 1_000, None)
        .start(156_300, "add-columns", Direction::Forward)
        .add(
            156_500,
            Body::StepRetried {
                step: "add-columns".into(),
                code: "55P03".into(),
                message: "canceling statement due to lock timeout".into(),
                attempt: 2,
                backoff_ms: 1_000,
            },
        )
        .succeed(158_000, "add-columns", 1_700, Some(0))
        .start(158_100, "populate", Direction::Forward)
        .add(
            158_900,
            Body::StepFailed {
                step: "populate".into(),
                direction: Direction::Forward,
                problem: Problem::new(
                    "sql",
                    "column \"player_owner\" does not exist",
                    "Add the column or correct the statement.",
                ),
                exit: None,
                elapsed_ms: 800,
                card: Some("column-missing".into()),
            },
        );
    tape
}

/// A session that failed, was mended by a retry, skipped one step, and succeeded with one item unsigned.
pub(crate) fn mended() -> Sample {
    let plan = plan::plan();
    let mut tape = until_failure(&plan);
    let result = |check: &str, title: &str, severity, found: &str| CheckResult {
        step: "verify".into(),
        check: check.into(),
        title: title.into(),
        severity,
        expected: "0".into(),
        found: found.into(),
        elapsed_ms: 12,
    };
    tape.add(
        400_000,
        Body::RetryRequested {
            step: "populate".into(),
            by: "ann".into(),
        },
    )
    .start(400_100, "populate", Direction::Forward)
    .succeed(640_100, "populate", 240_000, Some(10_000))
    .start(640_200, "reindex", Direction::Forward)
    .add(
        640_300,
        Body::StepOutput {
            step: "reindex".into(),
            stream: Stream::Err,
            text: "not <enough> space\n".into(),
            dropped_bytes: 0,
        },
    )
    .add(
        640_400,
        Body::StepSkipped {
            step: "reindex".into(),
            reason: "The nightly job rebuilds them.".into(),
            by: "ann".into(),
        },
    )
    .add(
        640_500,
        Body::SignatureAwaited {
            step: "announce".into(),
            items: vec!["announce".into()],
            instructions: "Post in #support.".into(),
            direction: Direction::Forward,
        },
    )
    .add(
        650_000,
        Body::ItemSigned {
            item: "announce".into(),
            by: "dora".into(),
            note: String::new(),
            evidence: None,
        },
    )
    .succeed(650_100, "announce", 9_600, None)
    .start(650_200, "maintenance-off", Direction::Forward)
    .succeed(651_200, "maintenance-off", 1_000, None)
    .start(651_300, "verify", Direction::Forward)
    .add(
        651_320,
        Body::CheckPassed {
            result: result("no-null", "Every item has a creator", Severity::Error, "0"),
        },
    )
    .add(
        651_340,
        Body::CheckFailed {
            result: result("fast", "The list is not slower", Severity::Warning, "3"),
        },
    )
    .succeed(651_400, "verify", 100, None)
    .add(
        651_500,
        Body::SessionFinished {
            outcome: Outcome::Succeeded,
        },
    );
    Sample::new(plan, tape.0)
}

/// A session that failed and was taken back.
pub(crate) fn rolled_back() -> Sample {
    let plan = plan::plan();
    let mut tape = until_failure(&plan);
    tape.add(200_000, Body::RollbackRequested { by: "ben".into() })
        .add(
            200_100,
            Body::RollbackStarted {
                steps: vec!["add-columns".into()],
                without_undo: vec!["maintenance-on".into()],
                rearmed: vec![],
            },
        )
        .undo(200_200, "add-columns", 400)
        .start(200_700, "maintenance-off", Direction::Forward)
        .succeed(201_700, "maintenance-off", 1_000, None)
        .add(
            201_800,
            Body::SessionFinished {
                outcome: Outcome::RolledBack,
            },
        );
    Sample::new(plan, tape.0)
}
