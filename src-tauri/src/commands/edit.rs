//! Changing plan files: edits, undo, what is asked when two changes meet, new plans.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use stopover_plan::template;
use stopover_runner::Opened;
use tauri::{State, Webview};

use crate::convert::edit::edited_from;
use crate::convert::kept::kept;
use crate::convert::plan::{Consent, plan_view};
use crate::desk::{Desk, open_journal};
use crate::draft::{
    Act, Draft, Drafts, Outcome, Told, create, difference, lock, name_beside, read, unreadable,
};
use crate::problem::aside;
use crate::view::{Choice, Clash, Edit, Edited, Kept, NewPlan, Plan, Problem, Template};

/// A window's seat at the desk: what a command on a plan file needs, and what that window was shown.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    journal: PathBuf,
    drafts: Drafts,
    told: Told,
    window: String,
}

impl Seat {
    /// Returns the seat of the window that asks.
    pub(crate) fn of(desk: &Desk, webview: &Webview) -> Self {
        Self {
            journal: desk.journal(),
            drafts: desk.drafts(),
            told: desk.told(),
            window: webview.label().to_owned(),
        }
    }

    /// Changes a file under its lock and returns it as it is then.
    fn change(
        &self,
        path: &Path,
        work: impl FnOnce(&mut Draft) -> Result<Outcome, stopover_plan::Problem>,
    ) -> Result<Edited, Problem> {
        let draft = self.drafts.of(path);
        let mut draft = lock(&draft);
        let outcome = work(&mut draft)?;
        let opened = match draft.open() {
            Some(known) => stopover_runner::open_known(path, known)?,
            None => stopover_runner::open_plan(path)?,
        };
        self.see(&mut draft, &opened, &outcome)
    }

    /// Returns a file as it is now, and notes that the window was told.
    pub(crate) fn see(
        &self,
        draft: &mut Draft,
        opened: &Opened,
        outcome: &Outcome,
    ) -> Result<Edited, Problem> {
        let mut plan = self.view(opened)?;
        draft.show(&opened.hash, &opened.text, opened.plan.files());
        let before = self.told.tell(&self.window, &opened.path, &plan);
        let kept = before.map(|before| {
            let (runs, told) = kept(&before.steps, &plan.steps);
            plan.steps = told;
            Kept {
                since: before.hash,
                runs,
            }
        });
        Ok(Edited {
            turn: self.drafts.turn(),
            plan,
            kept,
            undoable: draft.undoable(),
            redoable: draft.redoable(),
            clash: clash(draft, &opened.path),
            merged: *outcome == Outcome::Merged,
        })
    }

    /// Returns a plan that a command shows by itself, whole, and notes it.
    pub(crate) fn whole(&self, opened: &Opened) -> Result<Plan, Problem> {
        let draft = self.drafts.of(&opened.path);
        let mut draft = lock(&draft);
        let plan = self.view(opened)?;
        draft.show(&opened.hash, &opened.text, opened.plan.files());
        self.told.tell(&self.window, &opened.path, &plan);
        Ok(plan)
    }

    /// Returns the draft of a file.
    pub(crate) fn draft(&self, path: &Path) -> Arc<std::sync::Mutex<Draft>> {
        self.drafts.of(path)
    }

    /// Returns true when the window was shown the file with this hash last.
    pub(crate) fn knows(&self, path: &Path, hash: &str) -> bool {
        self.told.knows(&self.window, path, hash)
    }

    fn view(&self, opened: &Opened) -> Result<Plan, Problem> {
        let trusted = open_journal(&self.journal)?.is_trusted(&opened.hash)?;
        let consent = if trusted {
            Consent::Trusted
        } else {
            Consent::Asked
        };
        Ok(plan_view(opened, consent))
    }
}

/// Returns the question a person is asked, as it is now.
pub(crate) fn clash(draft: &Draft, path: &Path) -> Option<Clash> {
    let pending = draft.clash()?;
    let beside = name_beside(path);
    Some(Clash {
        what: match &pending.act {
            Act::Edit(what) => what.clone(),
            Act::Undo => "Undo".to_owned(),
            Act::Redo => "Redo".to_owned(),
        },
        mine: difference(&pending.base, &pending.mine),
        theirs: difference(&pending.base, &pending.theirs),
        beside: beside
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
    })
}

/// Makes edits on the plan the window shows, all or none, and saves the file.
#[tauri::command]
pub(crate) async fn edit_plan(
    desk: State<'_, Desk>,
    webview: Webview,
    path: String,
    base_hash: String,
    what: String,
    edits: Vec<Edit>,
) -> Result<Edited, Problem> {
    let seat = Seat::of(&desk, &webview);
    aside(move || edit_in(&seat, Path::new(&path), &base_hash, &what, &edits)).await
}

