//! The program as a person or a script starts it, with a journal and a folder of its own.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use stopover_tests::Scratch;

/// After this a program that hangs is killed, so that its test fails instead of standing; nothing is measured by it.
pub(crate) const NET: Duration = Duration::from_secs(120);

/// What a call of the program brought.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Returns the JSON document it printed.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON: {error}\n{self:?}"))
    }

    /// Returns the JSON object of each line.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| {
                serde_json::from_str(line)
                    .unwrap_or_else(|error| panic!("{error}: {line}\n{self:?}"))
            })
            .collect()
    }

    /// Returns the codes of the problems it printed as JSON.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.document()["problems"]
            .as_array()
            .unwrap_or_else(|| panic!("no problems: {self:?}"))
            .iter()
            .map(|problem| problem["code"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Fails unless the exit code is this one.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

/// Kills a program that does not end by itself.
pub(crate) struct Net {
    _ended: Sender<()>,
}

impl Net {
    /// Spreads a net under a child.
    pub(crate) fn under(child: &Child, limit: Duration) -> Self {
        let pid = pid_of(child);
        let (ended, told) = channel::<()>();
        std::thread::spawn(move || {
            if told.recv_timeout(limit) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _ = kill(pid, Signal::SIGKILL);
            }
        });
        Self { _ended: ended }
    }
}

/// Returns the number of a child's process.
pub(crate) fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("a process number is small"))
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command, limit: Duration) -> Said {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let net = Net::under(&child, limit);
    let output = child.wait_with_output().expect("a child can be waited for");
    drop(net);
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("the program prints UTF-8"),
        err: String::from_utf8(output.stderr).expect("the program prints UTF-8"),
    }
}

/// A journal, a folder, and the program before them.
pub(crate) struct Door {
    folder: Scratch,
}

impl Door {
    pub(crate) fn new() -> Self {
        Self {
            folder: Scratch::new(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.join("journal.db")
    }

    /// Writes a file and returns its path as text.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        self.folder.write(name, content).display().to_string()
    }

    /// Writes a plan and returns its path as text.
    pub(crate) fn plan(&self, text: impl AsRef<[u8]>) -> String {
        self.write("orders.plan.toml", text)
    }

    /// Makes an empty SQLite database; returns its address.
    pub(crate) fn sqlite(&self) -> String {
        self.folder.write("orders.db", "");
        format!("sqlite:{}", self.join("orders.db").display())
    }

    /// Runs SQL in that database behind the program's back.
    pub(crate) fn in_sqlite(&self, sql: &str) {
        self.database().execute_batch(sql).expect("the SQL runs");
    }

    /// Returns the first value of a query in that database.
    pub(crate) fn ask_sqlite(&self, sql: &str) -> i64 {
        self.database()
            .query_row(sql, [], |row| row.get(0))
            .expect("the query runs")
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.join("orders.db")).expect("the database opens")
    }

    /// Returns the program with this journal and nothing of the machine's own settings.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(stopover_tests::stopover());
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("STOPOVER_JOURNAL", self.journal())
            .env("HOME", self.folder.path())
            .env("TZ", "UTC");
        command
    }

    /// Runs the program to its end.
    pub(crate) fn say(&self, args: &[&str]) -> Said {
        finish(&mut self.command(args), NET)
    }

    /// Runs the program with `--json`; it has to succeed, and print one document.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(args);
        self.say(&all).exits(0).document()
    }

    /// Starts a session in the background and returns its id.
    pub(crate) fn detached(&self, plan: &str, bind: &str) -> String {
        let answer = self.json(&["run", plan, "--bind", bind, "--trust", "--detach"]);
        answer["session"]
            .as_str()
            .expect("a detached run tells its session")
            .to_owned()
    }

    /// Follows a session until an event fits; returns it.
    pub(crate) fn until(&self, session: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut child = self
            .command(&["--json", "events", session, "--follow"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let net = Net::under(&child, NET);
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut seen = String::new();
        let mut found = None;
        for line in lines {
            let line = line.expect("events are UTF-8");
            let event: Value = serde_json::from_str(&line).expect("a line is an event");
            if fits(&event) {
                found = Some(event);
                break;
            }
            seen.push_str(&line);
            seen.push('\n');
        }
        let _ = child.kill();
        if found.is_none()
            && let Some(mut errors) = child.stderr.take()
        {
            let _ = errors.read_to_string(&mut seen);
        }
        let _ = child.wait();
        drop(net);
        found.unwrap_or_else(|| panic!("no event fits among\n{seen}"))
    }

    /// Follows a session until an event of this kind.
    pub(crate) fn until_kind(&self, session: &str, kind: &str) -> Value {
        self.until(session, |event| event["kind"] == kind)
    }

    /// Follows a session until its end and returns the outcome.
    pub(crate) fn outcome(&self, session: &str) -> String {
        self.until_kind(session, "session_finished")["outcome"]
            .as_str()
            .expect("an outcome is a word")
            .to_owned()
    }

    /// Tells the runner of a session to leave, and waits until it has.
    pub(crate) fn stop_runner(&self, session: &str) {
        self.signal_runner(session, Signal::SIGTERM);
        self.until_kind(session, "runner_stopped");
        self.until_dead(session);
    }

    /// Kills the runner of a session, and waits until nobody holds it.
    pub(crate) fn kill_runner(&self, session: &str) {
        self.signal_runner(session, Signal::SIGKILL);
        self.until_dead(session);
    }

    fn signal_runner(&self, session: &str, signal: Signal) {
        let pid = self.json(&["show", session])["runner"][0].as_i64();
        let pid = pid
            .and_then(|pid| i32::try_from(pid).ok())
            .expect("a runner has a number");
        kill(Pid::from_raw(pid), signal).expect("the runner lives");
    }

    /// Following ends when nobody holds the session any more.
    fn until_dead(&self, session: &str) {
        self.say(&["--json", "events", session, "--follow"])
            .exits(0);
    }

    /// Returns the kinds of the events of a session, in order.
    pub(crate) fn kinds(&self, session: &str) -> Vec<String> {
        self.say(&["--json", "events", session])
            .exits(0)
            .lines()
            .iter()
            .map(|event| event["kind"].as_str().expect("a kind").to_owned())
            .collect()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // A runner in the background must not outlive its test, however the test ended.
        if !self.journal().is_file() {
            return;
        }
        let Ok(journal) = stopover_journal::Journal::open(&self.journal()) else {
            return;
        };
        let page = stopover_journal::Page::default();
        for summary in journal.sessions(&page).unwrap_or_default() {
            if stopover_runner::is_alive(&self.journal(), &summary.id)
                && let Some((pid, _)) = summary.runner
                && let Ok(pid) = i32::try_from(pid)
            {
                let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
            }
        }
    }
}
