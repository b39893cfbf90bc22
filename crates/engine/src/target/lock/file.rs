//! The lock file of an SQLite database: `<file>.stopover-lock`, locked by the operating system for as long as its
//! process lives. What it contains is for people; only the lock counts.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::connect::Login;
use crate::error::EngineError;

/// How often a lock file that was removed under our hands is made anew.
const ATTEMPTS: u32 = 100;

/// Who holds the lock, as it is written into the file.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    session: String,
    by: String,
    pid: u32,
    /// Unix milliseconds.
    since_ms: i64,
}

/// A locked file.
pub(super) struct LockFile {
    file: File,
    path: PathBuf,
}

impl LockFile {
    pub(super) fn take(login: &Login, session: &str, by: &str) -> Result<Self, EngineError> {
        let database = Path::new(&login.connection().database);
        // By its canonical path, so that a link to the database leads to the same lock.
        let database = database
            .canonicalize()
            .map_err(|source| error(database, "found", source))?;
        let mut name = database.clone().into_os_string();
        name.push(".stopover-lock");
        Self::at(PathBuf::from(name), &database, session, by)
    }

    fn at(path: PathBuf, database: &Path, session: &str, by: &str) -> Result<Self, EngineError> {
        for _ in 0..ATTEMPTS {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(|source| error(&path, "opened", source))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(EngineError::Held {
                        target: database.display().to_string(),
                        holder: read_holder(&mut file),
                    });
                }
                Err(TryLockError::Error(source)) => return Err(error(&path, "locked", source)),
            }
            let mut lock = Self {
                file,
                path: path.clone(),
            };
            // The one before us removes the file while it holds the lock; what we locked may be no longer the file
            // that the next one will find.
            if !lock.still_held() {
                continue;
            }
            lock.write(session, by)
                .map_err(|source| error(&path, "written", source))?;
            return Ok(lock);
        }
        Err(error(
            &path,
            "locked",
            std::io::Error::other("it is removed again and again"),
        ))
    }

    fn write(&mut self, session: &str, by: &str) -> std::io::Result<()> {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let holder = Holder {
            session: session.to_owned(),
            by: by.to_owned(),
            pid: std::process::id(),
            since_ms: i64::try_from(since.as_millis()).unwrap_or(0),
        };
        self.file.set_len(0)?;
        self.file.rewind()?;
        serde_json::to_writer(&mut self.file, &holder)?;
        self.file.flush()
    }

    /// Returns true when the file that is locked is still the one at the path.
    #[cfg(unix)]
    pub(super) fn still_held(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        match (self.file.metadata(), std::fs::metadata(&self.path)) {
            (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
            _ => false,
        }
    }

    /// Returns true when there is a file at the path; here an open file cannot be removed.
    #[cfg(not(unix))]
    pub(super) fn still_held(&self) -> bool {
        self.path.exists()
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Still locked here, so nobody else holds what is removed; who opened it meanwhile sees that it is gone.
        if self.still_held() {
            let _ = std::fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

fn error(path: &Path, doing: &'static str, source: std::io::Error) -> EngineError {
    EngineError::File {
        path: path.to_owned(),
        doing,
        source,
    }
}

/// Returns who holds the lock, as the file says; it may be empty or half written.
fn read_holder(file: &mut File) -> String {
    let mut text = String::new();
    let _ = file.take(4096).read_to_string(&mut text);
    match serde_json::from_str::<Holder>(&text) {
        Ok(holder) => {
            let since =
                chrono::DateTime::from_timestamp_millis(holder.since_ms).unwrap_or_default();
            format!(
                "session {} of {}, process {}, since {} UTC",
                holder.session,
                holder.by,
                holder.pid,
                since.format("%Y-%m-%d %H:%M:%S")
            )
        }
        Err(_) => "another process, which has not said who it is".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(folder: &Path, session: &str) -> Result<LockFile, EngineError> {
        LockFile::at(
            folder.join("a.stopover-lock"),
            &folder.join("a"),
            session,
            "ada@here",
        )
    }

    #[test]
    fn the_second_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = take(folder.path(), "one").expect("free");
        let Err(EngineError::Held { holder, .. }) = take(folder.path(), "two") else {
            panic!("taken twice");
        };
        assert!(holder.contains("session one of ada@here"), "{holder}");
        assert!(holder.contains(&std::process::id().to_string()), "{holder}");
        drop(first);
        take(folder.path(), "two").expect("free again");
        assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 0);
    }

    #[test]
    fn what_a_dead_process_left_behind_is_no_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.stopover-lock"), "{\"session\":").expect("written");
        take(folder.path(), "one").expect("free");
    }

    #[test]
    fn a_removed_lock_file_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = take(folder.path(), "one").expect("free");
        std::fs::remove_file(folder.path().join("a.stopover-lock")).expect("removed");
        assert!(!lock.still_held());
    }

    #[test]
    fn of_many_at_once_one_holds_the_lock() {
        use std::sync::atomic::{AtomicU32, Ordering};
        let folder = tempfile::tempdir().expect("a folder");
        let inside = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        if let Ok(lock) = take(folder.path(), "any") {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            inside.fetch_sub(1, Ordering::SeqCst);
                            drop(lock);
                        }
                    }
                });
            }
        });
    }
}
