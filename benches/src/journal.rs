//! A journal of a million events: the newest session shown, the list of sessions.

use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use stopover_journal::Journal;
use stopover_plan::event::{Body, Direction, Mode, Outcome, StepHead, Stream};
use stopover_plan::model::Environment;
use stopover_tests::Scratch;

use crate::figures::Times;
use crate::programs::{on_journal, stopover, succeed};

const SESSIONS: usize = 1_000;
/// Steps of a session; each leaves three events, and the session itself two.
const STEPS: usize = 333;
const ROUNDS: usize = 21;

fn heads(steps: usize) -> Vec<StepHead> {
    (0..steps)
        .map(|step| StepHead {
            id: format!("step-{step}"),
            title: format!("Add the columns of table {step}"),
            step_kind: "sql".to_owned(),
            phase: None,
            after: Vec::new(),
            estimate_ms: Some(1_000),
            finally_for: None,
            detail: format!("ALTER TABLE table_{step} ADD COLUMN created_at timestamptz"),
            has_undo: true,
        })
        .collect()
}

/// Adds a finished session of `steps` steps, each with its output.
pub(crate) fn add_session(journal: &Journal, id: &str, steps: usize) {
    let first = Body::SessionStarted {
        plan: "Audit fields".to_owned(),
        plan_path: "/srv/plans/audit-fields.plan.toml".to_owned(),
        plan_hash: "0".repeat(64),
        mode: Mode::Live,
        environment: Environment::Staging,
        bindings: Vec::new(),
        steps: heads(steps),
        only: Vec::new(),
        by: "ada".to_owned(),
        host: "here".to_owned(),
        program: "0.1.0".to_owned(),
        reason: None,
    };
    journal.create_session(id, first).expect("it is new");
    let mut bodies = Vec::with_capacity(steps * 3 + 1);
    for step in (0..steps).map(|step| format!("step-{step}")) {
        bodies.push(Body::StepStarted {
            step: step.clone(),
            attempt: 1,
            direction: Direction::Forward,
        });
        bodies.push(Body::StepOutput {
            step: step.clone(),
            stream: Stream::Err,
            text: "NOTICE:  column already exists, skipping\n".to_owned(),
            dropped_bytes: 0,
        });
        bodies.push(Body::StepSucceeded {
            step,
            direction: Direction::Forward,
            rows: Some(10_000),
            exit: None,
            elapsed_ms: 12,
            artifacts: Vec::new(),
            by_mark: false,
        });
    }
    bodies.push(Body::SessionFinished {
        outcome: Outcome::Succeeded,
    });
    journal
        .append_many(id, bodies, Some(1))
        .expect("there is room");
}

/// The floor: the texts of the newest session's events, read and thrown away. Returns how many there are.
fn bare_read(file: &Path) -> usize {
    let base = Connection::open(file).expect("it opens");
    let mut newest = base
        .prepare(
            "SELECT body FROM event WHERE place BETWEEN (SELECT max(number) FROM session) << 32
             AND ((SELECT max(number) FROM session) << 32) + 4294967295 ORDER BY place",
        )
        .expect("the table is there");
    let rows = newest
        .query_map([], |row| row.get::<_, String>(0))
        .expect("it runs");
    rows.map(|row| row.expect("a text").len())
        .filter(|length| *length > 0)
        .count()
}

fn measure(file: &Path, what: &str) {
    let [mut start, mut floor, mut show, mut sessions] = std::array::from_fn(|_| Times::default());
    for _ in 0..ROUNDS {
        start.take(|| succeed(Command::new(stopover()).arg("--version")));
        let events = floor.take(|| bare_read(file));
        assert!(events > 900);
        show.take(|| on_journal(file, &["--json", "show"]));
        sessions.take(|| on_journal(file, &["--json", "sessions"]));
    }
    println!(" newest session: {what}");
    start.print(
        "stopover --version: a process and nothing else",
        1.0,
        None,
        "",
    );
    floor.print("its events as text, by SQLite alone", 1.0, None, "");
    let least = start.median() + floor.median();
    show.print("stopover --json show", 1.0, Some(least), "goal 100 ms");
    sessions.print(
        "stopover --json sessions",
        1.0,
        Some(start.median()),
        "goal 200 ms",
    );
}

/// Prints the figures.
pub(crate) fn bench() {
    let folder = Scratch::new();
    let file = folder.join("journal.db");
    let journal = Journal::open(&file).expect("a journal is made");
    let mut filling = Times::default();
    filling.take(|| {
        for number in 0..SESSIONS {
            add_session(&journal, &format!("session-{number:06}"), STEPS);
        }
    });
    let events = SESSIONS * (STEPS * 3 + 2);
    let bytes = std::fs::metadata(&file).map_or(0, |file| file.len());
    println!(
        " {events} events of {SESSIONS} sessions, {} MB",
        bytes / 1_000_000
    );
    filling.print(
        "writing an event, a thousand in a transaction",
        events as f64,
        None,
        "",
    );
    measure(&file, "1,001 events of 333 steps");
    add_session(&journal, "session-large", 33_333);
    measure(&file, "100,001 events of 33,333 steps");
}
