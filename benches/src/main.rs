//! Prints the figures of the engine, the journal, the schedule and the window, each beside a floor measured in the same run.
//!
//! `stopover-benches` runs them all, `stopover-benches NAME…` those that are named.

mod append;
#[expect(dead_code, reason = "the window's tests ask more of their driver")]
#[path = "../../tests/tests/window/driver.rs"]
mod driver;
mod figures;
mod journal;
mod processes;
mod programs;
mod runner;
mod schedule;
#[expect(dead_code, reason = "the window's tests look at more of the window")]
#[path = "../../tests/tests/window/sight.rs"]
mod sight;
mod window;
mod window_log;
mod window_plan;
mod window_start;

use std::process::ExitCode;

/// Name of a bench, and the bench.
type Bench = (&'static str, fn());

const BENCHES: [Bench; 10] = [
    ("schedule", schedule::bench),
    ("append", append::bench),
    ("journal", journal::bench),
    ("runner", runner::bench),
    ("window-graph", window::graph),
    ("window-timeline", window::timeline),
    ("window-start", window_start::bench),
    ("window-open", window_plan::open),
    ("window-edit", window_plan::edit),
    ("window-log", window_log::bench),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for name in &wanted {
        if !BENCHES.iter().any(|(known, _)| known == name) {
            let known = BENCHES.map(|(known, _)| known).join(", ");
            eprintln!("there is no bench {name}; there are {known}");
            return ExitCode::from(2);
        }
    }
    for (name, bench) in BENCHES {
        if wanted.is_empty() || wanted.iter().any(|wish| wish == name) {
            println!("\n{name}");
            bench();
        }
    }
    ExitCode::SUCCESS
}
