//! What a backup is on disk.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use stopover_plan::model::{BackupFormat, Engine};

use super::BackupError;

/// What a backup is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// PostgreSQL's custom archive.
    Custom,
    /// PostgreSQL's directory archive.
    Directory,
    /// SQL script.
    Plain,
    /// SQL script, compressed.
    Gzip,
    /// SQLite file.
    Database,
}

impl Kind {
    /// Returns what an engine makes when a format is asked for.
    pub(super) fn of(engine: Engine, format: BackupFormat) -> Result<Self, BackupError> {
        match (engine, format) {
            (Engine::Postgresql, BackupFormat::Custom) => Ok(Self::Custom),
            (Engine::Postgresql, BackupFormat::Directory) => Ok(Self::Directory),
            (Engine::Postgresql | Engine::Mysql, BackupFormat::Plain) => Ok(Self::Plain),
            (Engine::Mysql, BackupFormat::Custom) => Ok(Self::Gzip),
            (Engine::Sqlite, BackupFormat::Custom) => Ok(Self::Database),
            (_, BackupFormat::Directory) => Err(BackupError::Format {
                engine,
                format: "directory",
            }),
            (Engine::Sqlite, BackupFormat::Plain) => Err(BackupError::Format {
                engine,
                format: "plain",
            }),
        }
    }

    /// Returns the word in [`Artifact::format`].
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Custom => "custom",
            Self::Directory => "directory",
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Database => "sqlite",
        }
    }

    /// Returns what stands at `path`, told by its first bytes.
    pub(super) fn at(path: &Path) -> Result<Self, BackupError> {
        let metadata = path.metadata().map_err(BackupError::file(path, "read"))?;
        if metadata.is_dir() {
            return Ok(Self::Directory);
        }
        let mut start = Vec::new();
        File::open(path)
            .and_then(|file| file.take(16).read_to_end(&mut start))
            .map_err(BackupError::file(path, "read"))?;
        Ok(match start.as_slice() {
            start if start.starts_with(b"PGDMP") => Self::Custom,
            b"SQLite format 3\0" => Self::Database,
            // No script begins with these bytes.
            [0x1f, 0x8b, ..] => Self::Gzip,
            _ => Self::Plain,
        })
    }
}
