//! Events of a running step made durable one by one, beside the bare file and beside SQLite alone.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use rusqlite::{Connection, params};
use stopover_journal::Journal;
use stopover_plan::event::{Body, Direction};
use stopover_tests::Scratch;

use crate::figures::Times;
use crate::journal::add_session;

const EVENTS: usize = 2_000;
const ROUNDS: usize = 7;

/// The floor: lines of an event's length, each brought to the disk.
fn bare_file(file: &Path) {
    let mut file = File::create(file).expect("the folder can be written");
    for _ in 0..EVENTS {
        file.write_all(&[b'x'; 400]).expect("there is room");
        file.sync_data().expect("the disk answers");
    }
}

/// SQLite by itself: a table of texts, a transaction a row, as durable as the journal.
fn bare_sqlite(file: &Path) {
    let base = Connection::open(file).expect("the folder can be written");
    base.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE line (place INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;",
    )
    .expect("it is new");
    let mut insert = base
        .prepare("INSERT INTO line (text) VALUES (?1)")
        .expect("the table is there");
    let text = "x".repeat(400);
    for _ in 0..EVENTS {
        insert.execute(params![text]).expect("there is room");
    }
}

/// Starts and ends of a step, in turn, as a runner appends them.
fn journal(file: &Path) {
    let journal = Journal::open(file).expect("a journal is made");
    add_session(&journal, "session", 1);
    for event in 0..EVENTS {
        let step = "step-0".to_owned();
        let body = match event % 2 {
            0 => Body::StepStarted {
                step,
                attempt: 1,
                direction: Direction::Forward,
            },
            _ => Body::StepSucceeded {
                step,
                direction: Direction::Forward,
                rows: Some(10_000),
                exit: None,
                elapsed_ms: 12,
                artifacts: Vec::new(),
                by_mark: false,
            },
        };
        journal
            .append("session", body, Some(1))
            .expect("there is room");
    }
}

/// Prints the figures.
pub(crate) fn bench() {
    let folder = Scratch::new();
    let [mut floor, mut sqlite, mut ours] = std::array::from_fn(|_| Times::default());
    for round in 0..ROUNDS {
        let file = |what: &str| folder.join(&format!("{what}{round}"));
        floor.take(|| bare_file(&file("lines")));
        sqlite.take(|| bare_sqlite(&file("sqlite")));
        ours.take(|| journal(&file("journal")));
    }
    let parts = EVENTS as f64;
    println!(" {EVENTS} events, each durable before the next; ms an event");
    floor.print("appended to a file, fdatasync", parts, None, "");
    let least = Some(floor.median());
    sqlite.print("SQLite alone, a row a transaction", parts, least, "");
    ours.print(
        "the journal: hash chain, summary, event",
        parts,
        least,
        "goal 1.18x",
    );
}
