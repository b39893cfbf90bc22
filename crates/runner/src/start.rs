//! Starting a session: everything that must be true before the first event, then the first events.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use stopover_engine::run::{Access, Attendance, Order, marked_sessions, marks_of};
use stopover_journal::Journal;
use stopover_plan::connection::{Connection, Secret};
use stopover_plan::event::{Body, Mode};
use stopover_plan::model::{Environment, Kind};
use stopover_plan::session::Session;
use stopover_plan::{Event, Plan, Problem};

use crate::host::{Ended, Wrap, open_log, run_order};
use crate::orphans::{self, Orphans};
use crate::plan_file::{Opened, heads, open_plan};
use crate::request::{self, Request};
use crate::tee::Observer;
use crate::trouble::Trouble;
use crate::who::host_name;
use crate::{adopt, liveness};

/// A target and how it is reached for this session.
#[derive(Clone, Serialize, Deserialize)]
pub struct Bound {
    /// Target id of the plan.
    pub target: String,
    /// How to reach it.
    pub connection: Connection,
    /// Password; travels through a pipe only and is written nowhere.
    pub secret: Option<String>,
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bound")
            .field("target", &self.target)
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}

/// What a person wants to be run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Start {
    /// Plan file.
    pub plan_path: PathBuf,
    /// Its targets.
    pub bindings: Vec<Bound>,
    /// Mode.
    pub mode: Mode,
    /// True: the person saw the steps and trusts them.
    pub trust: bool,
    /// What was typed to confirm production: the plan's name or the database's.
    pub confirm: Option<String>,
    /// Why production runs without a rehearsal.
    pub reason: Option<String>,
    /// Steps to run; empty: all.
    pub only: Vec<String>,
    /// Gates approved beforehand, with who.
    pub approvals: Vec<(String, String)>,
    /// Items signed beforehand, with who.
    pub signatures: Vec<(String, String)>,
    /// Who runs it.
    pub by: String,
    /// True: on failure the `finally_for` steps run and the session ends. False: it waits for a choice.
    pub unattended: bool,
    /// An unfinished session whose marks lie in the target and whose journal is lost: its steps count as done.
    #[serde(default)]
    pub adopt: Option<String>,
}

impl Start {
    /// Returns a live, attended start of the whole plan by `by`, without bindings.
    pub fn new(plan_path: PathBuf, by: String) -> Self {
        Self {
            plan_path,
            bindings: Vec::new(),
            mode: Mode::Live,
            trust: false,
            confirm: None,
            reason: None,
            only: Vec::new(),
            approvals: Vec::new(),
            signatures: Vec::new(),
            by,
            unattended: false,
            adopt: None,
        }
    }
}

fn refused(code: &str, message: String, hint: impl Into<String>) -> Trouble {
    Trouble::Refused(Problem::new(code, message, hint))
}

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

fn scope<'a>(plan: &'a Plan, only: &[String]) -> Result<BTreeSet<&'a str>, Trouble> {
    for id in only {
        if plan.step(id).is_none() {
            return Err(Trouble::Problems(vec![Problem::new(
                "unknown-step",
                format!("The plan has no step {id}."),
                "Name a step of the plan.",
            )]));
        }
    }
    if plan.steps.is_empty() {
        return Err(Trouble::Problems(vec![Problem::new(
            "plan-empty",
            "The plan has no steps.",
            "Add a step to it.",
        )]));
    }
    Ok(plan
        .steps
        .iter()
        .map(|step| step.id.as_str())
        .filter(|id| only.is_empty() || only.iter().any(|chosen| chosen == id))
        .collect())
}

fn refuse_what_cannot_run(plan: &Plan, scope: &BTreeSet<&str>, mode: Mode) -> Result<(), Trouble> {
    if mode == Mode::Rehearsal {
        return Err(refused(
            "rehearsal-later",
            "This version cannot rehearse a plan.".to_owned(),
            "Bind a copy of the database as environment staging and run it live there.",
        ));
    }
    for step in &plan.steps {
        if let Kind::Later(word) = &step.kind
            && scope.contains(step.id.as_str())
        {
            return Err(refused(
                "kind-later",
                format!(
                    "Step {} is of kind {word}, which this version cannot run.",
                    step.id
                ),
                "Write it as sql or command, or leave it out with --only.",
            ));
        }
    }
    Ok(())
}

fn trusted(journal: &Journal, opened: &Opened, start: &Start) -> Result<(), Trouble> {
    if journal.is_trusted(&opened.hash)? {
        return Ok(());
    }
    if start.trust {
        let path = opened.path.display().to_string();
        journal.trust(&opened.hash, &path, &start.by)?;
        return Ok(());
    }
    Err(refused(
        "not-trusted",
        format!(
            "The plan {} was not trusted in its present form, so nothing of it runs.",
            opened.path.display()
        ),
        "Read its steps, then run it with --trust.",
    ))
}

