//! Following a plan file: what is changed outside is shown at once, and that the file is gone is said.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tauri::ipc::Channel;
use tauri::{State, Webview};

use super::edit::{Seat, clash, hindrance};
use crate::desk::Desk;
use crate::draft::{Outcome, Wake, lock};
use crate::problem::aside;
use crate::view::{PlanSeen, PlanWatch, Problem};

/// How long a file must be quiet before it is looked at: an editor writes in several moves.
const QUIET: Duration = Duration::from_millis(40);
/// How long a file may be away before it counts as gone: some editors take it away and put a new one there.
const AWAY: Duration = Duration::from_millis(400);
/// Most moves waited for, so that a file that is never quiet is shown nevertheless.
const MOVES: usize = 20;

/// Starts following a plan file that was shown with this hash.
#[tauri::command]
pub(crate) async fn watch_plan(
    desk: State<'_, Desk>,
    webview: Webview,
    path: String,
    hash: String,
    channel: Channel<PlanSeen>,
) -> Result<PlanWatch, Problem> {
    let seat = Seat::of(&desk, &webview);
    let (number, wake, woken) = desk.followers().enter(webview.label());
    aside(move || {
        let path = PathBuf::from(path);
        let follower = Follower::begin(seat.clone(), path.clone(), wake)?;
        let draft = seat.draft(&path);
        let draft = lock(&draft);
        let known = PlanWatch {
            watcher: number,
            undoable: draft.undoable(),
            redoable: draft.redoable(),
            clash: clash(&draft, &path),
        };
        let behind = !seat.knows(&path, &hash);
        drop(draft);
        std::thread::spawn(move || follower.follow(&woken, &channel, behind));
        Ok(known)
    })
    .await
}

/// Stops following.
#[tauri::command]
pub(crate) fn unwatch_plan(desk: State<'_, Desk>, watcher: u32) {
    desk.followers().end(watcher);
}

/// Follows one plan file for one window.
struct Follower {
    seat: Seat,
    path: PathBuf,
    watcher: RecommendedWatcher,
    /// Files whose changes matter: the plan and those it names.
    files: Arc<Mutex<HashSet<PathBuf>>>,
    folders: HashSet<PathBuf>,
    gone: bool,
}

impl Follower {
    fn begin(seat: Seat, path: PathBuf, wake: Sender<Wake>) -> Result<Self, Problem> {
        let files = Arc::new(Mutex::new(HashSet::from([path.clone()])));
        let matter = Arc::clone(&files);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let touched = match &event {
                Ok(event) => {
                    let files = matter.lock().unwrap_or_else(PoisonError::into_inner);
                    changes(event.kind)
                        && (event.paths.is_empty()
                            || event.paths.iter().any(|path| concerns(&files, path)))
                }
                // What was missed is not known, so everything is looked at.
                Err(_) => true,
            };
            if touched {
                let _ = wake.send(Wake::Touched);
            }
        })
        .map_err(|error| unwatchable(&path, &error))?;
        let mut follower = Self {
            seat,
            path,
            watcher,
            files,
            folders: HashSet::new(),
            gone: false,
        };
        let folder = follower.path.parent().unwrap_or(Path::new("/")).to_owned();
        follower
            .watcher
            .watch(&folder, RecursiveMode::NonRecursive)
            .map_err(|error| unwatchable(&follower.path, &error))?;
        follower.folders.insert(folder);
        Ok(follower)
    }

    fn follow(mut self, woken: &Receiver<Wake>, channel: &Channel<PlanSeen>, behind: bool) {
        // What was written before the folder was watched woke nobody.
        let mut due = behind;
        loop {
            if !self.show(channel, woken, due) {
                return;
            }
            due = false;
            match woken.recv() {
                Ok(Wake::Touched) => {}
                Ok(Wake::Ended) | Err(_) => return,
            }
            for _ in 0..MOVES {
                match woken.recv_timeout(QUIET) {
                    Ok(Wake::Touched) => {}
                    Err(RecvTimeoutError::Timeout) => break,
                    Ok(Wake::Ended) | Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        }
    }

    /// Tells the window what it does not know; false when nobody listens any more.
    fn show(&mut self, channel: &Channel<PlanSeen>, woken: &Receiver<Wake>, due: bool) -> bool {
        if hindrance(&self.path).is_some() {
            match woken.recv_timeout(AWAY) {
                Ok(Wake::Ended) | Err(RecvTimeoutError::Disconnected) => return false,
                Ok(Wake::Touched) | Err(RecvTimeoutError::Timeout) => {}
            }
        }
        if let Some(problem) = hindrance(&self.path) {
            if self.gone {
                return true;
            }
            self.gone = true;
            return channel
                .send(PlanSeen::Gone {
                    problem: problem.into(),
                })
                .is_ok();
        }
        match self.look(due) {
            Ok(Some(seen)) => channel.send(seen).is_ok(),
            Ok(None) => true,
            Err(problem) => {
                self.gone = true;
                channel.send(PlanSeen::Gone { problem }).is_ok()
            }
        }
    }

    fn look(&mut self, due: bool) -> Result<Option<PlanSeen>, Problem> {
        let draft = self.seat.draft(&self.path);
        let mut draft = lock(&draft);
        // What was written here was shown with the edit: it is not read as a plan once more.
        let shown = draft.still_shown(&self.path);
        if !due && !self.gone && shown.is_some_and(|hash| self.seat.knows(&self.path, hash)) {
            self.follow_files(draft.named().iter());
            return Ok(None);
        }
        let opened = stopover_runner::open_plan(&self.path)?;
        self.follow_files(opened.files.keys());
        let known = self.seat.knows(&self.path, &opened.hash);
        if known && !due && !self.gone {
            return Ok(None);
        }
        self.gone = false;
        let now = self.seat.see(&mut draft, &opened, &Outcome::Written)?;
        Ok(Some(PlanSeen::Changed { now: Box::new(now) }))
    }

    /// Watches the files the plan names as well; one that cannot be watched is read when the plan is.
    fn follow_files<'a>(&mut self, names: impl Iterator<Item = &'a String>) {
        let home = self.path.parent().unwrap_or(Path::new("/")).to_owned();
        let mut files = HashSet::from([self.path.clone()]);
        files.extend(names.map(|name| home.join(name)));
        for file in &files {
            let folder = file.parent().unwrap_or(&home);
            if !self.folders.contains(folder)
                && self
                    .watcher
                    .watch(folder, RecursiveMode::NonRecursive)
                    .is_ok()
            {
                self.folders.insert(folder.to_owned());
            }
        }
        *self.files.lock().unwrap_or_else(PoisonError::into_inner) = files;
    }
}

/// Returns false for what only reads: looking at a file must not be a reason to look at it.
fn changes(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

/// Returns true for a watched file, and for a folder that holds one.
fn concerns(files: &HashSet<PathBuf>, path: &Path) -> bool {
    files.contains(path) || files.iter().any(|file| file.parent() == Some(path))
}

fn unwatchable(path: &Path, error: &notify::Error) -> Problem {
    stopover_plan::Problem::new(
        "plan-unwatched",
        format!(
            "{} cannot be watched, so what is changed outside is not shown by itself: {error}",
            path.display()
        ),
        "Read the file again after it was changed elsewhere.",
    )
    .into()
}
