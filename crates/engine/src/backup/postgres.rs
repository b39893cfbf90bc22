//! PostgreSQL: `pg_dump` in an exported snapshot, `pg_restore` and `psql` into a fresh database.

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;

use stopover_plan::model::Engine;

use super::archive::prove_archive;
use super::contents::POSTGRES_TABLES;
use super::kind::Kind;
use super::launch::{self, Input, Launch};
use super::part::Part;
use super::scratch::{Scratch, settings};
use super::server::{maintenance, server};
use super::stop::Stop;
use super::tool::PostgresTools;
use super::{
    BackupError, Dumped, Order, TableContents, Toolbox, address, claim, compare, contents, script,
};
use crate::connect::Login;
use crate::db::{Db, DbClass, DbError, Settings};
use crate::quote::{literal, quote_name};

/// Dumps into the part; with restore check also restores and compares.
pub(super) async fn dump(
    tools: &Toolbox,
    order: &Order<'_>,
    kind: Kind,
    part: &Part,
    stop: &Stop,
    on_progress: &mut dyn FnMut(u64),
) -> Result<Dumped, BackupError> {
    let application = format!("stopover {} backup", order.session());
    let settings = Settings {
        application: application.clone(),
        ..Settings::default()
    };
    let mut db = Db::open(order.login, &settings).await?;
    let server = server(&mut db).await?;
    let tools = tools.postgres(server.major, &server.version).await?;
    if order.restore_check {
        // Said before the dump, which may take hours, rather than after it.
        may_create_databases(&mut db).await?;
    }
    // This connection idles while the dump runs, and what it counts may take as long.
    db.run(
        "SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN ('statement_timeout', \
         'idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout')",
    )
    .await?;
    // Everything below sees one state: the dump, the count of tables, and the contents it is compared with.
    db.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    let snapshot = db
        .scalar("SELECT pg_export_snapshot()")
        .await?
        .unwrap_or_default();
    let count = format!(
        "SELECT count(*) FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE {POSTGRES_TABLES}"
    );
    let count = db.scalar(&count).await?;
    let tables: u64 = count.and_then(|count| count.parse().ok()).unwrap_or(0);
    let launch = Launch {
        tool: &tools.dump,
        arguments: dump_arguments(order, kind, part, &snapshot),
        environment: address::postgres(order.login, &application),
        input: None,
        output: None,
        grows: Some(part.path().to_owned()),
    };
    let dumping = launch::run(order.login, launch, stop, on_progress);
    let live = match order.restore_check {
        true => {
            let counting = stop.or(contents(&mut db));
            let ((), live) = futures::future::try_join(dumping, counting).await?;
            Some(live)
        }
        false => {
            dumping.await?;
            None
        }
    };
    db.run("ROLLBACK").await?;
    match kind {
        Kind::Plain => script::prove(part.path(), kind, Engine::Postgresql, stop).await?,
        _ => prove_archive(&tools.restore, part.path(), Some(tables), stop).await?,
    }
    if let Some(live) = &live {
        check(&tools, order, kind, part.path(), &mut db, live, stop).await?;
    }
    db.close().await;
    Ok(Dumped {
        engine_version: server.version,
        tool_version: tools.dump.version,
        tables: Some(tables),
        contents: live,
    })
}

fn dump_arguments(order: &Order<'_>, kind: Kind, part: &Part, snapshot: &str) -> Vec<OsString> {
    let mut file = OsString::from("--file=");
    file.push(part.path());
    let mut arguments: Vec<OsString> = vec![
        "--no-password".into(),
        // The part's bytes are flushed once more, and once only, by us.
        "--no-sync".into(),
        "--lock-wait-timeout=60s".into(),
        format!("--snapshot={snapshot}").into(),
        file,
    ];
    match kind {
        // Level 1: a fifth of the default level's time at a third more bytes.
        Kind::Custom => arguments.extend(["--format=custom".into(), "--compress=1".into()]),
        Kind::Directory => arguments.extend([
            "--format=directory".into(),
            "--compress=1".into(),
            format!("--jobs={}", order.jobs.max(1)).into(),
        ]),
        _ => arguments.push("--format=plain".into()),
    }
    arguments
}

async fn may_create_databases(db: &mut Db) -> Result<(), BackupError> {
    let may =
        "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user";
    let may = db.scalar(may).await?.unwrap_or_default();
    let message = match (db.settings().read_only, may.starts_with('t')) {
        (false, true) => return Ok(()),
        (true, _) => "the connection is read-only, and a restore check creates a scratch database",
        _ => "the database user may not create the scratch database of a restore check",
    };
    Err(BackupError::Db(DbError {
        code: "42501".to_owned(),
        message: message.to_owned(),
        class: DbClass::Privilege,
        position: None,
    }))
}

