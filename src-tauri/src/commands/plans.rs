//! Opening plans, remembering and trusting them.

use std::io::Read;
use std::path::{Path, PathBuf};

use tauri::{State, Webview};

use super::edit::Seat;
use crate::convert::plan::{Consent, plan_view};
use crate::desk::{Desk, open_journal};
use crate::problem::aside;
use crate::view::{Plan, Problem, RecentPlan};

/// How much of a file is read for the name of its plan.
const HEAD_BYTES: u64 = 16 * 1024;

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
            name: name_of(Path::new(&path)),
            path,
            opened_at_ms,
        })
        .collect())
}

/// Returns the name of a plan from what stands above its tables; no more of the file is read for a list.
fn name_of(path: &Path) -> Option<String> {
    if !path.is_file() {
        return None;
    }
    let mut head = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    let text = String::from_utf8_lossy(&head);
    let above: String = text
        .split_inclusive('\n')
        .take_while(|line| !line.starts_with('['))
        .collect();
    let name = stopover_plan::parse::open(&above).0.name;
    (!name.trim().is_empty()).then_some(name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_a_plan_by_what_stands_above_its_tables() {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |content: &str| {
            let path = folder.path().join("a.plan.toml");
            std::fs::write(&path, content).expect("it is written");
            name_of(&path)
        };
        let long = format!("name = \"Night\"\n[target.main]\n{}", "#\n".repeat(9_000));
        assert_eq!(of(&long).as_deref(), Some("Night"));
        assert_eq!(of("format = 1\n[target.main]\nname = \"no plan\"\n"), None);
        assert_eq!(of("name = \"  \"\n"), None);
        assert_eq!(of("no TOML at all \u{0}"), None);
        assert_eq!(name_of(&folder.path().join("gone.plan.toml")), None);
        assert_eq!(name_of(folder.path()), None);
    }
}
