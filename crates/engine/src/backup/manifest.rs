//! What is recorded beside a backup, so that it can be judged later, on another machine, without the journal.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use stopover_plan::event::Artifact;
use stopover_plan::model::Engine;

use super::BackupError;
use super::difference::TableContents;
use super::files::beside;

/// Most bytes of a manifest that are read.
const LONGEST: u64 = 64 * 1024 * 1024;

/// `….stopover.json` beside a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Size, hash, versions.
    pub(super) artifact: Artifact,
    /// Engine.
    pub(super) engine: Engine,
    /// Session that made it.
    #[serde(default)]
    pub(super) session: String,
    /// Step of that session.
    #[serde(default)]
    pub(super) step: String,
    /// Number of tables with rows to dump.
    #[serde(default)]
    pub(super) tables: Option<u64>,
    /// Contents of every table, when they were compared.
    #[serde(default)]
    pub(super) contents: Option<Vec<TableContents>>,
}

impl Manifest {
    /// Writes it beside the backup and flushes it to disk.
    pub(super) fn write(&self, backup: &Path) -> Result<(), BackupError> {
        let (path, part) = (Self::path_of(backup), Self::part_of(backup));
        let write = || -> std::io::Result<()> {
            let text = serde_json::to_vec_pretty(self)?;
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&part)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&part, &path)
        };
        write().map_err(|source| {
            let _ = fs::remove_file(&part);
            BackupError::file(&path, "written")(source)
        })
    }

    /// Reads the one beside a backup; `None` when there is none that can be read.
    pub(super) fn read(backup: &Path) -> Option<Self> {
        let path = Self::path_of(backup);
        if path.metadata().ok()?.len() > LONGEST {
            return None;
        }
        serde_json::from_slice(&fs::read(&path).ok()?).ok()
    }

    /// Removes the one beside a backup that was not made.
    pub(super) fn remove(backup: &Path) {
        let _ = fs::remove_file(Self::path_of(backup));
    }

    /// Returns where the one of a backup stands.
    pub(super) fn path_of(backup: &Path) -> PathBuf {
        beside(backup, ".stopover.json")
    }

    /// Returns where it stands while it is written.
    pub(super) fn part_of(backup: &Path) -> PathBuf {
        beside(&Self::path_of(backup), ".part")
    }
}
