//! Whether a runner process holds a session: a locked file beside the journal, which the system lets go with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use stopover_plan::session::{Session, State};

fn lock_path(journal: &Path, session: &str) -> PathBuf {
    let folder = journal.parent().unwrap_or(Path::new("."));
    folder.join("runners").join(format!("{session}.lock"))
}

/// The hold of this process on a session; let go when dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    file: File,
    path: PathBuf,
}

impl Drop for Hold {
    fn drop(&mut self) {
        // Removed while still locked: whoever opens the path next makes a new file and locks that.
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

/// Takes the session for this process; `None` when another runner has it.
pub(crate) fn hold(journal: &Path, session: &str) -> std::io::Result<Option<Hold>> {
    let path = lock_path(journal, session);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    loop {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // The file may have been removed between opening and locking; then the lock is on nothing.
        if same_file(&file, &path) {
            return Ok(Some(Hold { file, path }));
        }
    }
}

fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(ours), Ok(theirs)) => ours.ino() == theirs.ino() && ours.dev() == theirs.dev(),
        _ => false,
    }
}

/// Returns true when a runner process holds the session.
pub fn is_alive(journal: &Path, session: &str) -> bool {
    let Ok(file) = File::open(lock_path(journal, session)) else {
        return false;
    };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Returns the fold's state, or [`State::Interrupted`] when a runner should live and does not.
pub fn state_of(journal: &Path, session: &Session) -> State {
    match session.state {
        State::Finished | State::Interrupted | State::Unknown => session.state,
        state if is_alive(journal, &session.id) => state,
        _ => State::Interrupted,
    }
}
