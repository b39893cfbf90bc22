//! From the start of the window's process to its first picture, and what memory it takes, beside an empty Tauri window in turn.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use stopover_tests::{Scratch, stopover_window};

use crate::driver::Driven;
use crate::figures::print_waits;
use crate::processes;
use crate::window::plan_of;

/// How often each is started.
const STARTS: usize = 7;
/// How long a window stands before its memory is looked at.
const SETTLED: Duration = Duration::from_secs(3);

/// What is started.
struct Case {
    what: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    /// Name of the entry of the page's timeline that says that something useful is painted.
    painted: &'static str,
    waits: Vec<f64>,
    memory: Vec<u64>,
}

/// Measures the start.
pub(crate) fn bench() {
    let scratch = Scratch::new();
    let small = scratch.write("small.plan.toml", plan_of(12));
    let large = scratch.write("large.plan.toml", plan_of(5_000));
    let case = |what, arguments: Vec<String>, painted| Case {
        what,
        program: stopover_window(),
        arguments,
        painted,
        waits: Vec::new(),
        memory: Vec::new(),
    };
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let mut cases = [
        Case {
            program: stopover_window().with_file_name("empty-window"),
            ..case(
                "floor: an empty Tauri window",
                Vec::new(),
                "first-contentful-paint",
            )
        },
        case("no plan yet", Vec::new(), "first-contentful-paint"),
        case(
            "a plan of 12 steps, drawn",
            vec![text(&small)],
            "plan-painted",
        ),
        case(
            "a plan of 5,000 steps, drawn",
            vec![text(&large)],
            "plan-painted",
        ),
    ];
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        for _ in 0..STARTS {
            for case in &mut cases {
                case.measure().await;
            }
        }
    });
    let floor = cases[0].median();
    for case in &cases {
        let ratio = format!("{:.2}x", case.median() / floor);
        print_waits(case.what, case.waits.clone(), &ratio);
    }
    let memory: Vec<u64> = cases.iter().map(Case::memory).collect();
    for (case, used) in cases.iter().zip(&memory) {
        println!(
            "  {:<44} memory of all processes {:>4} MiB  {:.2}x",
            case.what,
            used >> 20,
            *used as f64 / memory[0] as f64
        );
    }
}

impl Case {
    async fn measure(&mut self) {
        let scratch = Scratch::new();
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let window = Driven::of(&self.program, &scratch, &arguments, &[]).await;
        let script = "
            const [name, done] = arguments;
            const look = () => {
              const [entry] = performance.getEntriesByName(name);
              if (entry) done(performance.timeOrigin + entry.startTime);
              else setTimeout(look, 50);
            };
            look();";
        let painted = window
            .client
            .execute_async(script, vec![json!(self.painted)])
            .await;
        let painted = painted.as_ref().ok().and_then(Value::as_f64);
        let painted = painted.expect("the page knows when it was painted");
        let name = self
            .program
            .file_name()
            .expect("it is a file")
            .to_string_lossy();
        self.waits.push(painted - started_ms(&name));
        tokio::time::sleep(SETTLED).await;
        self.memory.push(processes::memory(&[&name, "WebKit"]));
        window.close().await;
    }

    fn median(&self) -> f64 {
        let mut sorted = self.waits.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }

    fn memory(&self) -> u64 {
        let mut sorted = self.memory.clone();
        sorted.sort_unstable();
        sorted[sorted.len() / 2]
    }
}

/// Returns when the process of this name began, in milliseconds of the wall clock; the kernel counts hundredths of a second.
fn started_ms(name: &str) -> f64 {
    let found = processes::named(&[name]);
    let process = found.first().expect("the window is a process");
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    let fields = stat.rsplit_once(')').expect("a name in brackets").1;
    let ticks = fields
        .split_whitespace()
        .nth(19)
        .and_then(|ticks| ticks.parse::<f64>().ok());
    let uptime = std::fs::read_to_string("/proc/uptime").expect("/proc is there");
    let uptime = uptime
        .split_whitespace()
        .next()
        .and_then(|seconds| seconds.parse::<f64>().ok());
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is after 1970");
    let age = uptime.expect("it is a number") - ticks.expect("it is a number") / 100.0;
    (now.as_secs_f64() - age) * 1000.0
}
