//! `stopover backup` and `stopover restore`: a backup by itself.

use std::path::PathBuf;

use serde_json::json;
use stopover_engine::backup::{self, BackupError, Maker, Order, Swap};
use stopover_engine::connect::{Login, log_in};
use stopover_engine::db::DbClass;
use stopover_plan::Problem;
use stopover_plan::model::{BackupFormat, Engine};
use stopover_runner::Trouble;

use super::{Done, block_on};
use crate::args::{BackupArgs, FormatWord, RestoreArgs};
use crate::bind::{address_of, password};
use crate::output::Output;
use crate::words::count;

/// Resolves when the person presses Ctrl-C.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Returns why a backup or restore did not come about, under the exit code that fits it.
fn trouble(error: BackupError) -> Trouble {
    let problem = error.problem();
    match error {
        _ if error.is_cancelled() => Trouble::NeedsPerson(problem),
        BackupError::Engine(error) => error.into(),
        BackupError::Db(error) if error.class == DbClass::Lost => Trouble::Unreachable(problem),
        BackupError::File { .. }
        | BackupError::Sqlite { .. }
        | BackupError::ToolMissing { .. }
        | BackupError::ToolTooOld { .. } => Trouble::Unreachable(problem),
        BackupError::Exists { .. }
        | BackupError::Busy { .. }
        | BackupError::DatabaseExists { .. }
        | BackupError::InUse { .. } => Trouble::Refused(problem),
        BackupError::Format { .. } => Trouble::Problems(vec![problem]),
        _ => Trouble::Failed(problem),
    }
}

pub(crate) fn back_up(out: &Output, args: &BackupArgs) -> Done {
    let (connection, given) = address_of(None, &args.url)?;
    let secret = password(&connection, given, "STOPOVER")?;
    let artifact = block_on(async {
        let login = log_in(&connection, secret).await?;
        clear_left_overs(out, &login).await;
        let order = Order {
            login: &login,
            file: args.output.clone(),
            at_ms: chrono::Utc::now().timestamp_millis(),
            format: match args.format {
                FormatWord::Custom => BackupFormat::Custom,
                FormatWord::Directory => BackupFormat::Directory,
                FormatWord::Plain => BackupFormat::Plain,
            },
            jobs: args.jobs.max(1),
            restore_check: args.restore_check,
            maker: Maker::Person,
        };
        let bar = progress(out);
        let result = backup::back_up(&order, interrupted(), &mut |bytes| {
            bar.set_position(bytes);
        })
        .await;
        bar.finish_and_clear();
        result.map_err(trouble)
    })?;
    let document = json!({
        "file": artifact.path,
        "bytes": artifact.bytes,
        "sha256": artifact.sha256,
        "format": artifact.format,
        "engine_version": artifact.engine_version,
        "tool_version": artifact.tool_version,
        "restored": artifact.restored,
    });
    out.document(&document, || {
        let mut text = format!(
            "{} ({} bytes, sha256 {})",
            artifact.path, artifact.bytes, artifact.sha256
        );
        match &artifact.restored {
            Some(restored) => text.push_str(&format!(
                "\nrestored and compared: {}, {}, {}",
                count(restored.tables, "table"),
                count(restored.rows, "row"),
                if restored.equal { "equal" } else { "DIFFERENT" }
            )),
            None => text.push_str("\ncomplete; not restored (--restore-check)"),
        }
        text
    });
    Ok(match artifact.restored {
        Some(restored) if !restored.equal => 1,
        _ => 0,
    })
}

/// Drops the scratch databases that killed backups left on the server, and says which. Nothing depends on it: what
/// hinders it shows again where it matters.
async fn clear_left_overs(out: &Output, login: &Login) {
    match backup::sweep_by_itself(login).await {
        Ok(names) => names.iter().for_each(|name| {
            out.warning(&Problem::new(
                "scratch-left",
                format!("dropped the scratch database {name}, which a killed backup left behind"),
                "",
            ));
        }),
        Err(error) => tracing::debug!(%error, "left scratch databases were not looked for"),
    }
}

fn progress(out: &Output) -> indicatif::ProgressBar {
    if !out.is_attended() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new_spinner();
    if let Ok(style) =
        indicatif::ProgressStyle::with_template("{spinner} {bytes} in {elapsed} ({bytes_per_sec})")
    {
        bar.set_style(style);
    }
    bar
}

pub(crate) fn restore(out: &Output, args: &RestoreArgs) -> Done {
    let (mut connection, given) = address_of(None, &args.url)?;
    let secret = password(&connection, given, "STOPOVER")?;
    let into = match (args.swap, connection.engine) {
        (true, Engine::Sqlite) => format!("{}.restored", connection.database),
        (true, _) => format!("{}_restored", connection.database),
        (false, _) => connection.database.clone(),
    };
    if !args.swap {
        // The fresh database is not there yet: the way in is the one that always is.
        match connection.engine {
            Engine::Postgresql => connection.database = "postgres".to_owned(),
            Engine::Mysql => connection.database = "mysql".to_owned(),
            Engine::Sqlite if PathBuf::from(&into).exists() => {
                return Err(Trouble::Refused(Problem::new(
                    "database-exists",
                    format!("The database {into} exists; a restore goes into a fresh one."),
                    "Name a file that is not there, or use --swap.",
                )));
            }
            Engine::Sqlite => {}
        }
    }
    let restored = block_on(async {
        let artifact = backup::artifact_of_file(&args.file).map_err(trouble)?;
        let login = log_in(&connection, secret).await?;
        let swap = match args.swap {
            true => Swap::Rename,
            false => Swap::No,
        };
        let bar = progress(out);
        let result = backup::restore(
            &login,
            &artifact,
            &into,
            swap,
            interrupted(),
            &mut |bytes| {
                bar.set_position(bytes);
            },
        )
        .await;
        bar.finish_and_clear();
        result.map_err(trouble)
    })?;
    let document = json!({ "database": restored.database, "file": args.file });
    out.document(&document, || {
        format!(
            "{} restored from {}",
            restored.database,
            args.file.display()
        )
    });
    Ok(0)
}
