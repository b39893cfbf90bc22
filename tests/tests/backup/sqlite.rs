//! SQLite: an online backup beside a writer, and the exchange of two files.

use std::path::Path;

use rusqlite::Connection;
use stopover_engine::backup::{Swap, verify_file};
use stopover_plan::model::{BackupFormat, Engine};
use stopover_tests::Scratch;

use crate::{bring_back, login, make, names, order};

/// Creates a database in write-ahead mode and returns its URL.
pub(crate) fn seed(path: &Path) -> String {
    let db = Connection::open(path).expect("a file");
    db.execute_batch(
        "PRAGMA journal_mode = WAL;
         CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT, raw BLOB, ratio REAL, any);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO owners SELECT i, 'owner ' || i, randomblob(20), i / 7.0, NULL FROM n;
         CREATE TABLE \"odd \"\"table\" (a TEXT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID;
         INSERT INTO \"odd \"\"table\" VALUES ('1', 1), ('🦀', 2);
         CREATE VIRTUAL TABLE words USING fts5(text);
         INSERT INTO words VALUES ('some words');
         CREATE TABLE stopover_mark (session TEXT);",
    )
    .expect("a seed");
    format!("sqlite:{}", path.display())
}

fn count(path: &Path) -> i64 {
    let db = Connection::open(path).expect("a file");
    db.query_row("SELECT count(*) FROM owners", [], |row| row.get(0))
        .expect("a count")
}

#[tokio::test]
async fn a_file_comes_back_equal_while_another_connection_writes() {
    let scratch = Scratch::new();
    let live = scratch.join("live.db");
    let login = login(&seed(&live)).await;
    let writer = Connection::open(&live).expect("opens");
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let (begin, begun) = std::sync::mpsc::channel();
    let writing = std::thread::spawn(move || {
        let write = || {
            writer
                .execute("INSERT INTO owners (name) VALUES ('new')", [])
                .expect("a reader hinders no writer")
        };
        write();
        begin.send(()).expect("the backup waits");
        while stopped.try_recv().is_err() {
            write();
        }
    });
    begun.recv().expect("it writes");
    let artifact = make(&order(
        &login,
        scratch.join("out/a.db"),
        BackupFormat::Custom,
    ))
    .await;
    stop.send(()).expect("the writer listens");
    writing.join().expect("it wrote");
    let artifact = artifact.expect("a backup");
    let restored = artifact.restored.expect("it was compared");
    assert!(restored.equal && restored.tables >= 2 && restored.rows > 20_000);
    assert_eq!(artifact.format, "sqlite");
    assert_eq!(names(&scratch.join("out")), ["a.db", "a.db.stopover.json"]);
    verify_file(&artifact, Engine::Sqlite)
        .await
        .expect("it is whole");
    let into = scratch.join("copy.db");
    let restored = bring_back(&login, &artifact, &into.display().to_string(), Swap::No).await;
    assert_eq!(
        restored.expect("a restore").database,
        into.display().to_string()
    );
    assert!(count(&into) >= 20_000);
    let again = bring_back(&login, &artifact, &into.display().to_string(), Swap::No).await;
    assert_eq!(
        again.expect_err("it exists").problem().code,
        "database-exists"
    );
}

#[tokio::test]
async fn a_swap_exchanges_the_files_only_when_nobody_has_the_live_one_open() {
    let scratch = Scratch::new();
    let live = scratch.join("live.db");
    let login = login(&seed(&live)).await;
    let artifact = make(&order(
        &login,
        scratch.join("a.backup"),
        BackupFormat::Custom,
    ))
    .await;
    let artifact = artifact.expect("a backup");
    let db = Connection::open(&live).expect("opens");
    db.execute("DELETE FROM owners WHERE id > 5", [])
        .expect("deletes");
    let into = scratch.join("new.db");
    let swap =
        || async { bring_back(&login, &artifact, &into.display().to_string(), Swap::Rename).await };
    let error = swap().await.expect_err("it is open here");
    assert_eq!(error.problem().code, "in-use");
    assert!(!into.exists());
    assert_eq!(count(&live), 5);
    drop(db);

    let (mut other, _in) = other_process(&live);
    let error = swap().await.expect_err("it is open there");
    assert!(
        error
            .to_string()
            .contains(&format!("process {}", other.id())),
        "{error}"
    );
    other
        .kill()
        .and_then(|()| other.wait())
        .expect("it is ours");

    let restored = swap().await.expect("a swap");
    assert_eq!(restored.database, live.display().to_string());
    assert_eq!(count(&live), 20_000);
    assert_eq!(
        count(Path::new(&restored.set_aside.expect("it is kept"))),
        5
    );
    assert!(!into.exists());
}

/// Starts a process that only holds a file open, and returns when it does.
fn other_process(file: &Path) -> (std::process::Child, std::process::ChildStdout) {
    use std::io::Read;
    let mut child = std::process::Command::new("sh")
        .args(["-c", "exec 3<\"$0\"; echo; exec sleep 600"])
        .arg(file)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut out = child.stdout.take().expect("it was asked for");
    out.read_exact(&mut [0]).expect("it opened the file");
    (child, out)
}
