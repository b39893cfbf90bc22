//! The connection test: how far it came, and what was found there.

use std::time::{Duration, Instant};

use stopover_plan::Problem;
use stopover_plan::connection::{Connection, Secret, Tls};
use stopover_plan::model::Engine;

use crate::connect::{Login, log_in};
use crate::db::{Db, Settings};
use crate::error::{EngineError, Place};
use crate::target::{Identity, inspect_identity};

/// How far a connection came, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing worked.
    Nothing,
    /// The host has an address (or the tunnel stands).
    Host,
    /// Somebody answers at the port.
    Port,
    /// The encryption is as it was wanted.
    Tls,
    /// The user was let in.
    Authentication,
    /// The database was entered.
    Database,
    /// Everything was found, privileges too.
    Privilege,
}

/// What a connection test found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ConnectionReport {
    /// True when a session could use the connection.
    pub ok: bool,
    /// The last stage that went well.
    pub reached: Stage,
    /// What is wrong, when it did not go through.
    pub place: Option<Place>,
    /// The failure and its mend.
    pub problem: Option<Problem>,
    /// What would hinder a migration although the connection works.
    pub warnings: Vec<Problem>,
    /// Server, database and user.
    pub found: Option<Identity>,
    /// Protocol version of the encryption, e.g. `TLSv1.3`; `None`: not encrypted.
    pub tls: Option<String>,
    /// Time of one question and answer, in microseconds.
    pub latency_us: Option<u64>,
    /// What the user may do, in the engine's words.
    pub privileges: Vec<String>,
}

/// Tries the connection and says how far it came. Changes nothing.
pub async fn test(connection: &Connection, secret: Option<Secret>) -> ConnectionReport {
    let mut report = ConnectionReport {
        ok: false,
        reached: Stage::Nothing,
        place: None,
        problem: None,
        warnings: Vec::new(),
        found: None,
        tls: None,
        latency_us: None,
        privileges: Vec::new(),
    };
    if let Err(error) = go(connection, secret, &mut report).await {
        report.problem = Some(error.problem());
        let place = place_of(&error);
        report.place = Some(place);
        report.reached = report.reached.max(before(place));
    } else {
        report.ok = true;
    }
    report
}

fn place_of(error: &EngineError) -> Place {
    match error {
        EngineError::Connect { place, .. } => *place,
        EngineError::PoolingProxy { .. } => Place::Host,
        EngineError::Secret(_) => Place::Authentication,
        _ => Place::Database,
    }
}

/// Returns the stage that must have gone well for a failure at `place`.
fn before(place: Place) -> Stage {
    match place {
        Place::Host | Place::Tunnel | Place::File => Stage::Nothing,
        Place::Port => Stage::Host,
        Place::Tls => Stage::Port,
        Place::Authentication => Stage::Tls,
        Place::Database => Stage::Authentication,
        Place::Privilege => Stage::Authentication,
    }
}

async fn go(
    connection: &Connection,
    secret: Option<Secret>,
    report: &mut ConnectionReport,
) -> Result<(), EngineError> {
    let login = log_in(connection, secret).await.inspect_err(|error| {
        // A password that is not found says nothing about the way to the server.
        if matches!(error, EngineError::Secret(_)) {
            report.reached = Stage::Nothing;
        }
    })?;
    if login.engine() != Engine::Sqlite {
        super::reach(&login).await?;
        // Behind a tunnel, and at a socket, nobody has been met yet.
        report.reached = if login.address().socket.is_some() {
            Stage::Host
        } else {
            Stage::Port
        };
    }
    let settings = Settings {
        application: "stopover-test".to_owned(),
        // Nothing is written; and a session that may write shows whether server and database let it.
        read_only: false,
        lock_timeout: Some(Duration::from_secs(2)),
        statement_timeout: Some(Duration::from_secs(10)),
    };
    let mut db = Db::open(&login, &settings).await?;
    report.reached = Stage::Database;
    let asked = Instant::now();
    db.scalar("SELECT 1").await?;
    report.latency_us = u64::try_from(asked.elapsed().as_micros()).ok();
    report.found = Some(inspect_identity(&mut db).await?);
    takes_writes(&login, report);
    encryption(&login, &mut db, report).await?;
    privileges(&mut db, report).await?;
    report.reached = Stage::Privilege;
    db.close().await;
    Ok(())
}

