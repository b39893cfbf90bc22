//! Folders that are made for a backup, gone again when nothing came to lie in them.

use std::fs;
use std::path::{Path, PathBuf};

use super::BackupError;

/// Folders that were not there before, the outermost first. Those that are empty are removed when dropped.
#[derive(Debug)]
pub(super) struct Folders(Vec<PathBuf>);

impl Folders {
    /// Makes a folder and those above it that are missing.
    pub(super) fn make(folder: &Path) -> Result<Self, BackupError> {
        let mut missing: Vec<PathBuf> = folder
            .ancestors()
            .take_while(|above| !above.as_os_str().is_empty() && !above.exists())
            .map(Path::to_owned)
            .collect();
        missing.reverse();
        let made = Self(missing);
        fs::create_dir_all(folder).map_err(BackupError::file(folder, "created"))?;
        Ok(made)
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // One that holds something is in use, whoever put it there.
            if fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stays_only_when_something_lies_in_it() {
        let scratch = tempfile::tempdir().expect("a folder");
        let deep = scratch.path().join("night/20261205");
        drop(Folders::make(&deep).expect("makes"));
        assert!(!scratch.path().join("night").exists());

        let made = Folders::make(&deep).expect("makes");
        fs::write(scratch.path().join("night/note"), "").expect("writes");
        drop(made);
        assert!(!deep.exists());
        assert!(scratch.path().join("night/note").exists());

        fs::create_dir_all(&deep).expect("makes");
        drop(Folders::make(&deep).expect("is there"));
        assert!(deep.exists(), "a folder of somebody else stays");
    }
}
