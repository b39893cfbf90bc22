//! Asks the person at the terminal when a session waits: choices become requests in the journal, as from any door.

use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

use stopover_plan::Event;
use stopover_plan::session::{Session, State, Status, StepState};
use stopover_runner::{Request, request};

/// Starts the thread that asks; returns where events are told.
pub(crate) fn start(journal: &Path, by: String) -> Sender<Event> {
    let (sender, receiver) = channel();
    let journal = journal.to_path_buf();
    std::thread::spawn(move || ask_until_the_end(&journal, &by, &receiver));
    sender
}

fn ask_until_the_end(journal: &Path, by: &str, events: &Receiver<Event>) {
    let mut session = Session::default();
    let mut asked = String::new();
    while let Ok(event) = events.recv() {
        session.apply(&event);
        for event in events.try_iter() {
            session.apply(&event);
        }
        let Some(question) = question(&session) else {
            asked.clear();
            continue;
        };
        if asked == question.key {
            continue;
        }
        asked.clone_from(&question.key);
        // A refused answer is told and asked for again; the end of input leaves the session waiting.
        loop {
            print!("{} ", question.text);
            let _ = std::io::stdout().flush();
            let mut line = String::new();
            match std::io::stdin().lock().read_line(&mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            let Some((who, wish)) = answer(&session, by, line.trim()) else {
                continue;
            };
            match request(journal, &session.id, &who, &wish) {
                Ok(_) => break,
                Err(trouble) => eprintln!("{trouble}"),
            }
        }
    }
}

struct Question {
    /// Tells one question from the next.
    key: String,
    text: String,
}

fn question(session: &Session) -> Option<Question> {
    let key = |what: &str| format!("{what} {}", session.seq);
    if !session.finally_offered.is_empty() {
        return Some(Question {
            key: format!("finally {}", session.finally_offered.join(",")),
            text: format!("Run {} now? [y/n]", session.finally_offered.join(", ")),
        });
    }
    match session.state {
        State::Failed => {
            let step = failed(session)?;
            Some(Question {
                key: key("failed"),
                text: format!(
                    "{} failed: [r]etry, skip REASON, roll [b]ack, [a]bort?",
                    step.id
                ),
            })
        }
        State::Unknown => {
            let step = session.steps.iter().find(|s| s.status == Status::Unknown)?;
            Some(Question {
                key: key("unknown"),
                text: format!("Was the statement of {} applied? [y/n]", step.id),
            })
        }
        State::Waiting => {
            let step = session.steps.iter().find(|s| s.status == Status::Paused)?;
            let text = match step.step_kind.as_str() {
                "gate" => format!("{}: approve NAME, skip REASON, or [a]bort?", step.id),
                _ => format!("{}: sign NAME, skip REASON, or [a]bort?", step.id),
            };
            Some(Question {
                key: format!("{} {}", key("waiting"), step.id),
                text,
            })
        }
        _ => None,
    }
}

/// Returns the failed step that a person has to choose about.
///
/// Who asked for the end, or for the way back, has chosen, although the step stays failed until that is reached;
/// then only an owed step that fails on the way is a question.
fn failed(session: &Session) -> Option<&StepState> {
    let chosen = session.abort_requested || session.rollback_requested;
    session
        .steps
        .iter()
        .find(|step| step.status == Status::Failed && (!chosen || step.finally_for.is_some()))
}

fn answer(session: &Session, by: &str, line: &str) -> Option<(String, Request)> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    let mine = |request| Some((by.to_owned(), request));
    if !session.finally_offered.is_empty() {
        return match word {
            "y" | "yes" => mine(Request::AnswerFinally { accepted: true }),
            "n" | "no" => mine(Request::AnswerFinally { accepted: false }),
            _ => None,
        };
    }
    let first = |status: Status| {
        session
            .steps
            .iter()
            .find(|step| step.status == status)
            .map(|step| step.id.clone())
    };
    let asked = match session.state {
        State::Failed => failed(session).map(|step| step.id.clone()),
        State::Unknown => first(Status::Unknown),
        _ => first(Status::Paused),
    }?;
    match (session.state, word) {
        (_, "a" | "abort") => mine(Request::Abort),
        (_, "skip") => mine(Request::Skip {
            step: asked,
            reason: rest.to_owned(),
        }),
        (State::Failed, "r" | "retry") => mine(Request::Retry { step: asked }),
        (State::Failed, "b" | "rollback") => mine(Request::Rollback),
        (State::Unknown, "y" | "yes") => mine(Request::Settle {
            step: asked,
            applied: true,
            note: rest.to_owned(),
        }),
        (State::Unknown, "n" | "no") => mine(Request::Settle {
            step: asked,
            applied: false,
            note: rest.to_owned(),
        }),
        (State::Waiting, "approve") if !rest.is_empty() => Some((
            rest.to_owned(),
            Request::Approve {
                gate: asked,
                note: String::new(),
            },
        )),
        (State::Waiting, "sign") if !rest.is_empty() => Some((
            rest.to_owned(),
            Request::Sign {
                item: unsigned(session, &asked),
                note: String::new(),
                evidence: None,
            },
        )),
        _ => None,
    }
}

/// Returns what is to be signed next for a step that waits.
fn unsigned(session: &Session, step: &str) -> String {
    session
        .step(step)
        .and_then(|state| {
            state
                .awaits
                .iter()
                // An item may need several people; the one with the fewest names comes first.
                .min_by_key(|item| session.signers(item).len())
                .cloned()
        })
        .unwrap_or_else(|| step.to_owned())
}
