//! Resuming a session: the same plan, the same databases, and what an earlier runner may have left behind.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stopover_engine::run::Access;
use stopover_journal::Journal;
use stopover_plan::Problem;
use stopover_plan::connection::{Connection, parse_url};
use stopover_plan::event::{Binding, Body};
use stopover_plan::session::{Session, State};

use crate::host::{Ended, Wrap, open_log, run_order};
use crate::leftovers;
use crate::liveness;
use crate::orphans::{self, Orphans};
use crate::password::password_of;
use crate::plan_file::{Opened, heads, open_plan};
use crate::start::{journal_folder, order_of, save_plan};
use crate::targets::open_targets;
use crate::tee::Observer;
use crate::trouble::Trouble;
use crate::wish::Bound;

/// A session to be continued.
#[derive(Clone, Serialize, Deserialize)]
pub struct Resume {
    /// Session id.
    pub session: String,
    /// Passwords by target; they travel through a pipe only.
    pub secrets: Vec<(String, String)>,
    /// Connections that replace those the session began with; they must lead to the same databases.
    pub bindings: Vec<Bound>,
    /// True: a changed plan is accepted.
    pub accept_change: bool,
    /// True: server processes of an earlier runner are ended instead of awaited.
    pub end_orphans: bool,
    /// As in a start.
    pub unattended: bool,
    /// Who resumes.
    pub by: String,
}

impl std::fmt::Debug for Resume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resume")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// Continues a session in this process to its end; `started` is told its id once a runner holds it.
///
/// # Errors
/// When another runner holds it, the plan changed, a database is another one, or a target cannot be reached.
pub async fn host_resume(
    journal_path: &Path,
    resume: &Resume,
    observer: Observer,
    started: impl FnOnce(&str),
) -> Result<Ended, Trouble> {
    host_resume_through(journal_path, resume, observer, Box::new(|log| log), started).await
}

/// As [`host_resume`], with `wrap` between the session and its log.
///
/// # Errors
/// As [`host_resume`].
pub async fn host_resume_through(
    journal_path: &Path,
    resume: &Resume,
    observer: Observer,
    wrap: Wrap,
    started: impl FnOnce(&str),
) -> Result<Ended, Trouble> {
    let journal = Journal::open(journal_path)?;
    let id = journal.resolve(&resume.session)?;
    let hold = liveness::hold(journal_path, &id)
        .map_err(|error| journal_folder(&error))?
        .ok_or_else(|| {
            Trouble::Refused(Problem::new(
                "held",
                format!("Session {id} is run by another process."),
                "Attach to it: `stopover events --follow`.",
            ))
        })?;
    let session = journal.session(&id)?;
    refuse_finished(&session)?;
    let (opened, changed) = plan_now(&journal, &session, resume)?;
    let bound = bindings(&journal, &session, resume)?;
    let targets = open_again(&opened, &session, bound, resume).await?;
    if changed {
        save_plan(&journal, &opened)?;
    }
    drop(journal);
    let log = open_log(journal_path, &id, session.seq, observer, wrap)?;
    if changed {
        log.record(Body::PlanChanged {
            from: session.plan_hash.clone(),
            to: opened.hash.clone(),
            by: resume.by.clone(),
            steps: heads(&opened.plan, &opened.files),
        })?;
    }
    let what = match resume.end_orphans {
        true => Orphans::End,
        false => Orphans::Await,
    };
    orphans::clear(log.as_ref(), &targets, what).await?;
    leftovers::clear(log.as_ref(), &opened.plan, &targets, &session).await?;
    started(&id);
    let mut session = session;
    for event in log.since(session.seq)? {
        session.apply(&event);
    }
    let order = order_of(&opened, targets, session, resume.unattended);
    run_order(&id, order, log, hold, true).await
}

/// A session that is over goes on only where a person asked for something more.
fn refuse_finished(session: &Session) -> Result<(), Trouble> {
    let asked = session.rollback_requested
        || !session.skips_requested.is_empty()
        || session.rolling_back
            && session.outcome != Some(stopover_plan::event::Outcome::RolledBack)
        || session.outcome == Some(stopover_plan::event::Outcome::Failed)
            && !session
                .steps
                .iter()
                .any(|step| step.status == stopover_plan::session::Status::Failed);
    if session.state == State::Finished && !asked {
        return Err(Trouble::Refused(Problem::new(
            "session-finished",
            format!("Session {} is over.", session.id),
            "Retry or skip its failed step, roll it back, or start a new session.",
        )));
    }
    Ok(())
}