fn edit_in(
    seat: &Seat,
    path: &Path,
    base_hash: &str,
    what: &str,
    edits: &[Edit],
) -> Result<Edited, Problem> {
    seat.change(path, |draft| {
        settled(draft)?;
        let base = match draft.text(base_hash) {
            Some(text) => text,
            None => shown_before(path, base_hash)?,
        };
        let editor = edited_from(draft.editor(&base)?, edits)?;
        let mine = editor.clone().into_text();
        draft.keep_open(editor);
        if mine == base {
            return Ok(Outcome::Written);
        }
        draft.edit(path, what, &base, &mine)
    })
}

/// Refuses a further change while a person is asked about one.
fn settled(draft: &Draft) -> Result<(), stopover_plan::Problem> {
    if draft.clash().is_none() {
        return Ok(());
    }
    Err(stopover_plan::Problem::new(
        "clash-open",
        "An earlier change of this plan is not settled yet",
        "Settle it first.",
    ))
}

/// Returns the file when it still is what a window of an earlier process showed.
fn shown_before(path: &Path, hash: &str) -> Result<Arc<str>, stopover_plan::Problem> {
    let opened = stopover_runner::open_plan(path).map_err(|trouble| trouble.problem())?;
    if opened.hash == hash {
        return Ok(opened.text.into());
    }
    Err(stopover_plan::Problem::new(
        "plan-changed",
        format!("{} was changed since it was shown", path.display()),
        "Read the file again, then make the change again.",
    ))
}

/// Works on the draft of a file beside the threads that answer the window.
async fn in_draft(
    desk: &Desk,
    webview: &Webview,
    path: String,
    work: impl FnOnce(&mut Draft, &Path) -> Result<Outcome, stopover_plan::Problem> + Send + 'static,
) -> Result<Edited, Problem> {
    let seat = Seat::of(desk, webview);
    aside(move || {
        let path = Path::new(&path);
        seat.change(path, |draft| work(draft, path))
    })
    .await
}

/// Takes back the last edit made here.
#[tauri::command]
pub(crate) async fn undo_plan(
    desk: State<'_, Desk>,
    webview: Webview,
    path: String,
) -> Result<Edited, Problem> {
    in_draft(&desk, &webview, path, |draft, path| {
        settled(draft)?;
        draft.undo(path)
    })
    .await
}

/// Makes the edit again that was taken back last.
#[tauri::command]
pub(crate) async fn redo_plan(
    desk: State<'_, Desk>,
    webview: Webview,
    path: String,
) -> Result<Edited, Problem> {
    in_draft(&desk, &webview, path, |draft, path| {
        settled(draft)?;
        draft.redo(path)
    })
    .await
}

/// Ends a clash as the person chose.
#[tauri::command]
pub(crate) async fn settle_plan(
    desk: State<'_, Desk>,
    webview: Webview,
    path: String,
    choice: Choice,
) -> Result<Edited, Problem> {
    in_draft(&desk, &webview, path, move |draft, path| match choice {
        Choice::Mine => draft.keep_mine(path),
        Choice::Theirs => {
            draft.keep_theirs();
            Ok(Outcome::Written)
        }
        Choice::Beside => draft.save_beside(path).map(|_| Outcome::Written),
    })
    .await
}

/// Writes a file that is gone again, as it was shown last.
#[tauri::command]
pub(crate) async fn rewrite_plan(
    desk: State<'_, Desk>,
    webview: Webview,
    path: String,
) -> Result<Edited, Problem> {
    in_draft(&desk, &webview, path, |draft, path| {
        let text = draft
            .last_text()
            .ok_or_else(|| unreadable(path, &std::io::ErrorKind::NotFound.into()))?;
        create(path, &text)?;
        Ok(Outcome::Written)
    })
    .await
}

/// Writes a new plan, never over a file that is there, and opens it.
#[tauri::command]
pub(crate) async fn create_plan(
    desk: State<'_, Desk>,
    webview: Webview,
    plan: NewPlan,
) -> Result<Plan, Problem> {
    let seat = Seat::of(&desk, &webview);
    aside(move || {
        let path = Path::new(&plan.path);
        let name = plan.name.trim();
        if name.is_empty() {
            return Err(stopover_plan::Problem::new(
                "plan-unnamed",
                "The plan has no name",
                "Give it one.",
            )
            .into());
        }
        let text = match plan.template {
            Template::Guided => template::plan(name, plan.engine.into()),
            Template::Empty => template::bare(name, plan.engine.into()),
        };
        create(path, &text)?;
        let opened = stopover_runner::open_plan(path)?;
        open_journal(&seat.journal)?.remember_plan(&opened.path.to_string_lossy())?;
        seat.whole(&opened)
    })
    .await
}

/// Returns the problem that hinders reading a plan file, when there is one.
pub(crate) fn hindrance(path: &Path) -> Option<stopover_plan::Problem> {
    match read(path) {
        Err(problem) if problem.code != "invalid-utf8" => Some(problem),
        _ => None,
    }
}
