//! The query pane: what a person asks of a database, on a connection that only reads, and its result by page.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use stopover_engine::query::{self, Format, Grid, Heading, Limits, Progress, Span, Written};
use tauri::State;
use tauri::ipc::Channel;

use crate::commands::schema::login_of;
use crate::databases::{OpenDatabases, Running};
use crate::desk::Desk;
use crate::problem::aside;
use crate::view::{
    CellSpan, Copied, CutValue, Exported, Problem, QueryPage, QueryProgress, QueryResult,
    QueryValue, ResultColumn,
};

/// Time between two messages on how far a query is.
const EVERY: Duration = Duration::from_millis(100);
/// Most rows of a page.
const PAGE: u64 = 1000;
/// Most characters of a value in a page; the whole is fetched when it is looked at.
const SHOWN: usize = 300;
/// Most bytes that are copied.
const COPIED: usize = 32 * 1024 * 1024;

fn cancelled() -> Problem {
    stopover_plan::Problem::new(
        "cancelled",
        "The query was cancelled",
        "Run it again when you like.",
    )
    .into()
}

/// Carries out `work` and tells how far it is, until it ends or the pane is left.
async fn told<T>(
    running: &Running,
    progress: &Progress,
    channel: &Channel<QueryProgress>,
    work: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let tell = async {
        let mut last = None;
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            let now = QueryProgress {
                rows: progress.rows(),
                bytes: progress.bytes(),
                statement: progress.statement(),
            };
            if last != Some(now) && channel.send(now).is_err() {
                return;
            }
            last = Some(now);
        }
    };
    let work = async {
        tokio::select! {
            biased;
            done = work => done,
            // Where nobody listens any more the query goes on: its result may still be asked for.
            never = async { tell.await; std::future::pending().await } => never,
        }
    };
    running
        .until_left(work)
        .await
        .unwrap_or_else(|| Err(cancelled()))
}

/// Runs statements and keeps the result of the last; ends what ran in the pane before.
#[tauri::command]
pub(crate) async fn run_query(
    desk: State<'_, Desk>,
    databases: State<'_, OpenDatabases>,
    connection: String,
    sql: String,
    timeout_ms: Option<u64>,
    channel: Channel<QueryProgress>,
) -> Result<QueryResult, Problem> {
    let database = databases.of(&connection);
    let running = database.enter();
    let progress = Progress::default();
    // On the heap, where connecting and asking keep their states.
    let work = Box::pin(async {
        let login = login_of(desk.journal(), &desk.secrets(), &database, &connection).await?;
        let timeout = timeout_ms.map(Duration::from_millis);
        let mut db = query::open(&login, &stopover_runner::os_user(), timeout).await?;
        running.opened(&db);
        let answer = query::ask(&mut db, &sql, Limits::default(), &progress).await?;
        db.close().await;
        Ok(answer)
    });
    let answer = match told(&running, &progress, &channel, work).await {
        Ok(answer) => answer,
        Err(problem) => {
            database.ended(running.run, None);
            return Err(problem);
        }
    };
    let grid = Arc::new(answer.grid);
    if !database.ended(running.run, Some(Arc::clone(&grid))) {
        return Err(cancelled());
    }
    Ok(QueryResult {
        run: running.run,
        columns: grid
            .columns()
            .iter()
            .map(|column| ResultColumn {
                name: column.name.clone(),
                kind: column.kind.clone(),
            })
            .collect(),
        rows: grid.rows() as u64,
        cut: grid.is_cut(),
        whole: grid.is_whole(),
        bytes: grid.bytes() as u64,
        result_sets: u32::try_from(answer.result_sets).unwrap_or(u32::MAX),
        elapsed_ms: u64::try_from(answer.elapsed.as_millis()).unwrap_or(u64::MAX),
    })
}

/// Asks the server to end what runs in the pane.
#[tauri::command]
pub(crate) async fn cancel_query(
    databases: State<'_, OpenDatabases>,
    connection: String,
) -> Result<(), Problem> {
    if let Some(running) = databases.of(&connection).running() {
        running.cancel().await?;
    }
    Ok(())
}

/// Ends what runs in the pane and drops its result.
#[tauri::command]
pub(crate) fn close_query(databases: State<'_, OpenDatabases>, connection: String) {
    databases.of(&connection).leave();
}

