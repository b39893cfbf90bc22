//! Following a session: first what the journal has, then what comes, at most ten messages a second.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use stopover_journal::Journal;
use stopover_plan::event::Body;
use stopover_plan::session::StepState;
use stopover_plan::{Event, Session};
use tauri::State;
use tauri::ipc::Channel;

use crate::convert::log::lines;
use crate::convert::names::Names;
use crate::convert::session::{age_ms, head_view, step_view};
use crate::desk::{Desk, open_journal};
use crate::problem::aside;
use crate::view::{LogLine, Problem, SessionHead, SessionStep, Watched};

/// Time between two looks at the journal, and so between two messages.
const EVERY: Duration = Duration::from_millis(100);
/// The same after a message with more lines than [`FLOOD`]: nobody reads so many, and every message is drawn.
const AMID_FLOOD: Duration = Duration::from_millis(250);
/// Lines in one message that come faster than they can be read.
const FLOOD: usize = 100;
/// Time between two looks whether the runner lives, which no event tells.
const LIVES: Duration = Duration::from_secs(1);
/// Most events read at once.
const PAGE: usize = 1_000;
/// Most lines of the log in one message, as many as the window keeps; older ones are left out.
const LINES: usize = 10_000;

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
    /// How the log names steps and items.
    names: Names,
    log_after: u64,
    /// When the last event of a runner was read, and how old it was then.
    as_of: Option<(Instant, Duration)>,
    told_head: Option<SessionHead>,
    told_steps: Vec<SessionStep>,
}

/// What a batch of events brought.
#[derive(Default)]
struct News {
    log: VecDeque<LogLine>,
    dropped: u64,
    touched: Touched,
}

/// Which steps a batch of events may have changed.
enum Touched {
    Some(BTreeSet<String>),
    All,
}

impl Default for Touched {
    fn default() -> Self {
        Self::Some(BTreeSet::new())
    }
}

impl News {
    /// Notes what an event may have changed. Output, of which there may be thousands a second, changes no step.
    fn note(&mut self, event: &Event) {
        match (&mut self.touched, event.body.step()) {
            (Touched::All, _) => {}
            (Touched::Some(_), None) => self.touched = Touched::All,
            (Touched::Some(_), Some(_)) if matches!(event.body, Body::StepOutput { .. }) => {}
            (Touched::Some(steps), Some(step)) => {
                steps.insert(step.to_owned());
            }
        }
    }

