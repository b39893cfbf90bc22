//! Starting sessions, asking things of them, listing and opening them.

use std::path::{Path, PathBuf};

use stopover_plan::connection::{Secret, parse_url};
use stopover_plan::event::Mode;
use stopover_plan::model::Engine;
use stopover_runner::{Bound, Trouble, is_alive, needs_runner};
use tauri::State;

use crate::convert::session::session_view;
use crate::desk::{Desk, Secrets, open_journal};
use crate::problem::aside;
use crate::view::{Bind, Problem, Request, Resume, Session, Start};

/// Starts a session in a process of its own and returns its id.
#[tauri::command]
pub(crate) async fn start_session(desk: State<'_, Desk>, start: Start) -> Result<String, Problem> {
    let (journal, secrets) = (desk.journal(), desk.secrets());
    let damage = desk.damage();
    let looked = journal.clone();
    aside(move || Ok(damage.look(&looked)?)).await?;
    let mut order =
        stopover_runner::Start::new(PathBuf::from(&start.plan_path), stopover_runner::os_user());
    for bind in &start.binds {
        order.bindings.push(bound(&journal, &secrets, bind).await?);
    }
    order.mode = Mode::Live;
    order.trust = start.trust;
    order.confirm = start.confirm;
    order.reason = start.reason;
    order.adopt = start.adopt;
    order.unattended = start.unattended;
    aside(move || {
        let id = stopover_runner::start_detached(&journal, &order).map_err(of_start)?;
        for bound in &order.bindings {
            if bound.connection.name.is_empty()
                && let Some(secret) = &bound.secret
            {
                secrets.keep(&typed(&id, &bound.target), Secret::new(secret.clone()));
            }
        }
        Ok(id)
    })
    .await
}

/// Returns the name under which the password of a target that was bound to an address is kept in memory. No
/// connection is called so: a name has no control characters.
fn typed(session: &str, target: &str) -> String {
    format!("{session}\u{0}{target}")
}

/// Names the window's own move where the terminal names its command.
fn of_start(trouble: Trouble) -> Problem {
    let mut problem = Problem::from(trouble);
    if problem.code == "unfinished-session" {
        problem.hint =
            "Open that session here, then go on with it, roll it back or abort it.".to_owned();
    }
    problem
}

/// As [`of_start`], for a session that is to go on.
fn of_resume(trouble: Trouble) -> Problem {
    let mut problem = Problem::from(trouble);
    match problem.code.as_str() {
        "plan-changed" => {
            problem.hint =
                "Read the difference, then accept the plan as it is now, or restore the file."
                    .to_owned();
        }
        "held" => problem.hint = "Wait until the other runner is gone.".to_owned(),
        _ => {}
    }
    problem
}

async fn bound(journal: &Path, secrets: &Secrets, bind: &Bind) -> Result<Bound, Problem> {
    let (connection, secret) = if bind.url.is_empty() {
        let (journal, name) = (journal.to_path_buf(), bind.connection.clone());
        let connection = aside(move || {
            open_journal(&journal)?.connection(&name)?.ok_or_else(|| {
                stopover_plan::Problem::new(
                    "connection-gone",
                    format!("The connection {name} is not saved any more"),
                    "Choose another connection.",
                )
                .into()
            })
        })
        .await?;
        (connection, None)
    } else {
        let (mut connection, secret) = parse_url(&bind.url)?;
        // The name an address proposes is that of no saved connection, and must not be taken for one.
        connection.name.clear();
        if connection.engine == Engine::Sqlite {
            // The runner may have another working folder than the window.
            connection.database = std::path::absolute(&connection.database)
                .map(|path| path.display().to_string())
                .unwrap_or(connection.database);
        }
        (connection, secret)
    };
    let secret = match secret {
        Some(secret) => Some(secret),
        None => super::connections::known(&connection, &bind.target, secrets).await?,
    };
    Ok(Bound {
        target: bind.target.clone(),
        connection,
        secret: secret.map(|secret| secret.expose().to_owned()),
    })
}