fn bound_targets(
    plan: &Plan,
    scope: &BTreeSet<&str>,
    bindings: &[Bound],
) -> Result<BTreeMap<String, Bound>, Trouble> {
    for bound in bindings {
        if plan.target(&bound.target).is_none() {
            return Err(Trouble::Problems(vec![Problem::new(
                "unknown-target",
                format!("The plan has no target {}.", bound.target),
                "Bind a target that the plan names.",
            )]));
        }
    }
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for step in plan
        .steps
        .iter()
        .filter(|step| scope.contains(step.id.as_str()))
    {
        used.extend(step.target.as_deref());
        if let Kind::Check(checks) = &step.kind {
            for check in checks {
                used.extend(check.target.as_deref());
                if let stopover_plan::model::Test::Equal { right_target, .. } = &check.test {
                    used.extend(right_target.as_deref());
                }
            }
        }
    }
    let mut chosen = BTreeMap::new();
    for id in used {
        let Some(target) = plan.target(id) else {
            continue;
        };
        let Some(bound) = bindings.iter().find(|bound| bound.target == id) else {
            return Err(Trouble::Problems(vec![Problem::new(
                "target-unbound",
                format!("Target {id} is bound to no connection."),
                format!("Bind it: --bind {id}=URL."),
            )]));
        };
        if bound.connection.engine != target.engine {
            return Err(Trouble::Problems(vec![Problem::new(
                "wrong-engine",
                format!(
                    "Target {id} needs {}, and its connection leads to {}.",
                    target.engine.word(),
                    bound.connection.engine.word()
                ),
                "Bind a connection of that engine.",
            )]));
        }
        chosen.insert(id.to_owned(), bound.clone());
    }
    Ok(chosen)
}

fn confirmed(
    plan: &Plan,
    bound: &BTreeMap<String, Bound>,
    environment: Environment,
    start: &Start,
) -> Result<(), Trouble> {
    if environment != Environment::Production {
        return Ok(());
    }
    let names: Vec<&str> = bound
        .values()
        .filter(|bound| bound.connection.environment == Environment::Production)
        .map(|bound| bound.connection.database.as_str())
        .chain([plan.name.as_str()])
        .collect();
    if !start
        .confirm
        .as_deref()
        .is_some_and(|typed| names.contains(&typed))
    {
        return Err(refused(
            "not-confirmed",
            format!("The plan {} would run in production.", plan.name),
            format!("Confirm it by typing the name: --confirm {:?}.", names[0]),
        ));
    }
    if start
        .reason
        .as_deref()
        .is_none_or(|reason| reason.trim().is_empty())
    {
        return Err(refused(
            "not-rehearsed",
            format!(
                "The plan {} was not rehearsed and would run in production.",
                plan.name
            ),
            "Rehearse it, or state why not: --reason TEXT.",
        ));
    }
    Ok(())
}

pub(crate) async fn open_targets(
    plan: &Plan,
    bound: BTreeMap<String, Bound>,
    session: &str,
    by: &str,
) -> Result<BTreeMap<String, Access>, Trouble> {
    let mut targets = BTreeMap::new();
    let label = format!("{by}@{}", host_name());
    for (id, bound) in bound {
        let secret = bound.secret.map(Secret::new);
        let access = Access::open(bound.connection, secret, session, &label).await?;
        let binding = access.binding(&id);
        let expected = plan
            .target(&id)
            .and_then(|target| target.database.as_deref());
        if let Some(expected) = expected
            && !names_database(expected, &binding.database)
        {
            return Err(refused(
                "wrong-database",
                format!(
                    "Target {id} is to be the database {expected}, and the connection leads to {}.",
                    binding.database
                ),
                "Bind the connection of that database.",
            ));
        }
        targets.insert(id, access);
    }
    Ok(targets)
}

/// Compares a database's name; of an SQLite file the file name alone may be given.
fn names_database(expected: &str, found: &str) -> bool {
    expected == found
        || Path::new(found)
            .file_name()
            .is_some_and(|name| name.to_string_lossy() == expected)
}

/// Refuses a target on which a session stands unfinished: its marks are there.
async fn refuse_unfinished(
    journal: &Journal,
    targets: &BTreeMap<String, Access>,
    start: &Start,
) -> Result<(), Trouble> {
    for (target, access) in targets {
        for session in marked_sessions(access).await? {
            if start.adopt.as_deref() == Some(session.as_str()) {
                continue;
            }
            if journal.summary(&session).is_ok() {
                return Err(refused(
                    "unfinished-session",
                    format!("Session {session} on target {target} is not finished."),
                    format!("Resume it, roll it back or abort it: `stopover resume {session}`."),
                ));
            }
            return Err(Trouble::NeedsPerson(Problem::new(
                "unknown-session",
                format!(
                    "Target {target} carries the marks of session {session}, which this journal does not know."
                ),
                format!(
                    "Run the plan with --adopt {session} to go on after the steps that are marked as done, or with the journal that knows it."
                ),
            )));
        }
    }
    Ok(())
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
