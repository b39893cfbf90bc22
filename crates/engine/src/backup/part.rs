//! A backup while it is made: `….part` beside the final name, gone unless it was finished.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::BackupError;
use super::files::{beside, flush, folder_of, list};
use super::folders::Folders;
use super::kind::Kind;
use super::manifest::Manifest;

/// A backup that is not one yet. Removed when dropped.
pub(super) struct Part {
    path: PathBuf,
    file: PathBuf,
    kind: Kind,
    /// Folders made for it; they go with a part that is not finished.
    _folders: Folders,
    /// Held as long as the part is ours, so that a second writer notices.
    _lock: File,
    finished: bool,
}

impl Part {
    /// Creates an empty part, readable by its owner only; a part that a dead process left is replaced.
    pub(super) fn begin(file: &Path, kind: Kind) -> Result<Self, BackupError> {
        let refuse_existing = || match file.symlink_metadata() {
            Ok(_) => Err(BackupError::Exists {
                path: file.to_owned(),
            }),
            Err(_) => Ok(()),
        };
        refuse_existing()?;
        let folders = Folders::make(&folder_of(file))?;
        let path = beside(file, ".part");
        loop {
            remove_left_over(file)?;
            let lock = create(&path, kind).map_err(|source| match source.kind() {
                ErrorKind::AlreadyExists => BackupError::Busy { path: path.clone() },
                _ => BackupError::file(&path, "written")(source),
            })?;
            if let Err(source) = lock.lock() {
                let _ = remove(&path);
                return Err(BackupError::file(&path, "locked")(source));
            }
            // Whoever looked between the two saw a part without a living maker, and removed it.
            if !stands_at(&lock, &path) {
                continue;
            }
            let part = Self {
                path,
                file: file.to_owned(),
                kind,
                _folders: folders,
                _lock: lock,
                finished: false,
            };
            // A maker that held the part until now has given it its name.
            refuse_existing()?;
            return Ok(part);
        }
    }

    /// Returns the final name.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Returns where to write.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns a handle to write the part's one file with.
    pub(super) fn open(&self) -> Result<File, BackupError> {
        OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(&self.path)
            .map_err(BackupError::file(&self.path, "written"))
    }

    /// Flushes everything to disk and gives the backup its name, which nothing else may have taken meanwhile.
    pub(super) fn finish(mut self, manifest: &Manifest) -> Result<(), BackupError> {
        let files = match self.kind {
            Kind::Directory => list(&self.path)?,
            _ => Vec::new(),
        };
        for path in files.iter().chain(Some(&self.path)) {
            flush(path)?;
        }
        manifest.write(&self.file)?;
        if let Err(error) = self.rename() {
            Manifest::remove(&self.file);
            return Err(error);
        }
        self.finished = true;
        flush(&folder_of(&self.file))
    }

