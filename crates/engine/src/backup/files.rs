//! Paths and files as every part of a backup needs them.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::BackupError;

/// Returns the path with something appended to its name.
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Returns the folder a file is in.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Returns the files of a folder, sorted by name; a directory archive has no folders in it.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let entries: Vec<_> = fs::read_dir(folder)
        .and_then(Iterator::collect)
        .map_err(BackupError::file(folder, "read"))?;
    let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    files.sort();
    Ok(files)
}

/// Makes a file or folder survive a power cut.
pub(super) fn flush(path: &Path) -> Result<(), BackupError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(BackupError::file(path, "flushed to disk"))
}

/// Returns the last bytes of a file.
pub(super) fn end_of(path: &Path, bytes: u64) -> Result<Vec<u8>, BackupError> {
    let read = || {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(bytes)))?;
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        Ok(end)
    };
    read().map_err(BackupError::file(path, "read"))
}
