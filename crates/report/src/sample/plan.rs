//! The plan of the sample sessions.

use std::time::Duration;

use stopover_plan::model::{
    Card, Check, Checklist, Criterion, Engine, Expect, Gate, Item, Kind, Manual, Phase, Plan, Risk,
    Severity, Sql, Step, Target, Test, Undo,
};

fn step(id: &str, title: &str, phase: &str, minutes: u64, kind: Kind) -> Step {
    Step {
        id: id.into(),
        title: title.into(),
        phase: Some(phase.into()),
        after: vec![],
        after_written: false,
        target: Some("shop".into()),
        project: None,
        estimate: Some(Duration::from_secs(minutes * 60)),
        timeout: None,
        start: None,
        owner: None,
        notes: String::new(),
        downtime: false,
        point_of_no_return: false,
        destructive: None,
        idempotent: false,
        finally_for: None,
        kind,
        undo: None,
        line: 1,
    }
}

fn sql(text: &str) -> Sql {
    Sql {
        text: Some(text.into()),
        ..Sql::default()
    }
}

fn check(id: &str, title: &str, severity: Severity) -> Check {
    Check {
        id: id.into(),
        title: title.into(),
        severity,
        target: None,
        test: Test::Sql {
            sql: "SELECT count(*) FROM items WHERE created_by IS NULL".into(),
            expect: Expect::Value("0".into()),
        },
    }
}

pub(super) fn plan() -> Plan {
    let program = |name: &str| {
        Kind::Command(stopover_plan::model::Command {
            run: vec!["./maintenance".into(), name.into()],
            ..Default::default()
        })
    };
    let mut steps = vec![
        step(
            "backup",
            "Back up the shop",
            "prepare",
            2,
            Kind::Backup(Default::default()),
        ),
        step(
            "go",
            "Go or no-go",
            "prepare",
            0,
            Kind::Gate(Gate {
                question: "Is the backup verified and traffic low?".into(),
                approvers: vec!["ben".into(), "cleo".into()],
                approvals: 1,
                runner_may_approve: false,
            }),
        ),
        step(
            "maintenance-on",
            "Maintenance on",
            "change",
            1,
            program("on"),
        ),
        step(
            "add-columns",
            "Add the audit columns",
            "change",
            1,
            Kind::Sql(sql("ALTER TABLE items ADD COLUMN created_by bigint;")),
        ),
        step(
            "populate",
            "Populate created_by",
            "change",
            5,
            Kind::Sql(sql("UPDATE items SET created_by = player_owner;")),
        ),
        step(
            "reindex",
            "Rebuild the indexes",
            "change",
            3,
            program("reindex"),
        ),
        step(
            "announce",
            "Tell support",
            "change",
            1,
            Kind::Manual(Manual {
                instructions: "Post in #support.".into(),
            }),
        ),
        step(
            "maintenance-off",
            "Maintenance off",
            "change",
            1,
            program("off"),
        ),
        step(
            "verify",
            "Verify the audit columns",
            "verify",
            1,
            Kind::Check(vec![
                check("no-null", "Every item has a creator", Severity::Error),
                check("fast", "The list is not slower", Severity::Warning),
            ]),
        ),
    ];
    steps[1].estimate = None;
    steps[2].downtime = true;
    steps[3].undo = Some(Undo::Sql(sql("ALTER TABLE items DROP COLUMN created_by;")));
    steps[4].undo = Some(Undo::Sql(sql("UPDATE items SET created_by = NULL;")));
    steps[7].finally_for = Some("maintenance-on".into());
    for position in 1..steps.len() {
        steps[position].after = vec![steps[position - 1].id.clone()];
    }
    let phase = |id: &str, title: &str| Phase {
        id: id.into(),
        title: title.into(),
        ..Phase::default()
    };
    let item = |id: &str, title: &str, check: Option<&str>| Item {
        id: id.into(),
        title: title.into(),
        owner: None,
        check: check.map(Into::into),
        ..Item::default()
    };
    Plan {
        name: "Audit fields".into(),
        summary: "Adds and fills created_by on items.".into(),
        timezone: Some("Europe/Berlin".into()),
        targets: vec![Target {
            id: "shop".into(),
            engine: Engine::Postgresql,
            summary: String::new(),
            database: Some("shop".into()),
            connection: None,
        }],
        phases: vec![
            phase("prepare", "Prepare"),
            phase("change", "Change"),
            phase("verify", "Verify"),
        ],
        steps,
        checklists: vec![Checklist {
            id: "before".into(),
            title: "Before the change".into(),
            before: None,
            items: vec![
                item("restore-tested", "The backup was restored", None),
                item(
                    "no-nulls",
                    "No item without creator",
                    Some("verify/no-null"),
                ),
                item("told-customers", "Customers were told", None),
            ],
        }],
        risks: vec![Risk {
            id: "loss".into(),
            title: "Rows are lost".into(),
            mitigation: "A backup that was restored.".into(),
            steps: vec!["backup".into()],
        }],
        criteria: vec![
            Criterion {
                id: "filled".into(),
                title: "Every item has a creator".into(),
                check: Some("verify/no-null".into()),
                item: None,
            },
            Criterion {
                id: "told".into(),
                title: "Customers know".into(),
                check: None,
                item: Some("told-customers".into()),
            },
        ],
        cards: vec![Card {
            id: "column-missing".into(),
            issue: "The column player_owner is missing".into(),
            symptoms: vec!["player_owner".into()],
            solution: "Deploy release 41 first.".into(),
            steps: vec![],
        }],
        ..Plan::default()
    }
}
