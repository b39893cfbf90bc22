//! The runner as its own process: the same executable, detached, told what to do through a pipe.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde::{Deserialize, Serialize};
use stopover_plan::Problem;

use crate::host::Ended;
use crate::resume::{Resume, host_resume};
use crate::start::host_start;
use crate::trouble::Trouble;
use crate::wish::Start;

/// First argument that makes an executable a runner.
const RUNNER: &str = "runner";

/// What a runner is told; holds secrets, so it goes through a pipe and nowhere else.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Job {
    Start { journal: PathBuf, start: Start },
    Resume { journal: PathBuf, resume: Resume },
}

/// What a runner answers once the session is its own, or never will be.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Session(String),
    Trouble(Trouble),
}

/// Starts a session in a process of its own and returns its id once it is in the journal.
///
/// # Errors
/// As [`host_start`], and when the process cannot be started.
pub fn start_detached(journal: &Path, start: &Start) -> Result<String, Trouble> {
    hand_over(&Job::Start {
        journal: absolute(journal),
        start: start.clone(),
    })
}

/// Continues a session in a process of its own; returns once a runner holds it.
///
/// # Errors
/// As [`host_resume`], and when the process cannot be started.
pub fn resume_detached(journal: &Path, resume: &Resume) -> Result<(), Trouble> {
    hand_over(&Job::Resume {
        journal: absolute(journal),
        resume: resume.clone(),
    })
    .map(drop)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn not_started(why: impl std::fmt::Display) -> Trouble {
    Trouble::Unreachable(Problem::new(
        "runner-not-started",
        format!("The runner process could not be started: {why}"),
        "Check that the program file is still in place, then try again.",
    ))
}

fn hand_over(job: &Job) -> Result<String, Trouble> {
    let program = std::env::current_exe().map_err(not_started)?;
    let mut child = Command::new(program)
        .arg(RUNNER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(not_started)?;
    let text = serde_json::to_string(job).map_err(not_started)?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(text.as_bytes()).map_err(not_started)?;
    }
    let mut line = String::new();
    if let Some(pipe) = child.stdout.take() {
        BufReader::new(pipe)
            .read_line(&mut line)
            .map_err(not_started)?;
    }
    // The runner outlives this call; a thread takes its exit so that no zombie stays while this process lives.
    std::thread::spawn(move || child.wait());
    match serde_json::from_str(&line) {
        Ok(Answer::Session(id)) => Ok(id),
        Ok(Answer::Trouble(trouble)) => Err(trouble),
        Err(_) => Err(not_started("it ended before it answered")),
    }
}

/// Runs this process as a runner when it was started as one; call it first in `main`.
pub fn main_if_runner() -> Option<ExitCode> {
    if std::env::args_os()
        .nth(1)
        .is_none_or(|first| first != RUNNER)
    {
        return None;
    }
    let mut text = String::new();
    if std::io::stdin().read_to_string(&mut text).is_err() {
        return Some(ExitCode::from(2));
    }
    let Ok(job) = serde_json::from_str::<Job>(&text) else {
        return Some(ExitCode::from(2));
    };
    drop(text);
    // A session of its own: the end of the terminal or window that started it is no signal here.
    let _ = nix::unistd::setsid();
    // One thread: what waits for the server and what it wakes are then never on different ones.
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return Some(ExitCode::from(5));
    };
    let ended = runtime.block_on(carry_out(job));
    Some(match ended {
        Ok(ended) if ended.outcome.is_some() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(4),
        Err(trouble) => ExitCode::from(trouble.exit_code()),
    })
}

async fn carry_out(job: Job) -> Result<Ended, Trouble> {
    let answered = std::cell::Cell::new(false);
    let started = |id: &str| {
        answered.set(true);
        answer(&Answer::Session(id.to_owned()));
    };
    let quiet = Box::new(|_: &stopover_plan::Event| {});
    let ended = match &job {
        Job::Start { journal, start } => host_start(journal, start, quiet, started).await,
        Job::Resume { journal, resume } => host_resume(journal, resume, quiet, started).await,
    };
    if let (Err(trouble), false) = (&ended, answered.get()) {
        answer(&Answer::Trouble(trouble.clone()));
    }
    ended
}

/// Writes one line; the starter may be gone by now, which changes nothing here.
fn answer(answer: &Answer) {
    if let Ok(line) = serde_json::to_string(answer) {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{line}");
        let _ = out.flush();
    }
}
