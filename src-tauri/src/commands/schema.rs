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
use crate::desk::{Desk, Secrets, open_journal};
use crate::problem::aside;
use crate::rooms::{Room, Rooms};
use crate::view::{Problem, Relations, TableDetail, TouchedTarget};

/// Longest reading of a catalogue.
const CATALOGUE: Duration = Duration::from_secs(60);
/// Longest exact count.
const COUNT: Duration = Duration::from_secs(600);

/// Returns the login of a saved connection, made at its first use.
pub(crate) async fn login_of(
    journal: std::path::PathBuf,
    secrets: &Secrets,
    room: &Room,
    name: &str,
) -> Result<Login, Problem> {
    room.login(async {
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

/// What is looked at.
enum Look {
    List,
    Into { schema: String, name: String },
}

/// What was seen.
enum Seen {
    List(schema::Relations),
    Into(schema::Detail),
}

async fn look(db: &mut Db, wanted: &Look) -> Result<Seen, EngineError> {
    match wanted {
        Look::List => schema::relations(db).await.map(Seen::List),
        Look::Into { schema, name } => schema::detail(db, schema, name).await.map(Seen::Into),
    }
}

/// Looks over the connection that is kept for the schema; one that was lost meanwhile is opened anew once.
async fn on_schema(
    desk: &Desk,
    rooms: &Rooms,
    connection: &str,
    wanted: Look,
) -> Result<Seen, Problem> {
    let room: Arc<Room> = rooms.room(connection);
    let login = login_of(desk.journal(), &desk.secrets(), &room, connection).await?;
    let mut kept = room.schema.lock().await;
    if let Some(mut db) = kept.take() {
        match look(&mut db, &wanted).await {
            Err(error) if is_lost(&error) => {}
            other => {
                *kept = Some(db);
                return Ok(other?);
            }
        }
    }
    let mut db = open(&login).await?;
    let seen = look(&mut db, &wanted).await;
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
    rooms: State<'_, Rooms>,
    connection: String,
) -> Result<Relations, Problem> {
    match on_schema(&desk, &rooms, &connection, Look::List).await? {
        Seen::List(found) => Ok(relations_view(found)),
        Seen::Into(_) => unreachable!("a list was asked for"),
    }
}

/// Looks into one of them.
#[tauri::command]
pub(crate) async fn open_relation(
    desk: State<'_, Desk>,
    rooms: State<'_, Rooms>,
    connection: String,
    schema: String,
    name: String,
) -> Result<TableDetail, Problem> {
    match on_schema(&desk, &rooms, &connection, Look::Into { schema, name }).await? {
        Seen::Into(detail) => Ok(detail_view(detail)),
        Seen::List(_) => unreachable!("one relation was asked for"),
    }
}

/// Counts its rows, on a connection of its own, so that looking further does not wait for it.
#[tauri::command]
pub(crate) async fn count_rows(
    desk: State<'_, Desk>,
    rooms: State<'_, Rooms>,
    connection: String,
    schema: String,
    name: String,
) -> Result<u64, Problem> {
    let room = rooms.room(&connection);
    let login = login_of(desk.journal(), &desk.secrets(), &room, &connection).await?;
    let mut db = query::open(&login, &stopover_runner::os_user(), Some(COUNT)).await?;
    let rows = schema::count(&mut db, &schema, &name).await?;
    db.close().await;
    Ok(rows)
}

/// Ends everything that is open on a connection: what its schema is read over, its query and its result.
#[tauri::command]
pub(crate) fn close_database(rooms: State<'_, Rooms>, connection: String) {
    rooms.close(&connection);
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
