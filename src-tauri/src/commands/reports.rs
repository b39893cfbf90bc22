//! Writing reports.

use std::path::PathBuf;

use tauri::State;

use crate::desk::Desk;
use crate::problem::aside;
use crate::view::{Existing, Problem, Written};

/// Writes the report of a session; the end of the file's name chooses the format.
#[tauri::command]
pub(crate) async fn export_report(
    desk: State<'_, Desk>,
    session: String,
    file: String,
    existing: Existing,
) -> Result<Written, Problem> {
    let journal = desk.journal();
    aside(move || {
        let file = PathBuf::from(file);
        Ok(stopover_runner::write_report(&journal, &session, &file, existing.into())?.into())
    })
    .await
}
