//! What lies in a database: listed, looked into, counted; and which of it the open plan names.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use stopover_engine::connect::{Login, log_in};
use stopover_engine::db::{Db, DbClass};
use stopover_engine::{EngineError, query, schema};
use tauri::State;

use crate::commands::connections::known;
use crate::convert::schema::{detail_view, relations_view};
use crate::convert::touched::touched;
use crate::databases::{OpenDatabase, OpenDatabases};
use crate::desk::{Desk, Secrets, open_journal};
use crate::problem::aside;
use crate::view::{Problem, Relations, TableDetail, TouchedTarget};

/// Longest reading of a catalogue.
const CATALOGUE: Duration = Duration::from_secs(60);
/// Longest exact count.
const COUNT: Duration = Duration::from_secs(600);

/// Returns the login of a saved connection, made at its first use.
pub(crate) async fn login_of(
    journal: std::path::PathBuf,
    secrets: &Secrets,
    database: &OpenDatabase,
    name: &str,
) -> Result<Login, Problem> {
    database
        .login(async {
            let wanted = name.to_owned();
            let connection = aside(move || {
                open_journal(&journal)?.connection(&wanted)?.ok_or_else(|| {
                    Problem::from(stopover_plan::Problem::new(
                        "no-connection",
                        format!("No connection is named {wanted}"),
                        "Choose another one.",
                    ))
                })
            })
            .await?;
            let password = known(&connection, "STOPOVER", secrets).await?;
            Ok(log_in(&connection, password).await?)
        })
        .await
}

/// Opens what the schema is read over.
async fn open(login: &Login) -> Result<Db, EngineError> {
    query::open(login, &stopover_runner::os_user(), Some(CATALOGUE)).await
}

/// What is looked at, and so what is seen.
trait Look: Send + Sync {
    type Seen;
    fn look(&self, db: &mut Db) -> impl Future<Output = Result<Self::Seen, EngineError>> + Send;
}

/// A look at all there is.
struct List;

impl Look for List {
    type Seen = schema::Relations;
    async fn look(&self, db: &mut Db) -> Result<Self::Seen, EngineError> {
        schema::relations(db).await
    }
}

/// A look into one table or view.
struct Inside {
    schema: String,
    name: String,
}

impl Look for Inside {
    type Seen = schema::Detail;
    async fn look(&self, db: &mut Db) -> Result<Self::Seen, EngineError> {
        schema::detail(db, &self.schema, &self.name).await
    }
}

/// Looks over the connection that is kept for the schema; one that was lost meanwhile is opened anew once.
async fn on_schema<L: Look>(
    desk: &Desk,
    databases: &OpenDatabases,
    connection: &str,
    wanted: L,
) -> Result<L::Seen, Problem> {
    let database: Arc<OpenDatabase> = databases.of(connection);
    let login = login_of(desk.journal(), &desk.secrets(), &database, connection).await?;
    let mut kept = database.schema.lock().await;
    if let Some(mut db) = kept.take() {
        match wanted.look(&mut db).await {
            Err(error) if is_lost(&error) => {}
            other => {
                *kept = Some(db);
                return Ok(other?);
            }
        }
    }
    let mut db = open(&login).await?;
    let seen = wanted.look(&mut db).await;
    *kept = Some(db);
    Ok(seen?)
}

fn is_lost(error: &EngineError) -> bool {
    error.db().is_some_and(|error| error.class == DbClass::Lost)
}

/// Lists tables and views of a saved connection.
#[tauri::command]
pub(crate) async fn list_relations(
    desk: State<'_, Desk>,
    databases: State<'_, OpenDatabases>,
    connection: String,
) -> Result<Relations, Problem> {
    let found = on_schema(&desk, &databases, &connection, List).await?;
    Ok(relations_view(found))
}

/// Looks into one of them.
#[tauri::command]
pub(crate) async fn open_relation(
    desk: State<'_, Desk>,
    databases: State<'_, OpenDatabases>,
    connection: String,
    schema: String,
    name: String,
) -> Result<TableDetail, Problem> {
    let detail = on_schema(&desk, &databases, &connection, Inside { schema, name }).await?;
    Ok(detail_view(detail))
}

/// Counts its rows, on a connection of its own, so that looking further does not wait for it.
#[tauri::command]
pub(crate) async fn count_rows(
    desk: State<'_, Desk>,
    databases: State<'_, OpenDatabases>,
    connection: String,
    schema: String,
    name: String,
) -> Result<u64, Problem> {
    let database = databases.of(&connection);
    let login = login_of(desk.journal(), &desk.secrets(), &database, &connection).await?;
    let mut db = query::open(&login, &stopover_runner::os_user(), Some(COUNT)).await?;
    let rows = schema::count(&mut db, &schema, &name).await?;
    db.close().await;
    Ok(rows)
}

/// Ends everything that is open on a connection: what its schema is read over, its query and its result.
#[tauri::command]
pub(crate) fn close_database(databases: State<'_, OpenDatabases>, connection: String) {
    databases.close(&connection);
}

/// Returns which tables the steps of a plan name.
#[tauri::command]
pub(crate) async fn touched_tables(path: String) -> Result<Vec<TouchedTarget>, Problem> {
    aside(move || {
        let opened = stopover_runner::open_plan(Path::new(&path))?;
        Ok(touched(&opened.plan, &opened.files))
    })
    .await
}
