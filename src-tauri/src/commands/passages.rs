//! Texts of a plan that are too long to be sent with it, and what is said before a step gets another kind.

use std::path::Path;

use stopover_plan::edit::Editor;

use crate::convert::plan::whole_passage;
use crate::problem::aside;
use crate::view::{KindChange, Passage, Problem, Side};

/// Returns one passage of a step with nothing left out, as the file is now.
#[tauri::command]
pub(crate) async fn read_passage(
    path: String,
    step: String,
    side: Side,
    index: usize,
) -> Result<Passage, Problem> {
    aside(move || {
        let opened = stopover_runner::open_plan(Path::new(&path))?;
        whole_passage(&opened, &step, side, index).ok_or_else(|| {
            stopover_plan::Problem::new(
                "no-such-place",
                format!("Step {step} of {path} has no such text any more"),
                "Read the file again.",
            )
            .into()
        })
    })
    .await
}

/// Says what giving a step another kind would keep, take away and need; nothing is changed.
#[tauri::command]
pub(crate) async fn kind_change(
    path: String,
    step: String,
    to: String,
) -> Result<KindChange, Problem> {
    aside(move || {
        let text = crate::draft::read(Path::new(&path))?;
        let change = Editor::open(text)?.kind_change(&step, &to)?;
        Ok(KindChange {
            keeps: change.keeps,
            goes: change.goes,
            needs: change.needs,
        })
    })
    .await
}
