//! Starting a session: everything that must be true before the first event, then the first events.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use stopover_engine::run::{Access, Attendance, Order, marks_of};
use stopover_journal::Journal;
use stopover_plan::event::Body;
use stopover_plan::session::Session;
use stopover_plan::{Event, Plan, Problem};

use crate::allowed::{confirmed, refuse_unfinished, refuse_what_cannot_run, scope, trusted};
use crate::host::{Ended, Wrap, open_log, run_order};
use crate::orphans::{self, Orphans};
use crate::plan_file::{Opened, heads, open_plan};
use crate::request::{self, Request};
use crate::targets::{bound_targets, open_targets};
use crate::tee::Observer;
use crate::trouble::{Trouble, refused};
use crate::who::host_name;
use crate::wish::Start;
use crate::{adopt, liveness};

/// Runs a session in this process to its end; `started` is told its id once it is in the journal.
///
/// # Errors
/// When it may not or cannot start, or a target is lost for good.
pub async fn host_start(
    journal_path: &Path,
    start: &Start,
    observer: Observer,
    started: impl FnOnce(&str),
) -> Result<Ended, Trouble> {
    host_start_through(journal_path, start, observer, Box::new(|log| log), started).await
}

/// As [`host_start`], with `wrap` between the session and its log.
///
/// # Errors
/// As [`host_start`].
pub async fn host_start_through(
    journal_path: &Path,
    start: &Start,
    observer: Observer,
    wrap: Wrap,
    started: impl FnOnce(&str),
) -> Result<Ended, Trouble> {
    let opened = open_plan(&start.plan_path)?;
    if !opened.problems.is_empty() {
        return Err(Trouble::Problems(opened.problems));
    }
    let scope = scope(&opened.plan, &start.only)?;
    refuse_what_cannot_run(&opened.plan, &scope, start.mode)?;
    let journal = Journal::open(journal_path)?;
    trusted(&journal, &opened, start)?;
    let bound = bound_targets(&opened.plan, &scope, &start.bindings)?;
    let environment = bound
        .values()
        .map(|bound| bound.connection.environment)
        .max()
        .unwrap_or_default();
    confirmed(&opened.plan, &bound, environment, start)?;
    let id = start.adopt.clone().unwrap_or_else(new_id);
    let hold = liveness::hold(journal_path, &id)
        .map_err(|error| journal_folder(&error))?
        .ok_or_else(|| {
            refused(
                "held",
                format!("Session {id} is run by another process."),
                "Attach to it: `stopover events --follow`.",
            )
        })?;
    let targets = open_targets(&opened.plan, bound, &id, &start.by).await?;
    refuse_unfinished(&journal, &targets, start).await?;

    let first = Body::SessionStarted {
        plan: opened.plan.name.clone(),
        plan_path: opened.path.display().to_string(),
        plan_hash: opened.hash.clone(),
        mode: start.mode,
        environment,
        bindings: targets
            .iter()
            .map(|(target, access)| access.binding(target))
            .collect(),
        steps: heads(&opened.plan, &opened.files),
        only: start.only.clone(),
        by: start.by.clone(),
        host: host_name(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        reason: start.reason.clone(),
    };
    // What cannot be granted is refused before there is a session that would stand interrupted.
    let given = wishes(journal_path, &id, &opened.plan, &first, start)?;
    save_plan(&journal, &opened)?;
    let first = journal.create_session(&id, first)?;
    drop(journal);
    let mut session = Session::fold([&first]);
    let log = open_log(journal_path, &id, 0, observer, wrap)?;
    if start.adopt.is_some() {
        orphans::clear(log.as_ref(), &targets, Orphans::Await).await?;
    }
    for found in adopted(&opened, &targets, start).await? {
        log.record(found)?;
    }
    for body in given {
        log.record(body)?;
    }
    started(&id);
    for event in log.since(session.seq)? {
        session.apply(&event);
    }
    let order = order_of(&opened, targets, session, start.unattended);
    run_order(&id, order, log, hold, false).await
}

/// Returns the events of what people gave beforehand, held against the session as it will begin.
fn wishes(
    journal: &Path,
    id: &str,
    plan: &Plan,
    first: &Body,
    start: &Start,
) -> Result<Vec<Body>, Trouble> {
    let draft = Session::fold([&Event {
        seq: 1,
        at_ms: 0,
        mono_ms: None,
        session: id.to_owned(),
        body: first.clone(),
    }]);
    given_beforehand(start)
        .map(|(who, wish)| request::body_of(journal, &draft, plan, &who, &wish))
        .collect()
}

/// Returns what people approved and signed before the session began, each with who.
fn given_beforehand(start: &Start) -> impl Iterator<Item = (String, Request)> {
    let note = || "given at the start".to_owned();
    let approvals = start.approvals.iter().map(move |(gate, who)| {
        let gate = gate.clone();
        (who.clone(), Request::Approve { gate, note: note() })
    });
    let signatures = start.signatures.iter().map(move |(item, who)| {
        let wish = Request::Sign {
            item: item.clone(),
            note: note(),
            evidence: None,
        };
        (who.clone(), wish)
    });
    approvals.chain(signatures)
}

/// Returns what the engine runs.
pub(crate) fn order_of(
    opened: &Opened,
    targets: BTreeMap<String, Access>,
    session: Session,
    unattended: bool,
) -> Order {
    Order {
        plan: opened.plan.clone(),
        folder: opened
            .path
            .parent()
            .map_or_else(|| PathBuf::from("/"), Path::to_path_buf),
        files: opened.files.clone(),
        targets,
        session,
        attendance: match unattended {
            true => Attendance::Unattended,
            false => Attendance::Attended,
        },
    }
}

pub(crate) fn save_plan(journal: &Journal, opened: &Opened) -> Result<(), Trouble> {
    let files: Vec<(String, Vec<u8>)> = opened
        .files
        .iter()
        .map(|(name, text)| (name.clone(), text.clone().into_bytes()))
        .collect();
    let path = opened.path.display().to_string();
    journal.save_plan(&opened.hash, &path, &opened.text, &files)?;
    journal.remember_plan(&path)?;
    Ok(())
}

pub(crate) fn journal_folder(error: &std::io::Error) -> Trouble {
    Trouble::Unreachable(Problem::new(
        "journal-folder",
        format!("The folder of the journal cannot be written: {error}"),
        "Free space or permissions there, or name another journal.",
    ))
}

fn new_id() -> String {
    let now = chrono::Utc::now();
    let salt = u64::from(std::process::id()).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ u64::from(now.timestamp_subsec_nanos()).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    format!("{}-{:06x}", now.format("%Y%m%d-%H%M%S"), salt >> 40)
}

/// Returns the events that the marks of an adopted session stand for.
async fn adopted(
    opened: &Opened,
    targets: &BTreeMap<String, Access>,
    start: &Start,
) -> Result<Vec<Body>, Trouble> {
    let Some(session) = &start.adopt else {
        return Ok(Vec::new());
    };
    let mut marks = Vec::new();
    for access in targets.values() {
        marks.extend(marks_of(access, session).await?);
    }
    let backups = adopt::backups(opened, &marks, session).await;
    Ok(adopt::history(opened, &marks, &backups, &start.by))
}
