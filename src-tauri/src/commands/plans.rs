//! Opening plans, remembering and trusting them.

use std::path::{Path, PathBuf};

use tauri::{State, Webview};

use super::edit::Seat;
use crate::convert::plan::{Consent, plan_view};
use crate::desk::{Desk, open_journal};
use crate::problem::aside;
use crate::view::{Plan, Problem, RecentPlan};

/// Opens a plan file; problems of its content are in the view.
#[tauri::command]
pub(crate) async fn open_plan(
    desk: State<'_, Desk>,
    webview: Webview,
    path: String,
) -> Result<Plan, Problem> {
    let journal = desk.journal();
    let seat = Seat::of(&desk, &webview);
    aside(move || {
        let opened = stopover_runner::open_plan(Path::new(&path))?;
        open_journal(&journal)?.remember_plan(&opened.path.to_string_lossy())?;
        seat.whole(&opened)
    })
    .await
}

/// Returns the plans that were open before, newest first.
#[tauri::command]
pub(crate) async fn recent_plans(desk: State<'_, Desk>) -> Result<Vec<RecentPlan>, Problem> {
    let journal = desk.journal();
    aside(move || recent(&journal)).await
}

/// Takes a plan off the list of recent ones; the file stays.
#[tauri::command]
pub(crate) async fn forget_plan(
    desk: State<'_, Desk>,
    path: String,
) -> Result<Vec<RecentPlan>, Problem> {
    let journal = desk.journal();
    aside(move || {
        open_journal(&journal)?.forget_plan(&path)?;
        recent(&journal)
    })
    .await
}

/// Returns the list, with what became of each file.
fn recent(journal: &Path) -> Result<Vec<RecentPlan>, Problem> {
    let recent = open_journal(journal)?.recent_plans()?;
    Ok(recent
        .into_iter()
        .map(|(path, opened_at_ms)| RecentPlan {
            exists: PathBuf::from(&path).is_file(),
            path,
            opened_at_ms,
        })
        .collect())
}

/// Notes that the person saw what the plan with this hash runs, and trusts it. A file that changed since is refused.
#[tauri::command]
pub(crate) async fn trust_plan(
    desk: State<'_, Desk>,
    path: String,
    hash: String,
) -> Result<Plan, Problem> {
    let journal = desk.journal();
    aside(move || {
        let opened = stopover_runner::open_plan(Path::new(&path))?;
        if opened.hash != hash {
            return Err(stopover_plan::Problem::new(
                "plan-changed",
                format!("{path} was changed since it was shown"),
                "Read the file again and look at its steps.",
            )
            .into());
        }
        let by = stopover_runner::os_user();
        open_journal(&journal)?.trust(&hash, &opened.path.to_string_lossy(), &by)?;
        Ok(plan_view(&opened, Consent::Trusted))
    })
    .await
}
