//! A scratch database, gone when the comparison ends, however it ends.

use stopover_plan::model::Engine;

use super::BackupError;
use super::server::server;
use crate::connect::Login;
use crate::db::{Db, Settings};
use crate::quote::{literal, quote};

/// A database that exists only until it is compared, or until its restore has succeeded.
pub(super) struct Scratch {
    admin: Login,
    name: String,
    armed: bool,
}

impl Scratch {
    /// Takes over a database that was, or is about to be, created under this name.
    pub(super) fn new(admin: Login, name: String) -> Self {
        Self {
            admin,
            name,
            armed: true,
        }
    }

    /// Drops it.
    pub(super) async fn drop_now(mut self) -> Result<(), BackupError> {
        let dropped = drop_database(&self.admin, &self.name).await;
        self.armed = false;
        dropped
    }

    /// Keeps it: it has become what it was made for.
    pub(super) fn keep(mut self) {
        self.armed = false;
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.armed {
            return;
        }
        let (admin, name) = (self.admin.clone(), std::mem::take(&mut self.name));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = drop_database(&admin, &name).await {
                    tracing::warn!(%name, %error, "a scratch database could not be dropped");
                }
            });
        }
    }
}

/// Drops a database that is ours, with whoever is connected to it.
async fn drop_database(admin: &Login, name: &str) -> Result<(), BackupError> {
    let mut db = Db::open(admin, &settings("", "drop")).await?;
    let dropped = drop_on(&mut db, name).await;
    db.close().await;
    dropped
}

/// Drops a database that is ours, with whoever is connected to it, on a connection to another one.
pub(super) async fn drop_on(db: &mut Db, name: &str) -> Result<(), BackupError> {
    let engine = db.engine();
    let mut sql = format!("DROP DATABASE IF EXISTS {}", quote(engine, name));
    // A tool that was killed leaves a server process that ends only when it next looks.
    match engine {
        Engine::Mysql => end_users(db, name).await?,
        _ if server(db).await?.major >= 13 => sql.push_str(" WITH (FORCE)"),
        _ => {}
    }
    db.run(&sql).await?;
    Ok(())
}

/// Ends the connections to a database of MariaDB, which would otherwise hold up its end, or fill it again.
async fn end_users(db: &mut Db, name: &str) -> Result<(), BackupError> {
    let users = format!(
        "SELECT id FROM information_schema.processlist WHERE db = {} AND id <> CONNECTION_ID()",
        literal(Engine::Mysql, name)
    );
    for id in db
        .rows(&users, 1000)
        .await?
        .rows
        .into_iter()
        .flatten()
        .flatten()
    {
        match db.run(&format!("KILL CONNECTION {id}")).await {
            // 1094: it went by itself meanwhile.
            Err(error) if error.code != "1094" => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Returns how a connection for one purpose is opened. Under the name of its session it counts as what the session left
/// at work, should its runner be killed.
pub(super) fn settings(session: &str, purpose: &str) -> Settings {
    Settings {
        application: match session {
            "" => format!("stopover-backup {purpose}"),
            session => format!("stopover {session} {purpose}"),
        },
        ..Settings::default()
    }
}
