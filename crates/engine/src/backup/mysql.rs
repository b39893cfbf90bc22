//! MariaDB and MySQL: `mariadb-dump` in one transaction, the client into a fresh database.

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;

use stopover_plan::model::Engine;

use super::kind::Kind;
use super::launch::{self, Input, Launch, Output};
use super::part::Part;
use super::scratch::{Scratch, settings};
use super::stop::Stop;
use super::tool::{MysqlJob, Tool};
use super::{
    BackupError, Difference, Dumped, Order, TableContents, Toolbox, address, claim, compare,
    contents, script,
};
use crate::connect::Login;
use crate::db::{Db, Settings};
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
    let settings = Settings {
        application: format!("stopover {} backup", order.session()),
        ..Settings::default()
    };
    let mut db = Db::open(order.login, &settings).await?;
    let version = db.scalar("SELECT VERSION()").await?.unwrap_or_default();
    let mariadb = db.is_mariadb();
    let tool = tools.mysql(MysqlJob::Dump, mariadb).await?;
    let client = match order.restore_check {
        // What is missing is said before the dump, which may take hours, rather than after it.
        true => {
            let name = claim::name(&order.owner());
            claim::claim(&mut db, &name).await?;
            let create = create_statement(&mut db, &name).await?;
            db.run(&create).await?;
            Scratch::new(order.login.clone(), name).drop_now().await?;
            Some(tools.mysql(MysqlJob::Client, mariadb).await?)
        }
        false => None,
    };
    db.run("START TRANSACTION WITH CONSISTENT SNAPSHOT").await?;
    let launch = Launch {
        tool: &tool,
        arguments: dump_arguments(order.login, &tool)?,
        environment: address::mysql_environment(order.login),
        input: None,
        output: Some(match kind {
            Kind::Gzip => Output::Packed(part.open()?, part.path().to_owned()),
            _ => Output::AsItIs(part.open()?),
        }),
        grows: Some(part.path().to_owned()),
    };
    let dumping = launch::run(order.login, launch, stop, on_progress);
    let counting = async {
        let before = match &client {
            Some(_) => stop.or(contents(&mut db)).await?,
            None => Vec::new(),
        };
        // Closed now: the server would not let it idle until a long dump has ended.
        db.run("ROLLBACK").await?;
        db.close().await;
        Ok(before)
    };
    let ((), before) = futures::future::try_join(dumping, counting).await?;
    script::prove(part.path(), kind, Engine::Mysql, stop).await?;
    let contents = match &client {
        Some(client) => Some(check(order, client, (part.path(), kind), &before, stop).await?),
        None => None,
    };
    Ok(Dumped {
        engine_version: version,
        tool_version: tool.version,
        tables: None,
        contents,
    })
}

fn dump_arguments(login: &Login, tool: &Tool) -> Result<Vec<OsString>, BackupError> {
    let mut arguments = address::mysql_arguments(login, tool)?;
    let words = [
        "--single-transaction",
        "--quick",
        "--routines",
        "--triggers",
        "--events",
        "--hex-blob",
        // Needs a privilege that few have, for what a restore into the same server does not need.
        "--no-tablespaces",
        // The end mark stays, without a time that makes two dumps of the same rows differ.
        "--skip-dump-date",
        "--",
    ];
    arguments.extend(words.map(OsString::from));
    arguments.push(login.connection().database.clone().into());
    Ok(arguments)
}

