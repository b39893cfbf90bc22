//! SQLite: the online backup of one read transaction, and the contents of a file's tables.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use stopover_plan::model::Engine;

use super::difference::{TableContents, compare, is_ours};
use super::files::beside;
use super::launch::LOOK;
use super::part::Part;
use super::stop::{self, Stop};
use super::{BackupError, Dumped, Order};
use crate::quote::quote;

/// Pages copied between two looks at whether someone asked to stop.
const PAGES: i32 = 1024;
/// Longest wait for a writer that commits.
const PATIENCE: Duration = Duration::from_secs(30);

/// Copies the database into the part and proves the copy; with restore check also compares a copy of the copy.
pub(super) async fn dump(
    order: &Order<'_>,
    part: &Part,
    stop: &Stop,
    on_progress: &mut dyn FnMut(u64),
) -> Result<Dumped, BackupError> {
    let live = PathBuf::from(&order.login.connection().database);
    let copy = part.path().to_owned();
    let compares = order.restore_check;
    let done = Arc::new(AtomicU64::new(0));
    let told = done.clone();
    let mut work = std::pin::pin!(stop.blocking(move |stop| {
        let contents = copy_into(&live, &copy, compares, &told, stop)?;
        check_integrity(&copy, stop)?;
        if let Some(contents) = &contents {
            compare_restored(&copy, contents, stop)?;
        }
        Ok(contents)
    }));
    let mut look = tokio::time::interval(LOOK);
    let contents = loop {
        tokio::select! {
            contents = &mut work => break contents?,
            _ = look.tick() => on_progress(done.load(Ordering::Relaxed)),
        }
    };
    Ok(Dumped {
        engine_version: rusqlite::version().to_owned(),
        tool_version: rusqlite::version().to_owned(),
        tables: None,
        contents,
    })
}

