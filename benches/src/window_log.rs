//! The real window while a session writes 5,000 lines a second: how long a key waits for its answer, and what memory it takes.
//!
//! The session is written into the journal as a runner would write it, an event a line, which is the worst case: the
//! engine puts several lines into one event. Keys are typed into the search of the log, so each one also searches it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fantoccini::Locator;
use serde_json::{Value, json};
use stopover_journal::Journal;
use stopover_plan::Body;
use stopover_plan::event::{Direction, Stream};
use stopover_tests::Scratch;

use crate::driver::{Driven, css};
use crate::figures::print_waits;
use crate::processes;

/// Lines a second, and how many of them are written at once.
const RATE: u64 = 5_000;
const AT_ONCE: u64 = 50;
/// Keys typed while nothing is written, and while lines come; the memory is looked at after each of so many parts.
const QUIET_KEYS: usize = 100;
const KEYS: usize = 3_200;
const PARTS: usize = 16;
/// The processes of the window, by the beginning of their names: its own, the page's, the page's way to files.
const WINDOW: [&str; 3] = ["stopover-window", "WebKitWeb", "WebKitNetwork"];
/// Name of the session.
const ID: &str = "20261205-010000-flood0";

/// Measures the window.
pub(crate) fn bench() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(measure());
}

async fn measure() {
    let scratch = Scratch::new();
    let folder = scratch.join("journal/runners");
    std::fs::create_dir_all(&folder).expect("a scratch folder takes folders");
    let path = scratch.join("journal/journal.db");
    begin(&path);
    // Whoever holds this file is the session's runner.
    let lock = File::create(folder.join(format!("{ID}.lock"))).expect("the file is made");
    lock.lock().expect("nobody else holds it");

    let window = Driven::open(&scratch, &[]).await;
    window.click("place-history").await;
    window.click("open-session").await;
    window.session("running").await;
    listen(&window).await;
    let before = used();
    let quiet = keys(&window, QUIET_KEYS).await;

    let over = Arc::new(AtomicBool::new(false));
    let written = Arc::new(AtomicU64::new(0));
    let writer = {
        let (over, written, path) = (Arc::clone(&over), Arc::clone(&written), path.clone());
        std::thread::spawn(move || flood(&path, &over, &written))
    };
    let began = Instant::now();
    let mut memory = vec![before];
    let mut busy = Vec::new();
    for _ in 0..PARTS {
        busy.extend(keys(&window, KEYS / PARTS).await);
        memory.push(used());
    }
    let lasted = began.elapsed();
    let reached = written.load(Ordering::Relaxed);
    let shown = window.everything().await;
    over.store(true, Ordering::Relaxed);
    writer.join().expect("the writer ends");

    let rate = reached as f64 / lasted.as_secs_f64();
    println!(
        "  {reached} lines in {:.1} s, {rate:.0} a second",
        lasted.as_secs_f64()
    );
    print_waits("key to painted answer, nothing is written", quiet, "");
    print_waits(
        "key to painted answer, while lines come",
        busy,
        "goal: p99 under 100 ms",
    );
    println!("  memory before, and after each of {PARTS} parts, in MiB");
    for (at, name) in WINDOW.iter().enumerate() {
        let list: Vec<String> = memory
            .iter()
            .map(|used| (used[at] >> 20).to_string())
            .collect();
        println!("    {name}: {}", list.join(", "));
    }
    assert!(
        shown.contains("earlier not kept here"),
        "the flood did not reach the log"
    );
    window.close().await;
}

/// Returns the memory of each process in bytes.
fn used() -> [u64; 3] {
    WINDOW.map(|name| processes::memory(&[name]))
}

/// Begins a session with one step that runs.
fn begin(path: &Path) {
    let journal = Journal::open(path).expect("the journal is made");
    let first = serde_json::from_value::<Body>(json!({
        "kind": "session_started", "plan": "Flood", "plan_path": "/flood.plan.toml", "plan_hash": "0", "mode": "live",
        "environment": "development", "bindings": [], "by": "bench", "host": "bench", "program": "0",
        "steps": [{ "id": "copy", "title": "Copy everything", "step_kind": "command" }]
    }));
    journal
        .create_session(ID, first.expect("it is an event"))
        .expect("the session begins");
    let runner = Body::RunnerStarted {
        pid: std::process::id(),
        host: "bench".to_owned(),
        resumed: false,
    };
    let step = Body::StepStarted {
        step: "copy".to_owned(),
        attempt: 1,
        direction: Direction::Forward,
    };
    journal
        .append_many(ID, vec![runner, step], Some(1))
        .expect("the step begins");
}

/// Writes lines at the rate until it is over.
fn flood(path: &Path, over: &AtomicBool, written: &AtomicU64) {
    let journal = Journal::open(path).expect("the journal opens");
    let began = Instant::now();
    let mut number = 0;
    while !over.load(Ordering::Relaxed) {
        let due = Duration::from_secs_f64(number as f64 / RATE as f64);
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        let bodies = (number..number + AT_ONCE).map(|number| Body::StepOutput {
            step: "copy".to_owned(),
            stream: Stream::Out,
            text: format!(
                "line {number:>8}: INSERT 0 1, nothing to see, the next row follows at once\n"
            ),
            dropped_bytes: 0,
        });
        let mono_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        journal
            .append_many(ID, bodies.collect(), Some(mono_ms + 2))
            .expect("the lines are written");
        number += AT_ONCE;
        written.store(number, Ordering::Relaxed);
    }
}

/// Lets the page note, for every key in the search field, the time from the key to the frame that answers it.
async fn listen(window: &Driven) {
    let script = "
        const field = document.querySelector(arguments[0]);
        window.waits = [];
        field.addEventListener('keydown', ({ timeStamp }) => {
          requestAnimationFrame(() => {
            // A message sent in a frame arrives once the frame is painted.
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.waits.push(performance.now() - timeStamp);
            port2.postMessage(0);
          });
        }, true);";
    let selector = css("log-search");
    window.wait(&selector).await;
    let heard = window.client.execute(script, vec![json!(selector)]).await;
    heard.expect("the window answers");
}

/// Types keys, one after the other, and returns how long each waited, in milliseconds.
async fn keys(window: &Driven, count: usize) -> Vec<f64> {
    let selector = css("log-search");
    let field = window.client.find(Locator::Css(&selector)).await;
    let field = field.expect("the log has a search");
    for number in 0..count {
        // A digit narrows the search, the key Backspace widens it again.
        let key = ["7", "1", "\u{E003}", "\u{E003}"][number % 4];
        field.send_keys(key).await.expect("the field takes keys");
        let answered = "return window.waits.length > 0 ? window.waits.length : null;";
        let seen = window.client.execute(answered, Vec::new()).await;
        seen.expect("the window answers");
    }
    let taken = "const all = window.waits; window.waits = []; return all;";
    let waits = window.client.execute(taken, Vec::new()).await;
    let waits = waits.expect("the window answers");
    let waits = waits.as_array().expect("it is a list");
    waits.iter().filter_map(Value::as_f64).collect()
}
