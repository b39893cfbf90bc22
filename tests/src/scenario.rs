//! A scenario: a plan with a journal in a folder of its own, run through the built terminal program and watched
//! through its journal.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use stopover_journal::Journal;
use stopover_plan::connection::parse_url;
use stopover_plan::event::{Body, Direction, Event};
use stopover_plan::session::Session;
use stopover_runner::{Bound, Resume, Start};

use crate::programs::stopover;
use crate::scratch::Scratch;

/// How long an event is awaited that must come; far beyond what a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Returns the head of a plan with one target `main`; steps follow it.
pub fn plan_head(engine: &str) -> String {
    format!("format = 1\nname = \"Trial\"\n\n[target.main]\nengine = \"{engine}\"\n")
}

/// A plan, its journal, and the database its target `main` is bound to.
#[derive(Debug)]
pub struct Scenario {
    /// The folder all of it lies in.
    pub scratch: Scratch,
    /// Plan file.
    pub plan: PathBuf,
    /// Journal file.
    pub journal: PathBuf,
    /// Address of the target, possibly with a password.
    pub url: String,
    environment: Vec<(String, String)>,
}

impl Scenario {
    /// Writes `plan` into a fresh folder.
    pub fn new(plan: &str, url: &str) -> Self {
        let scratch = Scratch::new();
        let plan = scratch.write("trial.plan.toml", plan);
        Self {
            journal: scratch.join("journal/journal.db"),
            plan,
            url: url.to_owned(),
            environment: Vec::new(),
            scratch,
        }
    }

    /// Adds a variable to the environment of every program started from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Replaces the plan file.
    pub fn rewrite(&self, plan: &str) {
        std::fs::write(&self.plan, plan).expect("a scratch folder takes files");
    }

    /// Returns a program that sees nothing of the environment of this machine's user.
    pub fn program(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.scratch.path())
            .env("LANG", "C.UTF-8")
            .env("STOPOVER_JOURNAL", &self.journal)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(self.scratch.path())
            .stdin(Stdio::null());
        command
    }

    /// Returns the terminal program with these words.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.program(&stopover());
        command.args(words);
        command
    }

    /// Runs the terminal program to its end.
    pub fn ask(&self, words: &[&str]) -> Ended {
        Ended::of(
            self.command(words)
                .output()
                .expect("the built program starts"),
        )
    }

    /// Returns `stopover run` on this scenario's plan and target, trusted.
    pub fn run_command(&self, more: &[&str]) -> Command {
        let mut command = self.command(&["run"]);
        command
            .arg(&self.plan)
            .arg("--bind")
            .arg(format!("main={}", self.url))
            .arg("--trust")
            .args(more);
        command
    }

    /// Runs the plan in the foreground to its end; nobody attends it.
    pub fn run(&self, more: &[&str]) -> Ended {
        Ended::of(
            self.run_command(more)
                .output()
                .expect("the built program starts"),
        )
    }

    /// Starts the plan in the foreground of a process that goes on beside the test.
    pub fn begin(&self, more: &[&str]) -> Background {
        Background::of(self.run_command(more))
    }

    /// Starts any verb of the terminal program beside the test.
    pub fn beside(&self, words: &[&str]) -> Background {
        Background::of(self.command(words))
    }

    /// Starts the plan detached, attended from other doors; returns the session's id.
    pub fn detach(&self) -> String {
        self.run(&["--detach"]).expect(0).out.trim().to_owned()
    }

    /// Opens the journal.
    pub fn log(&self) -> Journal {
        Journal::open(&self.journal).expect("the journal opens")
    }

    /// Returns the events of the newest session; none when there is no session yet.
    pub fn events(&self) -> Vec<Event> {
        if !self.journal.exists() {
            return Vec::new();
        }
        let journal = self.log();
        match journal.resolve("last") {
            Ok(id) => journal
                .events(&id, 0, usize::MAX)
                .expect("the journal is read"),
            Err(_) => Vec::new(),
        }
    }

    /// Returns the newest session.
    pub fn session(&self) -> Session {
        Session::fold(&self.events())
    }

    /// Waits until the newest session's events are as wanted, and returns them.
    ///
    /// # Panics
    /// When they are not within two minutes; the message lists the events there are.
    pub fn wait(&self, wanted: &str, is_there: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        eventually(
            || {
                events = self.events();
                is_there(&events)
            },
            || format!("{wanted}; the journal has\n{}", words(&self.events())),
        );
        events
    }

    /// Waits until the newest session has an event of this kind, and returns the first.
    pub fn wait_for(&self, wanted: &str, is_it: impl Fn(&Body) -> bool) -> Event {
        self.wait(wanted, |events| events.iter().any(|e| is_it(&e.body)))
            .into_iter()
            .find(|event| is_it(&event.body))
            .expect("it was there a moment ago")
    }

    /// Returns a start of the plan as a door makes it: trusted and unattended.
    pub fn start(&self) -> Start {
        let (connection, secret) = parse_url(&self.url).expect("the scenario's URL is one");
        Start {
            bindings: vec![Bound {
                target: "main".to_owned(),
                connection,
                secret: secret.map(|secret| secret.expose().to_owned()),
            }],
            trust: true,
            unattended: true,
            ..Start::new(self.plan.clone(), "ada".to_owned())
        }
    }

    /// Returns a resume of the newest session, unattended.
    pub fn resume(&self) -> Resume {
        Resume {
            session: "last".to_owned(),
            secrets: Vec::new(),
            bindings: Vec::new(),
            accept_change: false,
            end_orphans: false,
            unattended: true,
            by: "ada".to_owned(),
        }
    }
}

