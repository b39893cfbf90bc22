//! A backup into a fresh database, and that database into the place of the live one.

use std::future::Future;
use std::path::{Path, PathBuf};

use stopover_plan::event::Artifact;
use stopover_plan::model::Engine;

use super::archive::{manifest_of, verify};
use super::files::{beside, flush, folder_of};
use super::kind::Kind;
use super::postgres::{self, Use};
use super::scratch::{Scratch, settings};
use super::server::{maintenance, server};
use super::stop::{self, Stop};
use super::tool::MysqlJob;
use super::{BackupError, TableContents, Toolbox, compare, contents, mysql, sqlite, swap};
use crate::connect::Login;
use crate::db::Db;
use crate::quote::{literal, quote_name};

/// Whether a restored database takes the live one's place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Swap {
    /// It stands beside it.
    #[default]
    No,
    /// It gets its name; the live one is renamed and kept.
    Rename,
}

/// What a restore left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Name, or file, of the restored database.
    pub database: String,
    /// Name, or file, under which the database that was live is kept, after a swap.
    pub set_aside: Option<String>,
}

/// One restore.
struct Restore<'a> {
    tools: &'a Toolbox,
    login: &'a Login,
    file: PathBuf,
    kind: Kind,
    into: &'a str,
    swap: Swap,
    /// Contents as they were dumped, when they were compared then.
    contents: Option<Vec<TableContents>>,
    stop: Stop,
}

/// Restores a backup with the tools this machine has; see [`restore_with`].
///
/// # Errors
/// As [`restore_with`].
pub async fn restore(
    login: &Login,
    artifact: &Artifact,
    into: &str,
    swap: Swap,
    cancel: impl Future<Output = ()>,
    on_progress: &mut dyn FnMut(u64),
) -> Result<Restored, BackupError> {
    let tools = Toolbox::of_environment();
    restore_with(&tools, login, artifact, into, swap, cancel, on_progress).await
}

/// Proves the backup, restores it into the new database `into` (a new file for SQLite), compares it with what was
/// dumped when that is known, and with [`Swap::Rename`] puts it in the place of the login's database.
///
/// # Errors
/// When the backup is not what was recorded, the new database is not new, a tool or the server fails, or others use
/// the database to be renamed. The live database is then as it was, and the new one is gone.
pub async fn restore_with(
    tools: &Toolbox,
    login: &Login,
    artifact: &Artifact,
    into: &str,
    swap: Swap,
    cancel: impl Future<Output = ()>,
    on_progress: &mut dyn FnMut(u64),
) -> Result<Restored, BackupError> {
    let (stop, asked) = stop::pair();
    stop::run(asked, cancel, async {
        let kind = verify(tools, artifact, login.engine(), &stop).await?;
        let restore = Restore {
            tools,
            login,
            file: PathBuf::from(&artifact.path),
            kind,
            into,
            swap,
            contents: manifest_of(artifact).and_then(|manifest| manifest.contents),
            stop: stop.clone(),
        };
        let set_aside = match login.engine() {
            Engine::Postgresql => restore.postgres(on_progress).await,
            Engine::Mysql => restore.mysql(on_progress).await,
            Engine::Sqlite => restore.sqlite(on_progress).await,
        }?;
        Ok(Restored {
            database: match set_aside {
                Some(_) => login.connection().database.clone(),
                None => into.to_owned(),
            },
            set_aside,
        })
    })
    .await
}