/// Returns some rows of a result.
#[tauri::command]
pub(crate) async fn query_page(
    databases: State<'_, OpenDatabases>,
    connection: String,
    run: u32,
    first: u64,
    count: u64,
) -> Result<QueryPage, Problem> {
    let grid = databases.of(&connection).result(run)?;
    aside(move || Ok(page(&grid, first, count.min(PAGE)))).await
}

fn page(grid: &Grid, first: u64, count: u64) -> QueryPage {
    let first = usize::try_from(first)
        .unwrap_or(usize::MAX)
        .min(grid.rows());
    let last = first.saturating_add(count as usize).min(grid.rows());
    let mut cut = Vec::new();
    let rows = (first..last)
        .map(|row| {
            (0..grid.columns().len())
                .map(|column| {
                    let value = grid.value(row, column)?;
                    let end = value.char_indices().nth(SHOWN).map(|(at, _)| at);
                    let length = grid.true_length(row, column);
                    if end.is_some() || length.is_some() {
                        cut.push(CutValue {
                            row: u32::try_from(row - first).unwrap_or(u32::MAX),
                            column: u32::try_from(column).unwrap_or(u32::MAX),
                            bytes: length.unwrap_or(value.len() as u64),
                        });
                    }
                    Some(value[..end.unwrap_or(value.len())].to_owned())
                })
                .collect()
        })
        .collect();
    QueryPage {
        first: first as u64,
        rows,
        cut,
    }
}

/// Returns one value as far as it is kept.
#[tauri::command]
pub(crate) fn query_value(
    databases: State<'_, OpenDatabases>,
    connection: String,
    run: u32,
    row: u64,
    column: u32,
) -> Result<QueryValue, Problem> {
    let grid = databases.of(&connection).result(run)?;
    let (row, column) = (usize::try_from(row).unwrap_or(usize::MAX), column as usize);
    let text = grid.value(row, column).map(str::to_owned);
    let length = grid.true_length(row, column);
    Ok(QueryValue {
        bytes: length.unwrap_or(text.as_ref().map_or(0, |text| text.len() as u64)),
        whole: length.is_none(),
        text,
    })
}

/// Returns a part of the result for the clipboard.
#[tauri::command]
pub(crate) async fn copy_cells(
    databases: State<'_, OpenDatabases>,
    connection: String,
    run: u32,
    span: CellSpan,
) -> Result<Copied, Problem> {
    let grid = databases.of(&connection).result(run)?;
    aside(move || {
        let row = |row: u64| usize::try_from(row).unwrap_or(usize::MAX - 1);
        let columns = span.first_column as usize..span.last_column as usize + 1;
        let heading = match span.names {
            true => Heading::Names,
            false => Heading::None,
        };
        let part = Span {
            rows: row(span.first_row)..row(span.last_row) + 1,
            columns,
        };
        let (text, whole) = grid.tsv(&part, heading, COPIED);
        Ok(Copied { text, whole })
    })
    .await
}

/// Writes the result to a file: as it is kept when it is whole, else by running `sql` again and writing all of it.
#[tauri::command]
pub(crate) async fn export_query(
    desk: State<'_, Desk>,
    databases: State<'_, OpenDatabases>,
    connection: String,
    run: u32,
    sql: String,
    file: String,
    channel: Channel<QueryProgress>,
) -> Result<Exported, Problem> {
    let database = databases.of(&connection);
    let grid = database.result(run)?;
    let file = PathBuf::from(file);
    let format = match file.extension().and_then(|end| end.to_str()) {
        Some(end) if end.eq_ignore_ascii_case("json") => Format::Json,
        _ => Format::Csv,
    };
    let running = database.enter_beside();
    let progress = Progress::default();
    let work = Box::pin(async {
        if grid.is_whole() {
            let asked = running.clone();
            return aside(move || {
                Ok(query::write_grid(&grid, &file, format, || {
                    !asked.was_asked()
                })?)
            })
            .await;
        }
        let login = login_of(desk.journal(), &desk.secrets(), &database, &connection).await?;
        let mut db = query::open(&login, &stopover_runner::os_user(), None).await?;
        running.opened(&db);
        let written = query::export(&mut db, &sql, &file, format, &progress).await?;
        db.close().await;
        Ok(written)
    });
    let outcome: Result<Written, Problem> = told(&running, &progress, &channel, work).await;
    database.ended(running.run, None);
    let written = outcome?;
    Ok(Exported {
        file: written.file.display().to_string(),
        rows: written.rows,
        bytes: written.bytes,
    })
}
