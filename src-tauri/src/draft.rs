//! Plan files that are being changed: what was shown of them, what can be undone, what stands against a change.

mod difference;
mod file;
mod history;
mod told;

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stopover_plan::Problem;
use stopover_plan::edit::{Editor, merge};
use stopover_runner::fingerprint;

pub(crate) use difference::difference;
pub(crate) use file::{create, create_beside, name_beside, read, replace, unreadable};
use history::History;
pub(crate) use told::{Followers, Told, Wake};

/// Most texts kept of one file, so that a change made on a view that is a little behind still finds its ground.
const SHOWN: usize = 8;

/// All drafts of this process, by path. They outlive a reload of the page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drafts(Arc<Mutex<Shelf>>);

#[derive(Debug, Default)]
struct Shelf {
    turn: u32,
    drafts: HashMap<PathBuf, Arc<Mutex<Draft>>>,
}

impl Drafts {
    /// Returns the draft of a file; whoever holds its lock is the only one to write the file from here.
    pub(crate) fn of(&self, path: &Path) -> Arc<Mutex<Draft>> {
        Arc::clone(self.locked().drafts.entry(path.to_owned()).or_default())
    }

    /// Returns the number of the next message about any file.
    pub(crate) fn turn(&self) -> u32 {
        let mut shelf = self.locked();
        shelf.turn += 1;
        shelf.turn
    }

    fn locked(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the lock of a draft.
pub(crate) fn lock(draft: &Mutex<Draft>) -> MutexGuard<'_, Draft> {
    draft.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One plan file that is shown, and perhaps changed.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// Texts that were shown, with the hash each was shown under; the last one is the newest.
    shown: VecDeque<(String, Arc<str>)>,
    /// Files that the text shown last names.
    named: Vec<String>,
    /// The text that was worked on last, read as TOML, so that the next edit need not read it again.
    open: Option<Editor>,
    history: History,
    clash: Option<Pending>,
}

/// A change that was not written, because the file was changed at the same place outside.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    /// What was to be done.
    pub(crate) act: Act,
    /// What it was to be done on.
    pub(crate) base: Arc<str>,
    /// What would come out.
    pub(crate) mine: Arc<str>,
    /// What the file was when the person was asked.
    pub(crate) theirs: Arc<str>,
}

/// What changes a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// An edit, in words.
    Edit(String),
    /// Taking back the last edit.
    Undo,
    /// Doing again what was taken back.
    Redo,
}

/// How a change ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The file has it.
    Written,
    /// The file has it together with what was changed outside.
    Merged,
    /// Nothing was written: a person is asked.
    Asked,
}

impl Draft {
    /// Notes what was shown, and the files it names.
    pub(crate) fn show(&mut self, hash: &str, text: &str, named: Vec<String>) {
        self.named = named;
        self.shown.retain(|(known, _)| known != hash);
        self.shown.push_back((hash.to_owned(), text.into()));
        if self.shown.len() > SHOWN {
            self.shown.pop_front();
        }
    }

    /// Returns the hash of what was shown last, when the file and those it names still are that.
    pub(crate) fn still_shown(&self, path: &Path) -> Option<&str> {
        let (hash, text) = self.shown.back()?;
        let now = read(path).ok()?;
        let same = now == **text && fingerprint(path, &now, &self.named) == *hash;
        same.then_some(hash.as_str())
    }

    /// Returns the files that the text shown last names.
    pub(crate) fn named(&self) -> &[String] {
        &self.named
    }

    /// Opens a text for an edit; the one worked on last is open already.
    pub(crate) fn editor(&self, text: &Arc<str>) -> Result<Editor, Problem> {
        match &self.open {
            Some(open) if open.text() == &**text => Ok(open.clone()),
            _ => Editor::open(Arc::clone(text)),
        }
    }

    /// Keeps a text open.
    pub(crate) fn keep_open(&mut self, editor: Editor) {
        self.open = Some(editor);
    }

    /// Returns the text that is open.
    pub(crate) fn open(&self) -> Option<&Editor> {
        self.open.as_ref()
    }

    /// Returns the text that was shown last.
    pub(crate) fn last_text(&self) -> Option<Arc<str>> {
        self.shown.back().map(|(_, text)| Arc::clone(text))
    }

