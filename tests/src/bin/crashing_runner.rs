//! A runner that kills itself at an exact event: the product's own runner with a fault between session and journal.
//!
//! Reads one JSON object from standard input, see [`Job`].

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::getpid;
use stopover_plan::{Body, Event, RecordError, Recorder};
use stopover_runner::{Resume, Start, Wrap, host_resume_through, host_start_through};

/// What it is told: who it runs and where it dies.
#[derive(serde::Deserialize)]
struct Job {
    journal: PathBuf,
    start: Option<Start>,
    resume: Option<Resume>,
    /// `before`, `inside` or `after`.
    moment: Moment,
    /// Which event recorded by this process, from 1.
    at: u32,
    /// Microseconds between the beginning of the write and the kill, for `inside`.
    delay_us: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Moment {
    Before,
    Inside,
    After,
}

struct Crash {
    inner: Arc<dyn Recorder>,
    recorded: AtomicU32,
    moment: Moment,
    at: u32,
    delay: Duration,
}

fn die() -> ! {
    let _ = kill(getpid(), Signal::SIGKILL);
    // The signal may reach this thread a moment later; nothing may happen until then.
    loop {
        std::thread::park();
    }
}

impl Recorder for Crash {
    fn record(&self, body: Body) -> Result<Event, RecordError> {
        let here = self.recorded.fetch_add(1, Ordering::SeqCst) + 1 == self.at;
        if here && self.moment == Moment::Before {
            die();
        }
        if here && self.moment == Moment::Inside {
            let delay = self.delay;
            std::thread::spawn(move || {
                std::thread::sleep(delay);
                die();
            });
        }
        let event = self.inner.record(body);
        if here {
            // After it, and where the write was over before the kill from the other thread came.
            die();
        }
        event
    }

    fn since(&self, after_seq: u64) -> Result<Vec<Event>, RecordError> {
        self.inner.since(after_seq)
    }
}

fn main() -> ExitCode {
    let job: Job = match serde_json::from_reader(std::io::stdin()) {
        Ok(job) => job,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let (moment, at, delay) = (job.moment, job.at, Duration::from_micros(job.delay_us));
    let wrap: Wrap = Box::new(move |inner| {
        Arc::new(Crash {
            inner,
            recorded: AtomicU32::new(0),
            moment,
            at,
            delay,
        })
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system gives threads");
    let ended = runtime.block_on(async {
        match (&job.start, &job.resume) {
            (Some(start), _) => {
                host_start_through(&job.journal, start, Box::new(|_| {}), wrap, |_| {}).await
            }
            (None, Some(resume)) => {
                host_resume_through(&job.journal, resume, Box::new(|_| {}), wrap, |_| {}).await
            }
            (None, None) => panic!("a job starts or resumes"),
        }
    });
    match ended {
        Ok(ended) => {
            println!("{ended:?}");
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::from(trouble.exit_code())
        }
    }
}
