//! `stopover sessions`, `show` and `events`: what the journal knows.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use stopover_journal::{Journal, Page};
use stopover_plan::session::{Session, State, Status};
use stopover_runner::{is_alive, state_of};

use super::Done;
use crate::args::{EventsArgs, SessionArgs, SessionsArgs};
use crate::output::Output;
use crate::words::{duration, time};

/// Time between two looks at a journal that is followed.
const FOLLOW: Duration = Duration::from_millis(100);

pub(crate) fn sessions(out: &Output, journal_path: &Path, args: &SessionsArgs) -> Done {
    let journal = Journal::open(journal_path)?;
    let page = Page {
        limit: args.limit,
        ..Page::default()
    };
    let list = journal.sessions(&page)?;
    let rows: Vec<Value> = list
        .iter()
        .map(|summary| {
            let state = match summary.state {
                State::Finished | State::Interrupted | State::Unknown => summary.state,
                state if is_alive(journal_path, &summary.id) => state,
                _ => State::Interrupted,
            };
            json!({
                "id": summary.id,
                "plan": summary.plan,
                "mode": summary.mode,
                "environment": summary.environment,
                "state": state,
                "outcome": summary.outcome,
                "started_at": time(summary.started_at_ms),
                "started_at_ms": summary.started_at_ms,
                "duration_ms": summary.duration_ms,
            })
        })
        .collect();
    out.document(&rows, || match rows.is_empty() {
        true => "No sessions yet. Run a plan: `stopover run PLAN --bind NAME=URL`.".to_owned(),
        false => rows
            .iter()
            .map(|row| {
                format!(
                    "{:<24} {:<12} {:<12} {:<10} {}",
                    row["id"].as_str().unwrap_or_default(),
                    row["outcome"]
                        .as_str()
                        .or(row["state"].as_str())
                        .unwrap_or_default(),
                    row["environment"].as_str().unwrap_or_default(),
                    duration(row["duration_ms"].as_u64().unwrap_or_default()),
                    row["plan"].as_str().unwrap_or_default(),
                )
            })
            .collect::<Vec<_>>()
            .join("\n"),
    });
    Ok(0)
}

/// The fold as one document, with the state that a look at the runner gives.
#[derive(Debug, Serialize)]
pub(crate) struct SessionDocument {
    #[serde(flatten)]
    pub(crate) session: Session,
    started_at: String,
    finished_at: Option<String>,
}

impl SessionDocument {
    pub(crate) fn of(journal: &Path, mut session: Session) -> Self {
        session.state = state_of(journal, &session);
        Self {
            started_at: time(session.started_at_ms),
            finished_at: session.finished_at_ms.map(time),
            session,
        }
    }
}

pub(crate) fn show(out: &Output, journal_path: &Path, args: &SessionArgs) -> Done {
    let journal = Journal::open(journal_path)?;
    let id = journal.resolve(&args.session)?;
    let document = SessionDocument::of(journal_path, journal.into_session(&id)?);
    out.document(&document, || text(&document.session));
    Ok(0)
}

fn text(session: &Session) -> String {
    let state = match session.outcome {
        Some(outcome) => outcome.word().replace('_', " "),
        None => format!("{:?}", session.state).to_lowercase(),
    };
    let mut text = format!(
        "{}  {}\n{} by {} on {}, {}, started {}, {}\n",
        session.id,
        state,
        session.plan,
        session.by,
        session.host,
        session.environment.word(),
        time(session.started_at_ms),
        duration(session.duration_ms),
    );
    for binding in &session.bindings {
        text.push_str(&format!("  {} = {}\n", binding.target, binding.url));
    }
    for step in &session.steps {
        let took = match step.status {
            Status::Waiting => String::new(),
            _ => step.elapsed_ms.map(duration).unwrap_or_default(),
        };
        text.push_str(&format!(
            "  {:<12} {:>8}  {}\n",
            format!("{:?}", step.status).to_lowercase(),
            took,
            step.id
        ));
        if let Some(problem) = &step.problem {
            text.push_str(&format!(
                "                         {}\n                         {}\n",
                problem.message, problem.hint
            ));
        }
    }
    text
}

pub(crate) fn events(out: &Output, journal_path: &Path, args: &EventsArgs) -> Done {
    let journal = Journal::open(journal_path)?;
    let id = journal.resolve(&args.session)?;
    let mut after = args.after;
    loop {
        let alive = is_alive(journal_path, &id);
        let events = journal.events(&id, after, 1000)?;
        for event in &events {
            out.event(event);
            after = event.seq;
        }
        if events.len() < 1000 && (!args.follow || !alive) {
            return Ok(0);
        }
        if events.is_empty() {
            std::thread::sleep(FOLLOW);
        }
    }
}
