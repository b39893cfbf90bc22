//! Backups: made by the engine's own tool, proven complete, compared with the live tables, restored into fresh databases.

mod address;
mod archive;
mod claim;
mod contents;
mod difference;
mod error;
mod files;
mod kind;
mod launch;
mod manifest;
mod mysql;
mod part;
mod postgres;
mod recover;
mod restore;
mod scratch;
mod script;
mod server;
mod sqlite;
mod stop;
mod swap;
pub mod tool;

use std::future::Future;
use std::path::PathBuf;

use stopover_plan::event::{Artifact, Restored as Compared};
use stopover_plan::model::{BackupFormat, Engine};

use crate::connect::Login;

pub use archive::{artifact_of_file, verify_file};
pub use claim::sweep;
pub use contents::contents;
pub use difference::{Difference, TableContents, compare};
pub use error::BackupError;
pub use recover::recover;
pub use restore::{Restored, Swap, restore, restore_with};
pub use tool::Toolbox;

/// What to back up, and how.
pub struct Order<'a> {
    /// Database to dump.
    pub login: &'a Login,
    /// File, or folder of a directory archive, to write; must not exist.
    pub file: PathBuf,
    /// Dump format.
    pub format: BackupFormat,
    /// Parallel jobs of a directory archive, at least 1.
    pub jobs: u32,
    /// True: restores it into a scratch database and compares row counts and checksums of every table.
    pub restore_check: bool,
    /// Session it is made for; names the tool's connection and the scratch database on the server.
    pub session: String,
    /// Step of that session; empty for a backup made by itself.
    pub step: String,
}

/// What an engine's dump tells of itself.
struct Dumped {
    engine_version: String,
    tool_version: String,
    /// Number of tables whose rows the dump must have; `None` when nobody counted.
    tables: Option<u64>,
    /// Contents of every table, equal in the live database and in the scratch one; `None` without restore check.
    contents: Option<Vec<TableContents>>,
}

/// Makes a backup with the tools this machine has; see [`back_up_with`].
///
/// # Errors
/// As [`back_up_with`].
pub async fn back_up(
    order: &Order<'_>,
    cancel: impl Future<Output = ()>,
    on_progress: &mut dyn FnMut(u64),
) -> Result<Artifact, BackupError> {
    back_up_with(&Toolbox::of_environment(), order, cancel, on_progress).await
}

/// Makes a backup: written beside its final name as `….part`, proven complete, compared when the order says so, hashed,
/// flushed to disk, and only then renamed. `on_progress` gets the bytes written so far.
///
/// Beside the file stands `….stopover.json`: size, hash, versions and, when compared, the contents of every table.
///
/// # Errors
/// Whenever the backup is not complete and proven; then nothing stands under its name, and the part is removed.
pub async fn back_up_with(
    tools: &Toolbox,
    order: &Order<'_>,
    cancel: impl Future<Output = ()>,
    on_progress: &mut dyn FnMut(u64),
) -> Result<Artifact, BackupError> {
    let (stop, asked) = stop::pair();
    stop::run(asked, cancel, async {
        let engine = order.login.engine();
        let kind = kind::Kind::of(engine, order.format)?;
        let part = part::Part::begin(&order.file, kind)?;
        let dumped = match engine {
            Engine::Postgresql => {
                postgres::dump(tools, order, kind, &part, &stop, on_progress).await
            }
            Engine::Mysql => mysql::dump(tools, order, &part, &stop, on_progress).await,
            Engine::Sqlite => sqlite::dump(order, &part, &stop, on_progress).await,
        }?;
        let print = archive::fingerprint(part.path(), kind, &stop).await?;
        on_progress(print.bytes);
        let artifact = Artifact {
            what: "backup".to_owned(),
            path: order.file.display().to_string(),
            bytes: print.bytes,
            sha256: print.sha256,
            format: kind.word().to_owned(),
            engine_version: dumped.engine_version,
            tool_version: dumped.tool_version,
            restored: dumped.contents.as_ref().map(|tables| Compared {
                tables: tables.len() as u64,
                rows: tables.iter().map(|table| table.rows).sum(),
                equal: true,
            }),
        };
        let manifest = manifest::Manifest {
            artifact: artifact.clone(),
            engine,
            session: order.session.clone(),
            step: order.step.clone(),
            tables: dumped.tables,
            contents: dumped.contents,
        };
        stop.check()?;
        part.finish(&manifest)?;
        Ok(artifact)
    })
    .await
}