/// Goes on with a session whose runner is gone.
#[tauri::command]
pub(crate) async fn resume_session(
    desk: State<'_, Desk>,
    resume: Resume,
) -> Result<Session, Problem> {
    let (journal, secrets) = (desk.journal(), desk.secrets());
    aside(move || {
        let order = resume_order(&journal, &secrets, resume)?;
        stopover_runner::resume_detached(&journal, &order).map_err(of_resume)?;
        view_of(&journal, &order.session)
    })
    .await
}

fn resume_order(
    journal: &Path,
    secrets: &Secrets,
    resume: Resume,
) -> Result<stopover_runner::Resume, Problem> {
    let session = open_journal(journal)?.session(&resume.session)?;
    for given in resume.passwords {
        secrets.keep(
            &typed(&session.id, &given.target),
            Secret::new(given.password),
        );
    }
    Ok(stopover_runner::Resume {
        secrets: session
            .bindings
            .iter()
            .filter_map(|binding| {
                let secret = match &binding.connection {
                    Some(name) => secrets.get(name)?,
                    None => secrets.get(&typed(&session.id, &binding.target))?,
                };
                Some((binding.target.clone(), secret.expose().to_owned()))
            })
            .collect(),
        session: session.id,
        bindings: Vec::new(),
        accept_change: resume.accept_change,
        end_orphans: resume.end_orphans,
        unattended: false,
        by: stopover_runner::os_user(),
    })
}

/// Asks something of a session; a runner is started when none lives and the request needs one.
#[tauri::command]
pub(crate) async fn request_session(
    desk: State<'_, Desk>,
    session: String,
    request: Request,
) -> Result<Session, Problem> {
    let (journal, secrets) = (desk.journal(), desk.secrets());
    aside(move || {
        let (request, by) = asked(request);
        let by = by.unwrap_or_else(stopover_runner::os_user);
        let after = stopover_runner::request(&journal, &session, &by, &request)?;
        if needs_runner(&after, &request) && !is_alive(&journal, &after.id) {
            let order = resume_order(
                &journal,
                &secrets,
                Resume {
                    session: after.id.clone(),
                    accept_change: false,
                    end_orphans: false,
                    passwords: Vec::new(),
                },
            )?;
            stopover_runner::resume_detached(&journal, &order).map_err(of_resume)?;
        }
        view_of(&journal, &after.id)
    })
    .await
}

/// Takes a request of the window apart: what is asked, and who asks when it is not the person at this machine.
fn asked(request: Request) -> (stopover_runner::Request, Option<String>) {
    use stopover_runner::Request as R;
    match request {
        Request::Pause => (R::Pause, None),
        Request::Resume => (R::Resume, None),
        Request::Abort => (R::Abort, None),
        Request::Rollback => (R::Rollback, None),
        Request::Retry { step } => (R::Retry { step }, None),
        Request::Skip { step, reason } => (R::Skip { step, reason }, None),
        Request::Approve { gate, note, by } => (R::Approve { gate, note }, Some(by)),
        Request::Sign {
            item,
            note,
            evidence,
            by,
        } => {
            let evidence = evidence.map(PathBuf::from);
            (
                R::Sign {
                    item,
                    note,
                    evidence,
                },
                Some(by),
            )
        }
        Request::Settle {
            step,
            applied,
            note,
        } => (
            R::Settle {
                step,
                applied,
                note,
            },
            None,
        ),
        Request::AnswerFinally { accepted } => (R::AnswerFinally { accepted }, None),
    }
}

fn view_of(journal: &Path, id: &str) -> Result<Session, Problem> {
    session_view(journal, &open_journal(journal)?, id)
}

/// Opens a session with the plan as it was run.
#[tauri::command]
pub(crate) async fn open_session(desk: State<'_, Desk>, id: String) -> Result<Session, Problem> {
    let path = desk.journal();
    aside(move || {
        let journal = open_journal(&path)?;
        let mut view = session_view(&path, &journal, &id)?;
        view.plan = crate::convert::plan::kept_plan(&journal, &view.head)?;
        Ok(view)
    })
    .await
}