    fn rename(&self) -> Result<(), BackupError> {
        let exists = || BackupError::Exists {
            path: self.file.clone(),
        };
        if self.kind != Kind::Directory {
            // A link never replaces what exists; a rename would. Some file systems have no links.
            match fs::hard_link(&self.path, &self.file) {
                Ok(()) => {
                    return fs::remove_file(&self.path)
                        .map_err(BackupError::file(&self.path, "removed"));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(exists()),
                Err(_) => {}
            }
        }
        if self.file.symlink_metadata().is_ok() {
            return Err(exists());
        }
        fs::rename(&self.path, &self.file).map_err(BackupError::file(&self.file, "renamed"))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        if let Err(error) = remove(&self.path) {
            // The name says what it is, so a part that stays behind misleads nobody.
            tracing::warn!(path = %self.path.display(), %error, "a partial backup could not be removed");
        }
    }
}

fn create(path: &Path, kind: Kind) -> std::io::Result<File> {
    if kind == Kind::Directory {
        fs::DirBuilder::new().mode(0o700).create(path)?;
        return File::open(path);
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Removes what a process that is dead left of a backup; its dump tool, should it still write, then writes to nowhere.
///
/// # Errors
/// [`BackupError::Busy`] when its maker lives.
pub(super) fn remove_left_over(file: &Path) -> Result<(), BackupError> {
    let path = beside(file, ".part");
    let Ok(left_over) = File::open(&path) else {
        return Ok(());
    };
    if left_over.try_lock().is_err() {
        return Err(BackupError::Busy { path });
    }
    if !stands_at(&left_over, &path) {
        return Ok(());
    }
    // The part goes last: as long as it is there, somebody finds the rest.
    let mut rest = vec![beside(&path, ".check"), Manifest::part_of(file)];
    if file.symlink_metadata().is_err() {
        rest.push(Manifest::path_of(file));
    }
    for path in rest.iter().chain(Some(&path)) {
        remove(path).map_err(BackupError::file(path, "removed"))?;
    }
    Ok(())
}

/// Returns true when a path still leads to an open file or folder.
fn stands_at(open: &File, path: &Path) -> bool {
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (open.metadata(), path.symlink_metadata()) {
        (Ok(open), Ok(there)) => identity(open) == identity(there),
        _ => false,
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stopover_plan::model::Engine;

    fn manifest() -> Manifest {
        Manifest {
            artifact: stopover_plan::event::Artifact::default(),
            engine: Engine::Sqlite,
            session: String::new(),
            step: String::new(),
            tables: None,
            contents: None,
        }
    }

    #[test]
    fn an_unfinished_part_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        for kind in [Kind::Custom, Kind::Directory] {
            let file = folder.path().join("deep/a.dump");
            let part = Part::begin(&file, kind).expect("begins");
            assert!(part.path().exists());
            let second = Part::begin(&file, kind);
            assert!(matches!(second, Err(BackupError::Busy { .. })));
            drop(part);
            assert_eq!(
                list(folder.path()).expect("is there"),
                Vec::<PathBuf>::new()
            );
        }
    }

    #[test]
    fn a_finished_part_has_its_name_and_replaces_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.dump");
        let part = Part::begin(&file, Kind::Custom).expect("begins");
        fs::write(part.path(), "new").expect("writes");
        fs::write(&file, "somebody else's").expect("writes");
        let finished = part.finish(&manifest());
        assert!(matches!(finished, Err(BackupError::Exists { .. })));
        assert_eq!(
            fs::read_to_string(&file).expect("is there"),
            "somebody else's"
        );
        let second = Part::begin(&file, Kind::Custom);
        assert!(matches!(second, Err(BackupError::Exists { .. })));
        fs::remove_file(&file).expect("removes");
        let part = Part::begin(&file, Kind::Custom).expect("begins");
        fs::write(part.path(), "new").expect("writes");
        part.finish(&manifest()).expect("finishes");
        assert_eq!(fs::read_to_string(&file).expect("is there"), "new");
        assert!(!beside(&file, ".part").exists());
    }

    #[test]
    fn the_part_of_a_dead_process_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.dump");
        fs::write(beside(&file, ".part"), "half").expect("writes");
        for rest in [".part.check", ".stopover.json", ".stopover.json.part"] {
            fs::write(beside(&file, rest), "of the dead").expect("writes");
        }
        let part = Part::begin(&file, Kind::Custom).expect("begins");
        assert_eq!(fs::read_to_string(part.path()).expect("is there"), "");
        assert_eq!(list(folder.path()).expect("is there"), [part.path()]);
    }

    #[test]
    fn a_record_stays_with_the_backup_that_was_finished() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.dump");
        // Killed between giving the name and taking the part away.
        for name in ["", ".part", ".stopover.json"] {
            fs::write(beside(&file, name), "whole").expect("writes");
        }
        remove_left_over(&file).expect("nobody holds it");
        let left = list(folder.path()).expect("is there");
        assert_eq!(left, [file.clone(), beside(&file, ".stopover.json")]);
    }
}