    /// Adds the lines of an event, and leaves out the oldest when there are too many.
    fn tell(&mut self, event: &Event, names: &Names, step: Option<&StepState>) {
        lines(event, names, step, |line| {
            if self.log.len() == LINES {
                self.log.pop_front();
                self.dropped += 1;
            }
            self.log.push_back(line);
        });
    }
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
            names: Names::default(),
            log_after: after_seq,
            as_of: None,
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
                        let mut last = self.message(head, Vec::new(), News::default());
                        last.problem = Some(problem);
                        let _ = channel.send(last);
                    }
                    return;
                }
            };
            let flooded = message
                .as_ref()
                .is_some_and(|message| message.log.len() > FLOOD);
            if let Some(message) = message
                && channel.send(message).is_err()
            {
                return;
            }
            std::thread::park_timeout(if flooded { AMID_FLOOD } else { EVERY });
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
        let mut news = News::default();
        // The version is taken before the events are read: what is written in between is seen at the next look.
        if *version != Some(now) {
            *version = Some(now);
            self.read(&mut news)?;
        }
        Ok(self.changes(news))
    }

    fn read(&mut self, news: &mut News) -> Result<(), Problem> {
        let duration_ms = self.session.duration_ms;
        loop {
            let events = self.journal.events(&self.id, self.session.seq, PAGE)?;
            for event in &events {
                self.session.apply(event);
                news.note(event);
                if matches!(
                    event.body,
                    Body::SessionStarted { .. } | Body::PlanChanged { .. }
                ) {
                    self.names = self.named();
                }
                if event.seq > self.log_after {
                    let step = event.body.step().and_then(|id| self.session.step(id));
                    news.tell(event, &self.names, step);
                }
            }
            if events.len() < PAGE {
                break;
            }
        }
        match self.as_of {
            // Only what was recorded before anyone followed has an age, and only the wall clock knows it.
            None => {
                let age = Duration::from_millis(age_ms(&self.session));
                self.as_of = Some((Instant::now(), age));
            }
            Some(_) if self.session.duration_ms != duration_ms => {
                self.as_of = Some((Instant::now(), Duration::ZERO));
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Returns how steps and items are named from here on. A journal without the plan knows the steps alone.
    fn named(&self) -> Names {
        let text = self.journal.plan_text(&self.session.plan_hash);
        let plan = text.ok().flatten();
        let plan = plan.map(|text| stopover_plan::parse::open(&text).0);
        Names::of(&self.session, &plan.unwrap_or_default())
    }

    fn changes(&mut self, news: News) -> Option<Watched> {
        let state = stopover_runner::state_of(&self.path, &self.session);
        let head = head_view(&self.session, state);
        let changed = self.changed(&news.touched);
        if self.told_head.as_ref() == Some(&head) && changed.is_empty() && news.log.is_empty() {
            return None;
        }
        self.told_head = Some(head.clone());
        Some(self.message(head, changed, news))
    }

    /// Returns the steps that are other than they were told.
    fn changed(&mut self, touched: &Touched) -> Vec<SessionStep> {
        let mut changed = Vec::new();
        match touched {
            Touched::All => {
                let steps: Vec<SessionStep> = self.session.steps.iter().map(step_view).collect();
                for (index, step) in steps.iter().enumerate() {
                    if self.told_steps.get(index) != Some(step) {
                        changed.push(step.clone());
                    }
                }
                self.told_steps = steps;
            }
            Touched::Some(ids) => {
                for step in ids.iter().filter_map(|id| self.session.step(id)) {
                    let step = step_view(step);
                    let told = self.told_steps.iter_mut().find(|told| told.id == step.id);
                    if let Some(told) = told.filter(|told| **told != step) {
                        *told = step.clone();
                        changed.push(step);
                    }
                }
            }
        }
        changed
    }

    fn message(&self, head: SessionHead, steps: Vec<SessionStep>, news: News) -> Watched {
        let age = self
            .as_of
            .map_or(Duration::ZERO, |(at, age)| age + at.elapsed());
        Watched {
            head,
            steps,
            log: news.log.into(),
            dropped: news.dropped,
            age_ms: u64::try_from(age.as_millis()).unwrap_or(u64::MAX),
            problem: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stopover_plan::event::{Direction, Stream};

    fn event(seq: u64, body: Body) -> Event {
        Event {
            seq,
            at_ms: 0,
            mono_ms: Some(seq),
            session: "s".to_owned(),
            body,
        }
    }

    fn output(text: &str) -> Body {
        Body::StepOutput {
            step: "a".to_owned(),
            stream: Stream::Out,
            text: text.to_owned(),
            dropped_bytes: 0,
        }
    }

    #[test]
    fn a_flood_of_output_keeps_the_newest_lines_and_counts_those_left_out() {
        let mut news = News::default();
        for seq in 1..=1_300 {
            let event = event(seq, output(&"line\n".repeat(10)));
            news.tell(&event, &Names::default(), None);
        }
        assert_eq!(news.log.len(), LINES);
        assert_eq!(news.dropped, 13_000 - LINES as u64);
        assert_eq!(news.log.back().map(|line| line.seq), Some(1_300));
    }

    #[test]
    fn output_touches_no_step_and_what_is_of_no_step_touches_all() {
        let mut news = News::default();
        news.note(&event(1, output("x")));
        assert!(matches!(&news.touched, Touched::Some(steps) if steps.is_empty()));
        news.note(&event(
            2,
            Body::StepStarted {
                step: "a".to_owned(),
                attempt: 1,
                direction: Direction::Forward,
            },
        ));
        assert!(matches!(&news.touched, Touched::Some(steps) if steps.contains("a")));
        news.note(&event(3, Body::SessionPaused {}));
        assert!(matches!(news.touched, Touched::All));
    }
}
