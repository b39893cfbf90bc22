//! Backups: made by the engine's own tool, proven complete, compared with the live tables, restored into fresh databases.

mod address;
mod archive;
mod claim;
mod contents;
mod difference;
mod error;
mod files;
mod folders;
mod gzip;
mod kind;
mod launch;
mod manifest;
mod mysql;
mod name;
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
pub use claim::{sweep, sweep_by_itself};
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
    /// File, or folder of a directory archive, to write; must not exist. With `{time}` in it every name is new: the
    /// time becomes that of `at_ms`, and a number follows where two begin in one second.
    pub file: PathBuf,
    /// Wall clock when it was asked for, Unix milliseconds.
    pub at_ms: i64,
    /// Dump format.
    pub format: BackupFormat,
    /// Parallel jobs of a directory archive, at least 1.
    pub jobs: u32,
    /// True: restores it into a scratch database and compares row counts and checksums of every table.
    pub restore_check: bool,
    /// For whom it is made.
    pub maker: Maker,
}

/// For whom a backup is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Maker {
    /// A step of a session.
    Step {
        /// Session id.
        session: String,
        /// Step id.
        step: String,
        /// How often the step has started, this start among them.
        start: u32,
    },
    /// A person who asked for a backup by itself.
    Person,
}

impl Order<'_> {
    /// Returns whose scratch database this backup makes.
    fn owner(&self) -> String {
        match &self.maker {
            Maker::Step { session, .. } => session.clone(),
            Maker::Person => claim::by_itself(self.login),
        }
    }

    /// Returns what the connections and the record are named after.
    fn session(&self) -> String {
        match &self.maker {
            Maker::Step { session, .. } => session.clone(),
            Maker::Person => format!("backup-{}", std::process::id()),
        }
    }
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
        let (step, start) = match &order.maker {
            Maker::Step { step, start, .. } => (step.clone(), *start),
            Maker::Person => (String::new(), 1),
        };
        let part = name::begin(&order.file, order.at_ms, start, kind)?;
        let dumped = match engine {
            Engine::Postgresql => {
                postgres::dump(tools, order, kind, &part, &stop, on_progress).await
            }
            Engine::Mysql => mysql::dump(tools, order, kind, &part, &stop, on_progress).await,
            Engine::Sqlite => sqlite::dump(order, &part, &stop, on_progress).await,
        }?;
        let print = archive::fingerprint(part.path(), kind, &stop).await?;
        on_progress(print.bytes);
        let artifact = Artifact {
            what: "backup".to_owned(),
            path: part.file().display().to_string(),
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
            session: order.session(),
            step,
            tables: dumped.tables,
            contents: dumped.contents,
        };
        stop.check()?;
        part.finish(&manifest)?;
        Ok(artifact)
    })
    .await
}
