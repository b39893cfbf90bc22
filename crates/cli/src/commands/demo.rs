//! `stopover demo`: the whole job on the built-in example with an embedded database.

use std::path::{Path, PathBuf};

use serde_json::json;
use stopover_engine::connect::log_in;
use stopover_engine::{Db, Settings};
use stopover_journal::Journal;
use stopover_plan::connection::{Connection, parse_url};
use stopover_plan::model::Kind;
use stopover_plan::{Plan, Problem};
use stopover_runner::{
    Bound, Existing, Opened, Start, Trouble, host_start, open_plan, os_user, write_report,
};

use super::run::observer;
use super::{Done, block_on, exit_code};
use crate::args::DemoArgs;
use crate::output::{Output, line};

const PLAN: &str = include_str!("../../../../examples/audit-fields/sqlite.plan.toml");
const SETUP: &str = include_str!("../../../../examples/audit-fields/setup.sqlite.sql");
/// Name of the saved connection that the example plan proposes.
const CONNECTION: &str = "example";

pub(crate) fn run(out: &Output, journal: &Path, args: &DemoArgs) -> Done {
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None => std::env::temp_dir().join(format!("stopover-demo-{}", std::process::id())),
    };
    let (opened, connection) = prepare(journal, &dir, args.rows)?;
    if args.prepare_only {
        out.document(
            &json!({ "plan": opened.path, "database": connection.database }),
            || opened.path.display().to_string(),
        );
        return Ok(0);
    }
    let start = Start {
        bindings: opened
            .plan
            .targets
            .iter()
            .map(|target| Bound {
                target: target.id.clone(),
                connection: connection.clone(),
                secret: None,
            })
            .collect(),
        signatures: signatures(&opened.plan),
        approvals: approvals(&opened.plan),
        unattended: true,
        ..Start::new(opened.path.clone(), os_user())
    };
    let ended = block_on(async {
        host_start(journal, &start, observer(out, journal, false), |_| {}).await
    })?;
    let report = write_report(
        journal,
        &ended.session,
        &dir.join("report.html"),
        Existing::Replace,
    )?;
    if out.is_json() {
        line(
            &json!({ "report": report.file, "bytes": report.bytes, "sha256": report.sha256 })
                .to_string(),
        );
    } else {
        line(&format!("report: {}", report.file.display()));
    }
    Ok(exit_code(out, &ended))
}

/// Everyone who has to agree does, under a name that says what it is.
fn signatures(plan: &Plan) -> Vec<(String, String)> {
    let items = plan
        .checklists
        .iter()
        .flat_map(|list| &list.items)
        .filter(|item| item.check.is_none())
        .map(|item| item.id.clone());
    let manual = plan
        .steps
        .iter()
        .filter(|step| matches!(step.kind, Kind::Manual(_)))
        .map(|step| step.id.clone());
    items
        .chain(manual)
        .map(|id| (id, "demo".to_owned()))
        .collect()
}

fn approvals(plan: &Plan) -> Vec<(String, String)> {
    plan.steps
        .iter()
        .filter_map(|step| match &step.kind {
            Kind::Gate(gate) => Some((step, gate)),
            _ => None,
        })
        .flat_map(|(step, gate)| {
            let who = match gate.approvers.is_empty() {
                true => vec!["demo".to_owned()],
                false => gate.approvers.clone(),
            };
            who.into_iter()
                .take(gate.approvals.max(1) as usize)
                .map(|who| (step.id.clone(), who))
        })
        .collect()
}

/// Writes the plan and its database, saves the connection, and trusts the plan: it is our own.
fn prepare(journal: &Path, dir: &Path, rows: u64) -> Result<(Opened, Connection), Trouble> {
    let failed = |error: std::io::Error| {
        Trouble::Unreachable(Problem::new(
            "demo-not-written",
            format!(
                "The example could not be written to {}: {error}",
                dir.display()
            ),
            "Name a folder you may write to.",
        ))
    };
    std::fs::create_dir_all(dir).map_err(failed)?;
    let dir = std::fs::canonicalize(dir).map_err(failed)?;
    let database: PathBuf = dir.join("audit-fields.db");
    if database.exists() {
        return Err(Trouble::Refused(Problem::new(
            "demo-exists",
            format!(
                "{} exists; the example starts from a fresh database.",
                database.display()
            ),
            "Name a new folder.",
        )));
    }
    let plan = dir.join("audit-fields.plan.toml");
    std::fs::write(&plan, PLAN).map_err(failed)?;
    let url = format!("sqlite:{}", database.display());
    let (mut connection, _) =
        parse_url(&url).map_err(|problem| Trouble::Problems(vec![problem]))?;
    connection.name = CONNECTION.to_owned();
    block_on(fill(&connection, rows))?;
    let opened = open_plan(&plan)?;
    if !opened.problems.is_empty() {
        return Err(Trouble::Problems(opened.problems));
    }
    let journal = Journal::open(journal)?;
    journal.save_connection(&connection)?;
    journal.trust(&opened.hash, &opened.path.display().to_string(), &os_user())?;
    journal.remember_plan(&opened.path.display().to_string())?;
    Ok((opened, connection))
}

async fn fill(connection: &Connection, rows: u64) -> Result<(), Trouble> {
    let login = log_in(connection, None).await?;
    let mut db = Db::create(&login, &Settings::default()).await?;
    let text = format!(
        "CREATE TABLE example_size (size INTEGER NOT NULL);\nINSERT INTO example_size VALUES ({rows});\n{SETUP}"
    );
    let done = db.run(&text).await;
    db.close().await;
    done.map_err(|error| Trouble::Failed(error.problem()))?;
    Ok(())
}
