//! A folder of a test's own, gone when the test ends.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::programs::workspace;

/// A fresh folder with a short path.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// Makes the folder.
    #[expect(
        clippy::new_without_default,
        reason = "making a folder is an act, not a default"
    )]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("so-scratch-")
            .tempdir_in("/tmp")
            .expect("/tmp takes a new folder");
        Self { folder }
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the path `name` has in the folder, whether or not it exists.
    pub fn join(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with the folders it lies in, and returns its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a scratch folder takes folders");
        }
        std::fs::write(&path, content).expect("a scratch folder takes files");
        path
    }

    /// Copies the files of `examples/NAME` into the folder and returns where they lie now.
    pub fn example(&self, name: &str) -> PathBuf {
        let from = workspace().join("examples").join(name);
        let to = self.join(name);
        std::fs::create_dir_all(&to).expect("a scratch folder takes folders");
        let entries = std::fs::read_dir(&from)
            .unwrap_or_else(|error| panic!("{} cannot be read: {error}", from.display()));
        for entry in entries {
            let entry = entry.expect("a folder of the repository can be listed");
            if entry.path().is_file() {
                std::fs::copy(entry.path(), to.join(entry.file_name()))
                    .expect("an example's file can be copied");
            }
        }
        to
    }
}