    /// Returns the text that was shown under a hash.
    pub(crate) fn text(&self, hash: &str) -> Option<Arc<str>> {
        self.shown
            .iter()
            .find(|(known, _)| known == hash)
            .map(|(_, text)| Arc::clone(text))
    }

    /// Returns what undo would take back.
    pub(crate) fn undoable(&self) -> Option<String> {
        self.history.undoable().map(ToOwned::to_owned)
    }

    /// Returns what redo would do again.
    pub(crate) fn redoable(&self) -> Option<String> {
        self.history.redoable().map(ToOwned::to_owned)
    }

    /// Returns what a person was asked about.
    pub(crate) fn clash(&self) -> Option<&Pending> {
        self.clash.as_ref()
    }

    /// Writes an edit that leads from `base` to `mine`.
    pub(crate) fn edit(
        &mut self,
        path: &Path,
        what: &str,
        base: &Arc<str>,
        mine: &Arc<str>,
    ) -> Result<Outcome, Problem> {
        self.write(path, Act::Edit(what.to_owned()), base, mine)
    }

    /// Takes back the last edit.
    pub(crate) fn undo(&mut self, path: &Path) -> Result<Outcome, Problem> {
        let (base, mine) = self
            .history
            .before_last()
            .ok_or_else(|| nothing("undone"))?;
        self.write(path, Act::Undo, &base, &mine)
    }

    /// Does again what was taken back last.
    pub(crate) fn redo(&mut self, path: &Path) -> Result<Outcome, Problem> {
        let (base, mine) = self
            .history
            .after_next()
            .ok_or_else(|| nothing("done again"))?;
        self.write(path, Act::Redo, &base, &mine)
    }

    fn write(
        &mut self,
        path: &Path,
        act: Act,
        base: &Arc<str>,
        mine: &Arc<str>,
    ) -> Result<Outcome, Problem> {
        loop {
            let now: Arc<str> = read(path)?.into();
            let Some(wanted) = merge(base, mine, &now) else {
                self.clash = Some(Pending {
                    act,
                    base: Arc::clone(base),
                    mine: Arc::clone(mine),
                    theirs: now,
                });
                return Ok(Outcome::Asked);
            };
            // Someone may have written the file while this was thought about; then it is thought about again.
            if !replace(path, &now, &wanted)? {
                continue;
            }
            self.clash = None;
            self.record(&act, &now, &wanted);
            return Ok(if base == &now {
                Outcome::Written
            } else {
                Outcome::Merged
            });
        }
    }

    fn record(&mut self, act: &Act, from: &str, to: &str) {
        match act {
            Act::Edit(what) => self.history.record(what, from, to),
            Act::Undo => self.history.undone(),
            Act::Redo => self.history.redone(),
        }
    }

    /// Ends a clash in favour of what was changed outside.
    pub(crate) fn keep_theirs(&mut self) {
        self.clash = None;
    }

    /// Ends a clash in favour of what was made here; undo brings the other back.
    pub(crate) fn keep_mine(&mut self, path: &Path) -> Result<Outcome, Problem> {
        let pending = self.clash.clone().ok_or_else(|| nothing("settled"))?;
        let now = read(path)?;
        // What came after the person was asked was never shown: it is asked about again.
        if *now != *pending.theirs || !replace(path, &now, &pending.mine)? {
            let (base, mine) = (Arc::clone(&pending.base), Arc::clone(&pending.mine));
            return self.write(path, pending.act, &base, &mine);
        }
        self.clash = None;
        // The stacks go on from what the file is now: a step back leads to what the others had written.
        let what = match &pending.act {
            Act::Edit(what) => what.clone(),
            Act::Undo => "the undo".to_owned(),
            Act::Redo => "the redo".to_owned(),
        };
        self.history.record(&what, &pending.theirs, &pending.mine);
        Ok(Outcome::Written)
    }

    /// Ends a clash by writing what was made here into a file beside; returns it.
    pub(crate) fn save_beside(&mut self, path: &Path) -> Result<PathBuf, Problem> {
        let pending = self.clash.as_ref().ok_or_else(|| nothing("settled"))?;
        let beside = create_beside(path, &pending.mine)?;
        self.clash = None;
        Ok(beside)
    }
}

fn nothing(done: &str) -> Problem {
    Problem::new(
        "nothing-there",
        format!("There is nothing to be {done} in this plan"),
        "Go on.",
    )
}

#[cfg(test)]
mod tests;