/// Restores into a scratch database and compares; the scratch database is dropped however this ends. Returns the
/// contents of the dump.
async fn check(
    order: &Order<'_>,
    client: &Tool,
    dump: (&Path, Kind),
    before: &[TableContents],
    stop: &Stop,
) -> Result<Vec<TableContents>, BackupError> {
    let name = claim::name(&order.owner());
    let mut db = Db::open(order.login, &settings(&order.session(), "check")).await?;
    claim::claim(&mut db, &name).await?;
    let create = create_statement(&mut db, &name).await?;
    stop.check()?;
    // Armed before the statement goes out, which is not cancelled: whether it took effect would be unknown.
    let scratch = Scratch::new(order.login.clone(), name.clone());
    let login = order.login.to_database(&name);
    let compared = async {
        db.run(&create).await?;
        fill(client, &login, dump, Events::LeaveOut, stop, &mut |_| {}).await?;
        let mut copy = Db::open(&login, &settings(&order.session(), "check")).await?;
        let restored = stop.or(contents(&mut copy)).await;
        copy.close().await;
        restored
    }
    .await;
    let dropped = scratch.drop_now().await;
    let restored = compared?;
    dropped?;
    let differences = compare(before, &restored);
    if !differences.is_empty() {
        judge(differences, before, &restored, &mut db, stop).await?;
    }
    db.close().await;
    Ok(restored)
}

/// The dump's snapshot is a little younger than ours, so a table that differs may have been written in between.
async fn judge(
    differences: Vec<Difference>,
    before: &[TableContents],
    restored: &[TableContents],
    db: &mut Db,
    stop: &Stop,
) -> Result<(), BackupError> {
    let names = |differences: Vec<Difference>| -> Vec<String> {
        differences.into_iter().map(|table| table.table).collect()
    };
    let after = stop.or(contents(db)).await?;
    let moved = names(compare(before, &after));
    let (moving, still): (Vec<Difference>, Vec<Difference>) = differences
        .into_iter()
        .partition(|difference| moved.contains(&difference.table));
    if !still.is_empty() {
        return Err(BackupError::Different { tables: still });
    }
    let neither = names(compare(&after, restored));
    let mut undecided = names(moving);
    undecided.retain(|table| neither.contains(table));
    match undecided.is_empty() {
        true => Ok(()),
        false => Err(BackupError::Moved { tables: undecided }),
    }
}

/// Returns the statement that creates a database like the one connected to: character set and collation.
pub(super) async fn create_statement(db: &mut Db, name: &str) -> Result<String, BackupError> {
    let sql = "SELECT default_character_set_name, default_collation_name \
         FROM information_schema.schemata WHERE schema_name = DATABASE()";
    let mut row = db.rows(sql, 1).await?.rows.into_iter().flatten();
    let mut sql = format!("CREATE DATABASE {}", quote_name(Engine::Mysql, name)?);
    for key in ["CHARACTER SET", "COLLATE"] {
        if let Some(value) = row.next().flatten() {
            sql.push_str(&format!(" {key} {}", literal(Engine::Mysql, &value)));
        }
    }
    Ok(sql)
}

/// What becomes of a dump's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Events {
    /// They are created, and run when their time comes.
    Create,
    /// They are left out, with the routines and views that follow them: in a scratch database an event would run
    /// beside the live one.
    LeaveOut,
}

/// Fills an empty database from a script.
pub(super) async fn fill(
    client: &Tool,
    login: &Login,
    (path, kind): (&Path, Kind),
    events: Events,
    stop: &Stop,
    on_progress: &mut dyn FnMut(u64),
) -> Result<(), BackupError> {
    // The file is opened once, so that what was looked at is what is fed.
    let input = File::open(path).map_err(BackupError::file(path, "read"))?;
    let scanned = script::scan(&input, path, kind, Engine::Mysql, stop).await?;
    let mut arguments = address::mysql_arguments(login, client)?;
    arguments.extend(["--batch", "--binary-mode", "--local-infile=0"].map(OsString::from));
    arguments.push(format!("--database={}", login.connection().database).into());
    let launch = Launch {
        tool: client,
        arguments,
        environment: address::mysql_environment(login),
        input: Some(Input {
            file: input,
            path: path.to_owned(),
            kind,
            first: match events {
                Events::LeaveOut => scanned.events_at,
                Events::Create => None,
            },
        }),
        output: None,
        grows: None,
    };
    launch::run(login, launch, stop, on_progress).await
}
