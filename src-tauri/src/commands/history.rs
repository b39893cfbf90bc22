//! History: lists of sessions, past runs of steps, two sessions side by side.

use std::path::PathBuf;

use tauri::State;

use crate::convert::history::{comparison, page, past};
use crate::convert::session::line_view;
use crate::desk::{Desk, open_journal};
use crate::problem::aside;
use crate::view::{Comparison, Existing, Filter, Past, PlanRun, Problem, SessionLine, Written};

/// Sessions in one answer.
const PAGE: usize = 50;

/// Returns the sessions before `before` that the filter lets through, newest first.
#[tauri::command]
pub(crate) async fn list_sessions(
    desk: State<'_, Desk>,
    before: Option<String>,
    filter: Filter,
) -> Result<Vec<SessionLine>, Problem> {
    let (path, damage) = (desk.journal(), desk.damage());
    aside(move || {
        damage.look(&path)?;
        let sessions = open_journal(&path)?.sessions(&page(filter, before, PAGE))?;
        Ok(sessions
            .iter()
            .map(|summary| line_view(&path, summary))
            .collect())
    })
    .await
}

/// Returns the plans that have sessions, the one run last first.
#[tauri::command]
pub(crate) async fn plans_run(desk: State<'_, Desk>) -> Result<Vec<PlanRun>, Problem> {
    let path = desk.journal();
    aside(move || {
        let plans = open_journal(&path)?.plans_run()?;
        Ok(plans
            .into_iter()
            .map(|plan| PlanRun {
                path: plan.path,
                name: plan.name,
                sessions: plan.sessions,
            })
            .collect())
    })
    .await
}

/// Returns how long the steps of a session took in earlier sessions of its plan and environment.
#[tauri::command]
pub(crate) async fn past_runs(desk: State<'_, Desk>, id: String) -> Result<Vec<Past>, Problem> {
    let path = desk.journal();
    aside(move || Ok(past(open_journal(&path)?.past_steps(&id)?))).await
}

/// Holds two sessions against each other.
#[tauri::command]
pub(crate) async fn compare_sessions(
    desk: State<'_, Desk>,
    left: String,
    right: String,
) -> Result<Comparison, Problem> {
    let path = desk.journal();
    aside(move || {
        let compared = stopover_runner::compare(&path, &left, &right)?;
        let journal = open_journal(&path)?;
        let line = |id: &str| -> Result<SessionLine, Problem> {
            Ok(line_view(&path, &journal.summary(id)?))
        };
        Ok(comparison(compared, line(&left)?, line(&right)?))
    })
    .await
}

/// Writes two sessions side by side; the end of the file's name chooses the format.
#[tauri::command]
pub(crate) async fn export_comparison(
    desk: State<'_, Desk>,
    left: String,
    right: String,
    file: String,
    existing: Existing,
) -> Result<Written, Problem> {
    let path = desk.journal();
    aside(move || {
        let file = PathBuf::from(file);
        let existing = existing.into();
        Ok(stopover_runner::write_comparison(&path, &left, &right, &file, existing)?.into())
    })
    .await
}
