//! `stopover inspect`: tables, sizes, rows, and who waits for whom.

use serde_json::json;
use stopover_engine::connect::log_in;
use stopover_engine::target::inspect_identity;
use stopover_engine::{Db, Settings, inspect};

use super::{Done, block_on};
use crate::args::InspectArgs;
use crate::bind::{address_of, password};
use crate::output::Output;

pub(crate) fn run(out: &Output, args: &InspectArgs) -> Done {
    let (connection, given) = address_of(None, &args.url)?;
    let secret = password(&connection, given, "STOPOVER")?;
    let (identity, tables, blockers) = block_on(async {
        let login = log_in(&connection, secret).await?;
        let settings = Settings {
            application: "stopover inspect".to_owned(),
            read_only: true,
            ..Settings::default()
        };
        let mut db = Db::open(&login, &settings).await?;
        let identity = inspect_identity(&mut db).await?;
        let tables = inspect::tables(&mut db).await?;
        let blockers = inspect::blockers(&mut db).await?;
        db.close().await;
        Ok((identity, tables, blockers))
    })?;
    let document = json!({
        "engine": connection.engine,
        "version": identity.server_version,
        "database": identity.database,
        "user": identity.user,
        "is_replica": identity.is_replica,
        "tables": tables,
        "blockers": blockers,
    });
    out.document(&document, || {
        let mut text = format!(
            "{} {} {}\n",
            connection.engine.word(),
            identity.server_version,
            identity.database
        );
        for table in &tables {
            let name = match table.schema.is_empty() {
                true => table.table.clone(),
                false => format!("{}.{}", table.schema, table.table),
            };
            text.push_str(&format!(
                "{:>14}{} rows {:>14} bytes  {name}\n",
                table.rows,
                if table.rows_estimated { "~" } else { " " },
                table
                    .bytes
                    .map_or_else(|| "?".to_owned(), |bytes| bytes.to_string()),
            ));
        }
        if tables.is_empty() {
            text.push_str("no tables\n");
        }
        for blocker in &blockers {
            text.push_str(&format!(
                "session {} has waited {} ms for session {}: {}\n",
                blocker.blocked, blocker.waited_ms, blocker.blocking, blocker.blocked_query
            ));
        }
        text
    });
    Ok(0)
}
