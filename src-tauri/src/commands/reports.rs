//! Writing reports.

use std::path::PathBuf;

use tauri::State;

use crate::desk::Desk;
use crate::problem::aside;
use crate::view::{Problem, Written};

/// Writes the report of a session; the end of the file's name chooses the format.
#[tauri::command]
pub(crate) async fn export_report(
    desk: State<'_, Desk>,
    session: String,
    file: String,
) -> Result<Written, Problem> {
    let journal = desk.journal();
    aside(move || {
        let written = stopover_runner::write_report(&journal, &session, &PathBuf::from(file))?;
        Ok(written_view(written))
    })
    .await
}

/// Returns a written file as the window tells it.
pub(super) fn written_view(written: stopover_runner::Written) -> Written {
    Written {
        file: written.file.to_string_lossy().into_owned(),
        bytes: written.bytes,
        sha256: written.sha256,
    }
}
