//! Following a session: first what the journal has, then what comes, at most ten messages a second.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use stopover_journal::Journal;
use stopover_plan::Session;
use tauri::State;
use tauri::ipc::Channel;

use crate::convert::log::line;
use crate::convert::session::{head_view, step_view};
use crate::desk::{Desk, open_journal};
use crate::problem::aside;
use crate::view::{LogLine, Problem, SessionHead, SessionStep, Watched};

/// Time between two looks at the journal, and so between two messages.
const EVERY: Duration = Duration::from_millis(100);
/// Time between two looks whether the runner lives, which no event tells.
const LIVES: Duration = Duration::from_secs(1);
/// Most events read at once.
const PAGE: usize = 5_000;
/// Most lines of the log in one message; older ones are left out.
const LINES: usize = 2_000;

/// Starts following a session and returns the number of the watcher.
#[tauri::command]
pub(crate) async fn watch_session(
    desk: State<'_, Desk>,
    id: String,
    after_seq: u64,
    channel: Channel<Watched>,
) -> Result<u32, Problem> {
    let path = desk.journal();
    let (number, ended) = desk.enter_watcher();
    let mut watch = {
        let path = path.clone();
        aside(move || Watch::begin(path, &id, after_seq)).await?
    };
    std::thread::spawn(move || watch.follow(&channel, &ended));
    Ok(number)
}

/// Stops following.
#[tauri::command]
pub(crate) fn unwatch_session(desk: State<'_, Desk>, watcher: u32) {
    desk.end_watcher(watcher);
}

/// A watcher: the fold so far, and what it told last.
struct Watch {
    path: PathBuf,
    journal: Journal,
    id: String,
    session: Session,
    as_of_at_ms: i64,
    log_after: u64,
    told_head: Option<SessionHead>,
    told_steps: Vec<SessionStep>,
}

impl Watch {
    fn begin(path: PathBuf, id: &str, after_seq: u64) -> Result<Self, Problem> {
        let journal = open_journal(&path)?;
        let id = journal.resolve(id)?;
        Ok(Self {
            path,
            journal,
            id,
            session: Session::default(),
            as_of_at_ms: 0,
            log_after: after_seq,
            told_head: None,
            told_steps: Vec::new(),
        })
    }

    fn follow(&mut self, channel: &Channel<Watched>, ended: &Arc<AtomicBool>) {
        let mut version = None;
        let mut looked: Option<Instant> = None;
        while !ended.load(Ordering::Relaxed) {
            let message = match self.look(&mut version, &mut looked) {
                Ok(message) => message,
                Err(problem) => {
                    if let Some(head) = self.told_head.clone() {
                        let _ = channel.send(Watched {
                            head,
                            steps: Vec::new(),
                            log: Vec::new(),
                            problem: Some(problem),
                        });
                    }
                    return;
                }
            };
            if let Some(message) = message
                && channel.send(message).is_err()
            {
                return;
            }
            std::thread::park_timeout(EVERY);
        }
    }

    /// Returns what changed since the last look, or `None`.
    fn look(
        &mut self,
        version: &mut Option<i64>,
        looked: &mut Option<Instant>,
    ) -> Result<Option<Watched>, Problem> {
        let now = self.journal.data_version()?;
        let due = looked.is_none_or(|at| at.elapsed() >= LIVES);
        if *version == Some(now) && !due {
            return Ok(None);
        }
        *looked = Some(Instant::now());
        let mut log = Vec::new();
        // The version is taken before the events are read: what is written in between is seen at the next look.
        if *version != Some(now) {
            *version = Some(now);
            self.read(&mut log)?;
        }
        Ok(self.changes(log))
    }

    fn read(&mut self, log: &mut Vec<LogLine>) -> Result<(), Problem> {
        loop {
            let events = self.journal.events(&self.id, self.session.seq, PAGE)?;
            for event in &events {
                self.session.apply(event);
                self.as_of_at_ms = event.at_ms;
                if event.seq > self.log_after
                    && let Some(line) = line(event)
                {
                    log.push(line);
                }
            }
            if log.len() > LINES {
                log.drain(..log.len() - LINES);
            }
            if events.len() < PAGE {
                return Ok(());
            }
        }
    }

    fn changes(&mut self, log: Vec<LogLine>) -> Option<Watched> {
        let head = head_of(&self.path, &self.session, self.as_of_at_ms);
        let steps: Vec<SessionStep> = self.session.steps.iter().map(step_view).collect();
        let changed: Vec<SessionStep> = steps
            .iter()
            .enumerate()
            .filter(|(index, step)| self.told_steps.get(*index) != Some(step))
            .map(|(_, step)| step.clone())
            .collect();
        if self.told_head.as_ref() == Some(&head) && changed.is_empty() && log.is_empty() {
            return None;
        }
        self.told_head = Some(head.clone());
        self.told_steps = steps;
        Some(Watched {
            head,
            steps: changed,
            log,
            problem: None,
        })
    }
}

fn head_of(path: &Path, session: &Session, as_of_at_ms: i64) -> SessionHead {
    head_view(
        session,
        stopover_runner::state_of(path, session),
        as_of_at_ms,
    )
}