/// Waits until something holds.
///
/// # Panics
/// When it does not within two minutes; `wanted` says what did not come.
pub fn eventually(mut holds: impl FnMut() -> bool, wanted: impl Fn() -> String) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "it never came: {}", wanted());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Returns the events' kinds with their steps, one a line.
pub fn words(events: &[Event]) -> String {
    events
        .iter()
        .map(|event| {
            format!(
                "{} {} {}\n",
                event.seq,
                event.body.word(),
                event.body.step().unwrap_or_default()
            )
        })
        .collect()
}

/// Returns how often something happened.
pub fn count(events: &[Event], is_it: impl Fn(&Body) -> bool) -> usize {
    events.iter().filter(|event| is_it(&event.body)).count()
}

/// Asserts that no step and no statement succeeded twice in one direction without having been reset in between.
pub fn assert_nothing_ran_twice(events: &[Event]) {
    let mut done: Vec<(String, Direction, Option<u32>)> = Vec::new();
    for event in events {
        let this = match &event.body {
            Body::StepSucceeded {
                step, direction, ..
            } => (step.clone(), *direction, None),
            Body::StatementFinished {
                step,
                direction,
                index,
                ..
            } => (step.clone(), *direction, Some(*index)),
            Body::RollbackStarted { rearmed, .. } => {
                done.retain(|(step, ..)| !rearmed.contains(step));
                continue;
            }
            Body::StepReset { step, .. } => {
                done.retain(|(known, ..)| known != step);
                continue;
            }
            _ => continue,
        };
        assert!(
            !done.contains(&this),
            "{this:?} happened twice:\n{}",
            words(events)
        );
        done.push(this);
    }
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Signal that ended it.
    pub signal: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ended {
    /// Returns how a program ended.
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            signal: output.status.signal(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Returns it when it ended with this exit code.
    ///
    /// # Panics
    /// When it did not; the message carries what it printed.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "out:\n{}\nerr:\n{}",
            self.out,
            self.err
        );
        self
    }

    /// Returns it when it printed `text`, to either stream.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(
            self.out.contains(text) || self.err.contains(text),
            "it did not say {text:?}:\nout:\n{}\nerr:\n{}",
            self.out,
            self.err
        );
        self
    }
}

/// A program that runs beside the test; killed when dropped.
#[derive(Debug)]
pub struct Background(Option<Child>);

impl Background {
    /// Starts it.
    pub fn of(mut command: Command) -> Self {
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the built program starts");
        Self(Some(child))
    }

    /// Returns its process id.
    pub fn pid(&self) -> u32 {
        self.0.as_ref().map(Child::id).unwrap_or_default()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).expect("process ids are small");
        kill(Pid::from_raw(pid), signal).expect("the program still runs");
    }

    /// Kills it and waits until it is gone.
    pub fn kill(self) {
        self.signal(Signal::SIGKILL);
        assert_eq!(self.end().signal, Some(9));
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        let child = self.0.take().expect("a program ends once");
        Ended::of(child.wait_with_output().expect("a child can be awaited"))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A database client with one connection that stays open, e.g. to hold a lock.
#[derive(Debug)]
pub struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u32,
}

impl Client {
    /// Starts psql on a database.
    pub fn psql(server: &crate::Postgres, database: &str) -> Self {
        let mut command = server.client("psql");
        command.args(["-X", "-q", "-A", "-t", "-d", database]);
        Self::of(command)
    }

    /// Starts the MariaDB client on a database.
    pub fn mariadb(server: &crate::MariaDb, database: &str) -> Self {
        let mut command = server.client("mariadb");
        command.args(["-B", "-N", "--unbuffered", database]);
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the client starts");
        Self {
            input: child.stdin.take().expect("its input is piped"),
            output: BufReader::new(child.stdout.take().expect("its output is piped")),
            child,
            asked: 0,
        }
    }

    /// Runs statements and returns once they have ended, with what they printed.
    pub fn run(&mut self, sql: &str) -> String {
        self.asked += 1;
        let end = format!("ended-{}", self.asked);
        writeln!(self.input, "{sql};\nSELECT '{end}';").expect("the client reads");
        self.input.flush().expect("the client reads");
        let mut text = String::new();
        loop {
            let mut line = String::new();
            let bytes = self.output.read_line(&mut line).expect("the client writes");
            assert!(bytes > 0, "the client ended in {sql}");
            if line.trim_end() == end {
                return text.trim_end().to_owned();
            }
            text.push_str(&line);
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