/// Restores into a scratch database and compares; the scratch database is dropped however this ends.
async fn check(
    tools: &PostgresTools,
    order: &Order<'_>,
    kind: Kind,
    path: &Path,
    db: &mut Db,
    live: &[TableContents],
    stop: &Stop,
) -> Result<(), BackupError> {
    let name = claim::name(&order.owner());
    let create = create_statement(db, &name).await?;
    let admin = maintenance(order.login);
    let mut maker = Db::open(&admin, &settings(&order.session(), "check")).await?;
    claim::claim(&mut maker, &name).await?;
    stop.check()?;
    // Armed before the statement goes out, which is not cancelled: whether it took effect would be unknown.
    let scratch = Scratch::new(admin, name.clone());
    let login = order.login.to_database(&name);
    let compared = async {
        maker.run(&create).await?;
        fill(
            tools,
            &login,
            kind,
            path,
            Use::Compare { jobs: order.jobs },
            stop,
            &mut |_| {},
        )
        .await?;
        let mut copy = Db::open(&login, &settings(&order.session(), "check")).await?;
        let restored = stop.or(contents(&mut copy)).await;
        copy.close().await;
        restored
    }
    .await;
    let dropped = scratch.drop_now().await;
    maker.close().await;
    let differences = compare(live, &compared?);
    dropped?;
    match differences.is_empty() {
        true => Ok(()),
        false => Err(BackupError::Different {
            tables: differences,
        }),
    }
}

/// Returns the statement that creates a database like the one connected to: encoding, locale and provider.
pub(super) async fn create_statement(db: &mut Db, name: &str) -> Result<String, BackupError> {
    // Read through JSON, because versions name and have these columns differently.
    let sql = "SELECT pg_encoding_to_char(encoding), datcollate, datctype, to_jsonb(d)->>'datlocprovider', \
         coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') \
         FROM pg_catalog.pg_database d WHERE datname = current_database()";
    let mut row = db.rows(sql, 1).await?.rows.into_iter().flatten();
    let mut next = || row.next().flatten();
    let (encoding, collate, ctype, provider, locale) = (next(), next(), next(), next(), next());
    let text = |value: &str| literal(Engine::Postgresql, value);
    let mut sql = format!(
        "CREATE DATABASE {} TEMPLATE template0",
        quote_name(Engine::Postgresql, name)?
    );
    for (key, value) in [
        ("ENCODING", encoding),
        ("LC_COLLATE", collate),
        ("LC_CTYPE", ctype),
    ] {
        if let Some(value) = value {
            sql.push_str(&format!(" {key} {}", text(&value)));
        }
    }
    match (provider.as_deref(), locale) {
        (Some("i"), Some(locale)) => {
            sql.push_str(&format!(
                " LOCALE_PROVIDER icu ICU_LOCALE {}",
                text(&locale)
            ));
        }
        (Some("b"), Some(locale)) => {
            sql.push_str(&format!(
                " LOCALE_PROVIDER builtin BUILTIN_LOCALE {}",
                text(&locale)
            ));
        }
        _ => {}
    }
    Ok(sql)
}

/// What a database is filled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// To be compared and dropped: owners, privileges, subscriptions do not matter.
    Compare {
        /// Parallel jobs.
        jobs: u32,
    },
    /// To be worked with.
    Work {
        /// Parallel jobs.
        jobs: u32,
    },
}

/// Fills an empty database from a backup.
pub(super) async fn fill(
    tools: &PostgresTools,
    login: &Login,
    kind: Kind,
    path: &Path,
    purpose: Use,
    stop: &Stop,
    on_progress: &mut dyn FnMut(u64),
) -> Result<(), BackupError> {
    let name = address::postgres_database(&login.connection().database);
    let mut arguments: Vec<OsString> =
        vec!["--no-password".into(), format!("--dbname={name}").into()];
    let environment = address::postgres(login, "stopover-backup restore");
    if matches!(kind, Kind::Plain | Kind::Gzip) {
        let Some(psql) = &tools.psql else {
            return Err(BackupError::ToolMissing {
                tool: "psql".to_owned(),
                remedy: format!(
                    "Run `apt install postgresql-client-{}`.",
                    tools.restore.major
                ),
            });
        };
        // The file is opened once, so that what was looked at is what is fed.
        let input = File::open(path).map_err(BackupError::file(path, "read"))?;
        script::scan(&input, path, kind, Engine::Postgresql, stop).await?;
        let words = [
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--file=-",
        ];
        arguments.extend(words.map(OsString::from));
        let launch = Launch {
            tool: psql,
            arguments,
            environment,
            input: Some(Input {
                file: input,
                path: path.to_owned(),
                kind,
                first: None,
            }),
            output: None,
            grows: None,
        };
        return launch::run(login, launch, stop, on_progress).await;
    }
    arguments.push("--exit-on-error".into());
    let jobs = match purpose {
        Use::Compare { jobs } => {
            let words = [
                "--no-owner",
                "--no-privileges",
                "--no-subscriptions",
                "--no-publications",
                "--no-security-labels",
                "--no-comments",
            ];
            arguments.extend(words.map(OsString::from));
            jobs
        }
        Use::Work { jobs } => jobs,
    };
    arguments.push(format!("--jobs={}", jobs.max(1)).into());
    arguments.push(path.into());
    let launch = Launch {
        tool: &tools.restore,
        arguments,
        environment,
        input: None,
        output: None,
        grows: None,
    };
    launch::run(login, launch, stop, on_progress).await
}
