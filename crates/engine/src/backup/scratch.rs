//! A scratch database, gone when the comparison ends, however it ends.

use stopover_plan::model::Engine;

use super::BackupError;
use super::server::server;
use crate::connect::Login;
use crate::db::{Db, Settings};
use crate::quote::quote;

/// A database that exists only until it is compared, or until its restore has succeeded.
pub(super) struct Scratch {
    admin: Login,
    name: String,
    armed: bool,
}

impl Scratch {
    /// Returns a name that nothing else has.
    pub(super) fn name() -> String {
        let now = chrono::Utc::now().format("%Y%m%d%H%M%S%6f");
        format!("stopover_check_{now}_{}", std::process::id())
    }

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
    let engine = admin.engine();
    let mut db = Db::open(admin, &settings("drop")).await?;
    let mut sql = format!("DROP DATABASE IF EXISTS {}", quote(engine, name));
    // A tool that was killed leaves a server process that ends only when it next looks.
    if engine == Engine::Postgresql && server(&mut db).await?.major >= 13 {
        sql.push_str(" WITH (FORCE)");
    }
    let dropped = db.run(&sql).await;
    db.close().await;
    Ok(dropped.map(drop)?)
}

/// Returns how a connection for one purpose is opened.
pub(super) fn settings(purpose: &str) -> Settings {
    Settings {
        application: format!("stopover-backup {purpose}"),
        ..Settings::default()
    }
}