/// Copies one read transaction's state; returns its contents when they are to be compared.
fn copy_into(
    live: &Path,
    copy: &Path,
    compares: bool,
    done: &AtomicU64,
    stop: &Stop,
) -> Result<Option<Vec<TableContents>>, BackupError> {
    let of_live = |error| BackupError::sqlite(live)(error);
    let of_copy = |error| BackupError::sqlite(copy)(error);
    let source = open(live, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    source.busy_timeout(PATIENCE).map_err(of_live)?;
    // An open read transaction holds the state: a writer does not make the copy begin again, as it would otherwise.
    source.execute_batch("BEGIN").map_err(of_live)?;
    let page: i64 = source
        .query_row(
            "SELECT page_size FROM pragma_page_size, (SELECT count(*) FROM sqlite_master)",
            [],
            |row| row.get(0),
        )
        .map_err(of_live)?;
    let mut target = open(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // The part is flushed once, when it is whole.
    target
        .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        .map_err(of_copy)?;
    let backup = Backup::new(&source, &mut target).map_err(of_copy)?;
    loop {
        stop.check()?;
        match backup.step(PAGES).map_err(of_copy)? {
            StepResult::Done => break,
            StepResult::Busy | StepResult::Locked => {
                std::thread::sleep(Duration::from_millis(20));
            }
            _ => {}
        }
        let progress = backup.progress();
        let pages = progress.pagecount.saturating_sub(progress.remaining);
        let bytes = i64::from(pages).saturating_mul(page);
        done.store(bytes.unsigned_abs(), Ordering::Relaxed);
    }
    drop(backup);
    target.close().map_err(|(_, error)| of_copy(error))?;
    let contents = match compares {
        true => Some(contents_of(&source, live, stop)?),
        false => None,
    };
    source.execute_batch("COMMIT").map_err(of_live)?;
    Ok(contents)
}

/// Restores the copy into a scratch file beside it, and compares.
fn compare_restored(copy: &Path, live: &[TableContents], stop: &Stop) -> Result<(), BackupError> {
    let scratch = Scratch(beside(copy, ".check"));
    std::fs::copy(copy, &scratch.0).map_err(BackupError::file(&scratch.0, "written"))?;
    let restored = contents_of(&open_alone(&scratch.0)?, &scratch.0, stop)?;
    let differences = compare(live, &restored);
    match differences.is_empty() {
        true => Ok(()),
        false => Err(BackupError::Different {
            tables: differences,
        }),
    }
}

/// A file that exists only to be compared.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Proves a file to be a whole database, by SQLite's own check of every page.
pub(super) async fn prove(path: &Path, stop: &Stop) -> Result<(), BackupError> {
    let path = path.to_owned();
    stop.blocking(move |stop| check_integrity(&path, stop))
        .await
}

fn check_integrity(path: &Path, stop: &Stop) -> Result<(), BackupError> {
    let file = open_alone(path)?;
    stop_when_asked(&file, path, stop)?;
    let answer: Result<String, _> =
        file.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
    stop.check()?;
    let why = match answer {
        Ok(answer) if answer == "ok" => return Ok(()),
        Ok(answer) => answer,
        Err(error) => error.to_string(),
    };
    Err(BackupError::incomplete(path, why))
}

/// Returns the contents of a file's tables as they are now.
pub(super) async fn contents_of_file(path: &str) -> Result<Vec<TableContents>, BackupError> {
    let path = PathBuf::from(path);
    let (stop, _asked) = stop::pair();
    stop.blocking(move |stop| {
        let file = open(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        file.busy_timeout(PATIENCE)
            .and_then(|()| file.execute_batch("BEGIN"))
            .map_err(BackupError::sqlite(&path))?;
        contents_of(&file, &path, stop)
    })
    .await
}

/// Returns the contents of a file that nobody else has open.
pub(super) async fn contents_of_lone_file(
    path: &Path,
    stop: &Stop,
) -> Result<Vec<TableContents>, BackupError> {
    let path = path.to_owned();
    stop.blocking(move |stop| contents_of(&open_alone(&path)?, &path, stop))
        .await
}

fn contents_of(
    file: &Connection,
    path: &Path,
    stop: &Stop,
) -> Result<Vec<TableContents>, BackupError> {
    stop_when_asked(file, path, stop)?;
    let read = || -> rusqlite::Result<Vec<TableContents>> {
        let names: Vec<String> = file
            .prepare(
                "SELECT name FROM pragma_table_list \
                 WHERE type IN ('table', 'shadow') AND schema = 'main' AND name <> 'sqlite_schema' ORDER BY name",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let names = names.into_iter().filter(|name| !is_ours(name));
        names.map(|name| contents_of_table(file, name)).collect()
    };
    let contents = read();
    stop.check()?;
    contents.map_err(BackupError::sqlite(path))
}

fn contents_of_table(file: &Connection, table: String) -> rusqlite::Result<TableContents> {
    let sql = format!("SELECT * FROM {}", quote(Engine::Sqlite, &table));
    let mut statement = file.prepare(&sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let (mut count, mut sum) = (0_u64, 0_u128);
    while let Some(row) = rows.next()? {
        let mut hash = Sha256::new();
        for at in 0..columns {
            // Kind and length come first, so that no two different rows are the same bytes.
            let (kind, bytes): (u8, &[u8]) = match row.get_ref(at)? {
                ValueRef::Null => (b'n', &[]),
                ValueRef::Integer(number) => (b'i', &number.to_le_bytes()),
                ValueRef::Real(number) => (b'r', &number.to_bits().to_le_bytes()),
                ValueRef::Text(bytes) => (b't', bytes),
                ValueRef::Blob(bytes) => (b'b', bytes),
            };
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        let mut half = [0; 16];
        half.copy_from_slice(&hash.finalize()[..16]);
        sum = sum.wrapping_add(u128::from_le_bytes(half));
        count += 1;
    }
    Ok(TableContents {
        table,
        rows: count,
        checksum: format!("{sum:032x}"),
    })
}

/// Interrupts what runs on a connection when someone asks to stop.
fn stop_when_asked(file: &Connection, path: &Path, stop: &Stop) -> Result<(), BackupError> {
    let stop = stop.clone();
    file.progress_handler(100_000, Some(move || stop.is_asked()))
        .map_err(BackupError::sqlite(path))
}

/// Opens a file that others may write.
pub(super) fn open(path: &Path, how: OpenFlags) -> Result<Connection, BackupError> {
    Connection::open_with_flags(path, how | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(BackupError::sqlite(path))
}

/// Opens a file that nobody writes, without leaving a `-wal` or `-shm` beside it.
fn open_alone(path: &Path) -> Result<Connection, BackupError> {
    let absolute = std::path::absolute(path).map_err(BackupError::file(path, "read"))?;
    let name = percent_encode(absolute.as_os_str().as_bytes(), NON_ALPHANUMERIC);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(format!("file:{name}?mode=ro&immutable=1"), flags)
        .map_err(BackupError::sqlite(path))
}
