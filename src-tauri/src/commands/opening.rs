//! What the window knows when it opens.

use tauri::State;

use crate::desk::Desk;
use crate::view::{Opening, Problem};

/// Returns the plan of the command line, the journal's place and who sits here.
#[tauri::command]
pub(crate) fn opening(desk: State<'_, Desk>) -> Result<Opening, Problem> {
    let arguments = desk.arguments();
    Ok(Opening {
        plan: arguments
            .plan
            .as_ref()
            .map(|path| path.to_string_lossy().into_owned()),
        journal: desk.journal().to_string_lossy().into_owned(),
        set_aside: desk.damage().told().map(Into::into),
        user: stopover_runner::os_user(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        binds: arguments.binds.clone(),
    })
}