async fn encryption(
    login: &Login,
    db: &mut Db,
    report: &mut ConnectionReport,
) -> Result<(), EngineError> {
    report.tls = match db.engine() {
        Engine::Sqlite => return Ok(()),
        Engine::Postgresql => {
            db.scalar("SELECT version FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()")
                .await?
        }
        Engine::Mysql => {
            let rows = db.rows("SHOW SESSION STATUS LIKE 'Ssl_version'", 1).await?;
            rows.rows
                .into_iter()
                .next()
                .and_then(|mut row| row.pop().flatten())
        }
    }
    .filter(|version| !version.is_empty());
    let connection = login.connection();
    let is_near = connection.ssh.is_some()
        || connection.socket.is_some()
        || matches!(
            connection.host.as_str(),
            "" | "localhost" | "127.0.0.1" | "::1"
        );
    if report.tls.is_none() && !is_near {
        report.warnings.push(Problem::new(
            "not-encrypted",
            format!(
                "The connection to {} is not encrypted: whoever is on the way can read it",
                connection.host
            ),
            match connection.tls {
                Tls::Disable => "Let this connection use TLS, or an SSH tunnel.",
                _ => "Turn TLS on at the server, or use an SSH tunnel.",
            },
        ));
    }
    Ok(())
}

async fn privileges(db: &mut Db, report: &mut ConnectionReport) -> Result<(), EngineError> {
    let sql = match db.engine() {
        Engine::Postgresql => {
            "SELECT p FROM (VALUES \
             ('SUPERUSER', (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)), \
             ('CREATEDB', (SELECT rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user)), \
             ('CREATE SCHEMA', has_database_privilege(current_database(), 'CREATE')), \
             ('TEMPORARY', has_database_privilege(current_database(), 'TEMPORARY')), \
             ('CREATE', has_schema_privilege(current_schema(), 'CREATE'))) AS v (p, has) WHERE has"
        }
        Engine::Mysql => {
            "SELECT DISTINCT privilege_type FROM (\
             SELECT grantee, privilege_type FROM information_schema.user_privileges UNION ALL \
             SELECT grantee, privilege_type FROM information_schema.schema_privileges \
             WHERE DATABASE() LIKE table_schema) AS v \
             WHERE grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''') ORDER BY 1"
        }
        Engine::Sqlite => return Ok(()),
    };
    report.privileges = db
        .rows(sql, 200)
        .await?
        .rows
        .into_iter()
        .filter_map(|mut row| row.pop().flatten())
        .collect();
    if !report
        .privileges
        .iter()
        .any(|privilege| privilege == "CREATE")
    {
        let found = report.found.as_ref();
        let user = found.map_or("", |found| &found.user);
        let database = found.map_or("", |found| &found.database);
        report.warnings.push(Problem::new(
            "cannot-create",
            format!("{user} may not create objects in {database}"),
            "Grant CREATE to the user, or connect as the owner.",
        ));
    }
    Ok(())
}

/// Warns when a connection that may write leads to a database that does not let it.
fn takes_writes(login: &Login, report: &mut ConnectionReport) {
    let Some(found) = &report.found else { return };
    if !found.read_only || login.connection().read_only {
        return;
    }
    report.warnings.push(if found.is_replica {
        Problem::new(
            "replica",
            format!(
                "{} is a replica, so {} cannot be changed there",
                super::whereabouts(login),
                found.database
            ),
            "Connect to the primary.",
        )
    } else if login.engine() == Engine::Sqlite {
        Problem::new(
            "file-read-only",
            format!("{} or its folder cannot be written", found.database),
            "Change the permissions of the file and of its folder.",
        )
    } else {
        Problem::new(
            "server-read-only",
            format!(
                "{} refuses every write to {}",
                super::whereabouts(login),
                found.database
            ),
            "Turn read-only off at the server or database, or connect to another one.",
        )
    });
}