/// Returns the plan the session goes on with, and whether it differs from the one it ran so far.
fn plan_now(
    journal: &Journal,
    session: &Session,
    resume: &Resume,
) -> Result<(Opened, bool), Trouble> {
    let saved = journal.plan_text(&session.plan_hash)?.unwrap_or_default();
    let path = Path::new(&session.plan_path);
    if !path.exists() {
        return Ok((from_journal(journal, session, saved)?, false));
    }
    let opened = open_plan(path)?;
    if opened.hash == session.plan_hash {
        return Ok((opened, false));
    }
    if !resume.accept_change {
        return Err(Trouble::Refused(Problem::new(
            "plan-changed",
            format!(
                "The plan {} changed since session {} ran it:\n{}",
                session.plan_path,
                session.id,
                difference(&saved, &opened.text)
            ),
            "Read the difference, then resume with --accept-change, or restore the file.",
        )));
    }
    if !opened.problems.is_empty() {
        return Err(Trouble::Problems(opened.problems));
    }
    Ok((opened, true))
}

/// The plan file is gone; the session goes on with the text it began with.
fn from_journal(journal: &Journal, session: &Session, text: String) -> Result<Opened, Trouble> {
    let (plan, problems) = stopover_plan::parse::open(&text);
    let files = journal
        .plan_files(&session.plan_hash)?
        .into_iter()
        .map(|(name, content)| (name, String::from_utf8_lossy(&content).into_owned()))
        .collect();
    Ok(Opened {
        path: session.plan_path.clone().into(),
        plan,
        problems,
        text,
        hash: session.plan_hash.clone(),
        files,
    })
}

/// Returns a unified difference of two plans, at most 200 lines.
fn difference(before: &str, now: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, now);
    let text = diff.unified_diff().context_radius(2).to_string();
    let mut lines: Vec<&str> = text.lines().take(200).collect();
    if text.lines().count() > lines.len() {
        lines.push("… more");
    }
    match lines.is_empty() {
        true => "(a file that the plan names changed)".to_owned(),
        false => lines.join("\n"),
    }
}

fn bindings(
    journal: &Journal,
    session: &Session,
    resume: &Resume,
) -> Result<BTreeMap<String, Bound>, Trouble> {
    let mut bound = BTreeMap::new();
    for binding in &session.bindings {
        let given = resume
            .bindings
            .iter()
            .find(|bound| bound.target == binding.target);
        let mut chosen = match given {
            Some(given) => given.clone(),
            None => Bound {
                target: binding.target.clone(),
                connection: connection_of(journal, binding)?,
                secret: None,
            },
        };
        let secret = resume
            .secrets
            .iter()
            .find(|(target, _)| *target == binding.target)
            .map(|(_, secret)| secret.clone());
        if secret.is_some() {
            chosen.secret = secret;
        }
        if chosen.secret.is_none() {
            chosen.secret = password_of(&chosen.connection, &binding.target)?
                .map(|secret| secret.expose().to_owned());
        }
        bound.insert(binding.target.clone(), chosen);
    }
    Ok(bound)
}

/// Returns how the binding was reached: the saved connection it came from, or its address.
fn connection_of(journal: &Journal, binding: &Binding) -> Result<Connection, Trouble> {
    let saved = match &binding.connection {
        Some(name) => journal.connection(name)?,
        None => None,
    };
    let mut connection = match saved {
        Some(connection) => connection,
        None => {
            parse_url(&binding.url)
                .map_err(|problem| Trouble::Problems(vec![problem]))?
                .0
        }
    };
    connection.name = binding.connection.clone().unwrap_or_default();
    connection.environment = binding.environment;
    connection.read_only = binding.read_only;
    Ok(connection)
}

/// Opens the targets; the lock of a runner that just died may take a moment to go.
async fn open_again(
    opened: &Opened,
    session: &Session,
    bound: BTreeMap<String, Bound>,
    resume: &Resume,
) -> Result<BTreeMap<String, Access>, Trouble> {
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    let targets = loop {
        match open_targets(&opened.plan, bound.clone(), &session.id, &resume.by).await {
            Ok(targets) => break targets,
            Err(Trouble::Refused(problem))
                if problem.code == "held"
                    && problem.message.contains(&session.id)
                    && std::time::Instant::now() < deadline => {}
            Err(trouble) => return Err(trouble),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    for (target, access) in &targets {
        let now = access.binding(target);
        let before = session
            .bindings
            .iter()
            .find(|binding| binding.target == *target);
        if let Some(before) = before
            && before.identity != now.identity
        {
            return Err(Trouble::Refused(Problem::new(
                "wrong-database",
                format!(
                    "Target {target} now leads to another database ({}) than session {} began with ({}).",
                    now.database, session.id, before.database
                ),
                "Bind the original database: --bind NAME=URL.",
            )));
        }
    }
    Ok(targets)
}