impl Restore<'_> {
    async fn postgres(
        &self,
        on_progress: &mut dyn FnMut(u64),
    ) -> Result<Option<String>, BackupError> {
        let mut live = Db::open(self.login, &settings("", "restore")).await?;
        let server = server(&mut live).await?;
        let tools = self.tools.postgres(server.major, &server.version).await?;
        let create = postgres::create_statement(&mut live, self.into).await?;
        live.close().await;
        let admin = maintenance(self.login);
        let mut db = Db::open(&admin, &settings("", "restore")).await?;
        let exists = format!(
            "SELECT 1 FROM pg_catalog.pg_database WHERE datname = {}",
            literal(Engine::Postgresql, self.into)
        );
        self.refuse_existing(&mut db, &exists).await?;
        if self.swap == Swap::Rename {
            // Asked now as well as later, so that nobody waits for a restore that cannot be swapped in.
            swap::refuse_users(&mut db, &self.login.connection().database).await?;
        }
        let fresh = Scratch::new(admin, self.into.to_owned());
        let login = self.login.to_database(self.into);
        let restored = async {
            db.run(&create).await?;
            // Many tables restore in parallel; two jobs leave a small server room to breathe.
            let purpose = Use::Work { jobs: 2 };
            postgres::fill(
                &tools,
                &login,
                self.kind,
                &self.file,
                purpose,
                &self.stop,
                on_progress,
            )
            .await?;
            let mut copy = Db::open(&login, &settings("", "restore")).await?;
            let same = self.compare(&mut copy).await;
            // A dump has no statistics, and without them every plan of the application is a guess.
            let analyzed = match &same {
                Ok(()) => self.stop.or(copy.run("ANALYZE")).await.map(drop),
                Err(_) => Ok(()),
            };
            copy.close().await;
            same?;
            analyzed?;
            match self.swap {
                Swap::No => Ok(None),
                Swap::Rename => swap::postgres(&mut db, &self.names(), &self.stop)
                    .await
                    .map(Some),
            }
        }
        .await;
        db.close().await;
        settle(fresh, restored).await
    }

    async fn mysql(&self, on_progress: &mut dyn FnMut(u64)) -> Result<Option<String>, BackupError> {
        let mut db = Db::open(self.login, &settings("", "restore")).await?;
        let client = self.tools.mysql(MysqlJob::Client, db.is_mariadb()).await?;
        let create = mysql::create_statement(&mut db, self.into).await?;
        let exists = format!(
            "SELECT 1 FROM information_schema.schemata WHERE schema_name = {}",
            literal(Engine::Mysql, self.into)
        );
        self.refuse_existing(&mut db, &exists).await?;
        if self.swap == Swap::Rename {
            swap::refuse_left_behind(&mut db, &self.login.connection().database).await?;
        }
        let fresh = Scratch::new(self.login.clone(), self.into.to_owned());
        let login = self.login.to_database(self.into);
        let restored = async {
            db.run(&create).await?;
            let events = mysql::Events::Create;
            let dump = (self.file.as_path(), self.kind);
            mysql::fill(&client, &login, dump, events, &self.stop, on_progress).await?;
            let mut copy = Db::open(&login, &settings("", "restore")).await?;
            let same = self.compare(&mut copy).await;
            copy.close().await;
            same?;
            match self.swap {
                Swap::No => Ok(None),
                Swap::Rename => swap::mysql(&mut db, &self.names(), &self.stop)
                    .await
                    .map(Some),
            }
        }
        .await;
        db.close().await;
        settle(fresh, restored).await
    }

    async fn sqlite(
        &self,
        on_progress: &mut dyn FnMut(u64),
    ) -> Result<Option<String>, BackupError> {
        let into = PathBuf::from(self.into);
        if into.symlink_metadata().is_ok() {
            return Err(BackupError::DatabaseExists {
                name: self.into.to_owned(),
            });
        }
        let copy = Copy(beside(&into, ".part"));
        let (from, to) = (self.file.clone(), copy.0.clone());
        let bytes = self
            .stop
            .blocking(move |_| {
                let _ = std::fs::remove_file(&to);
                let bytes = std::fs::copy(&from, &to).map_err(BackupError::file(&to, "written"))?;
                flush(&to)?;
                Ok(bytes)
            })
            .await?;
        on_progress(bytes);
        // The copy may be damaged though its source was not.
        sqlite::prove(&copy.0, &self.stop).await?;
        if let Some(dumped) = &self.contents {
            let restored = sqlite::contents_of_lone_file(&copy.0, &self.stop).await?;
            same(dumped, &restored)?;
        }
        self.stop.check()?;
        std::fs::hard_link(&copy.0, &into).map_err(BackupError::file(&into, "created"))?;
        drop(copy);
        flush(&folder_of(&into))?;
        if self.swap == Swap::No {
            return Ok(None);
        }
        let live = PathBuf::from(&self.login.connection().database);
        let fresh = into.clone();
        let swapped = self
            .stop
            .blocking(move |_| swap::sqlite(&live, &fresh))
            .await;
        if swapped.is_err() {
            let _ = std::fs::remove_file(&into);
        }
        swapped.map(|path| Some(path.display().to_string()))
    }

    fn names(&self) -> swap::Names<'_> {
        swap::Names {
            live: &self.login.connection().database,
            fresh: self.into,
        }
    }

    async fn refuse_existing(&self, db: &mut Db, sql: &str) -> Result<(), BackupError> {
        quote_name(self.login.engine(), self.into)?;
        match db.scalar(sql).await? {
            None => self.stop.check(),
            Some(_) => Err(BackupError::DatabaseExists {
                name: self.into.to_owned(),
            }),
        }
    }

    async fn compare(&self, copy: &mut Db) -> Result<(), BackupError> {
        match &self.contents {
            Some(dumped) => same(dumped, &self.stop.or(contents(copy)).await?),
            None => Ok(()),
        }
    }
}

fn same(dumped: &[TableContents], restored: &[TableContents]) -> Result<(), BackupError> {
    let differences = compare(dumped, restored);
    match differences.is_empty() {
        true => Ok(()),
        false => Err(BackupError::Different {
            tables: differences,
        }),
    }
}

/// Keeps the fresh database when it is what was asked for, else drops it.
async fn settle<T>(fresh: Scratch, outcome: Result<T, BackupError>) -> Result<T, BackupError> {
    match outcome {
        Ok(value) => {
            fresh.keep();
            Ok(value)
        }
        Err(error) => {
            if let Err(left) = fresh.drop_now().await {
                tracing::warn!(error = %left, "a half restored database could not be dropped");
            }
            Err(error)
        }
    }
}

/// A file on its way to its name; gone when dropped.
struct Copy(PathBuf);

impl Drop for Copy {
    fn drop(&mut self) {
        let path: &Path = &self.0;
        let _ = std::fs::remove_file(path);
    }
}
