//! A runner that kills itself at an exact event: the product's own runner with a fault between session and journal.
//!
//! Reads one JSON object from standard input, see [`Job`].

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
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
    /// `before`, `inside`, `after`, or `power_cut`: before it, and what was not brought to the disk is gone.
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
    PowerCut,
}

struct Crash {
    inner: Arc<dyn Recorder>,
    recorded: AtomicU32,
    moment: Moment,
    at: u32,
    delay: Duration,
    wal: PathBuf,
    /// Bytes of the journal's log that a power cut leaves.
    synced: AtomicU64,
}

fn die() -> ! {
    let _ = kill(getpid(), Signal::SIGKILL);
    // The signal may reach this thread a moment later; nothing may happen until then.
    loop {
        std::thread::park();
    }
}

impl Crash {
    fn length(&self) -> u64 {
        std::fs::metadata(&self.wal).map_or(0, |file| file.len())
    }

    /// What stands in the log now is on the disk.
    fn note_synced(&self) {
        self.synced.store(self.length(), Ordering::SeqCst);
    }

    /// Takes from the log what is not on the disk, and dies.
    fn lose_power(&self) -> ! {
        let file = std::fs::File::options().write(true).open(&self.wal);
        file.and_then(|file| file.set_len(self.synced.load(Ordering::SeqCst)))
            .expect("the log is there");
        die();
    }

    fn around(
        &self,
        record: impl FnOnce(&dyn Recorder) -> Result<Event, RecordError>,
    ) -> Result<Event, RecordError> {
        let here = self.recorded.fetch_add(1, Ordering::SeqCst) + 1 == self.at;
        if here && self.moment == Moment::Before {
            die();
        }
        if here && self.moment == Moment::PowerCut {
            self.lose_power();
        }
        if here && self.moment == Moment::Inside {
            let delay = self.delay;
            std::thread::spawn(move || {
                std::thread::sleep(delay);
                die();
            });
        }
        let event = record(self.inner.as_ref());
        if here {
            // After it, and where the write was over before the kill from the other thread came.
            die();
        }
        event
    }
}

impl Recorder for Crash {
    fn record(&self, body: Body) -> Result<Event, RecordError> {
        let event = self.around(|inner| inner.record(body));
        self.note_synced();
        event
    }

    fn record_proven(&self, body: Body) -> Result<Event, RecordError> {
        self.around(|inner| inner.record_proven(body))
    }

    fn settle(&self) -> Result<(), RecordError> {
        self.inner.settle()?;
        self.note_synced();
        Ok(())
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
    let mut wal = job.journal.clone().into_os_string();
    wal.push("-wal");
    let wal = PathBuf::from(wal);
    let wrap: Wrap = Box::new(move |inner| {
        let crash = Crash {
            inner,
            recorded: AtomicU32::new(0),
            moment,
            at,
            delay,
            wal,
            synced: AtomicU64::new(0),
        };
        crash.note_synced();
        Arc::new(crash)
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
