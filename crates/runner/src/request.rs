//! What people ask of a session: validated against the fold, then one event in the journal.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use stopover_journal::Journal;
use stopover_plan::event::{Body, Evidence, Outcome};
use stopover_plan::model::Kind;
use stopover_plan::session::{Session, State, Status};
use stopover_plan::{Plan, Problem};

use crate::liveness::state_of;
use crate::trouble::Trouble;

/// What a person asks of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Stand before the next step.
    Pause,
    /// Go on.
    Resume,
    /// Cancel what runs and end.
    Abort,
    /// Take everything back.
    Rollback,
    /// Run a failed step again.
    Retry {
        /// Step.
        step: String,
    },
    /// Go on without a step.
    Skip {
        /// Step.
        step: String,
        /// Why.
        reason: String,
    },
    /// Approve a gate.
    Approve {
        /// Gate's step.
        gate: String,
        /// Remark.
        note: String,
    },
    /// Sign an item or a manual step.
    Sign {
        /// Item, step, or `STEP/undo`.
        item: String,
        /// Remark.
        note: String,
        /// File kept as evidence by name and fingerprint.
        evidence: Option<PathBuf>,
    },
    /// Say what became of a statement of unknown outcome.
    Settle {
        /// Step.
        step: String,
        /// True: it was applied.
        applied: bool,
        /// How the person knows.
        note: String,
    },
    /// Answer the offer of `finally_for` steps.
    AnswerFinally {
        /// True: run them.
        accepted: bool,
    },
}

/// Returns true when the request needs a runner to be carried out, so that one is to be started where none lives.
pub fn needs_runner(session: &Session, request: &Request) -> bool {
    match request {
        Request::Pause | Request::AnswerFinally { .. } => false,
        Request::Sign { .. } | Request::Approve { .. } => session.state != State::Finished,
        _ => true,
    }
}

/// Validates a request and writes it into the journal; returns the session after it.
///
/// # Errors
/// [`Trouble::Refused`] when it does not fit the session's state or the person may not ask it.
pub fn request(
    journal: &Path,
    session: &str,
    by: &str,
    request: &Request,
) -> Result<Session, Trouble> {
    let journal_path = journal;
    let journal = Journal::open(journal_path)?;
    let id = journal.resolve(session)?;
    let session = journal.session(&id)?;
    let plan = plan_of(&journal, &session);
    let body = body_of(journal_path, &session, &plan, by, request)?;
    journal.append(&id, body, None)?;
    Ok(journal.session(&id)?)
}

/// Returns the plan as the session runs it.
pub(crate) fn plan_of(journal: &Journal, session: &Session) -> Plan {
    journal
        .plan_text(&session.plan_hash)
        .ok()
        .flatten()
        .map(|text| stopover_plan::parse::open(&text).0)
        .unwrap_or_default()
}

fn refused(code: &str, message: String, hint: &str) -> Trouble {
    Trouble::Refused(Problem::new(code, message, hint))
}

/// Returns the event that a request becomes, if it fits the session's state and the person may ask it.
pub(crate) fn body_of(
    journal: &Path,
    session: &Session,
    plan: &Plan,
    by: &str,
    request: &Request,
) -> Result<Body, Trouble> {
    let by = by.trim().to_owned();
    if by.is_empty() {
        return Err(refused(
            "who-missing",
            "The request names nobody.".to_owned(),
            "Say who asks.",
        ));
    }
    let state = state_of(journal, session);
    let over = state == State::Finished;
    let ended = |what: &str| {
        refused(
            "session-finished",
            format!("Session {} is over; it cannot be {what}.", session.id),
            "Look at its report, or start a new session.",
        )
    };
    match request {
        Request::Pause if over => Err(ended("paused")),
        Request::Pause => Ok(Body::PauseRequested { by }),
        Request::Resume if over => Err(ended("resumed")),
        Request::Resume => Ok(Body::ResumeRequested { by }),
        Request::Abort if over => Err(ended("aborted")),
        Request::Abort => Ok(Body::AbortRequested { by }),
        Request::Rollback => rollback(session, by),
        Request::Retry { step } => match status_of(session, step)? {
            Status::Failed => Ok(Body::RetryRequested {
                step: step.clone(),
                by,
            }),
            status => Err(refused(
                "not-failed",
                format!(
                    "Step {step} is {}; only a failed step is retried.",
                    word(status)
                ),
                "Name a failed step.",
            )),
        },
        Request::Skip { step, reason } => skip(session, step, reason.trim(), by),
        Request::Settle {
            step,
            applied,
            note,
        } => match status_of(session, step)? {
            Status::Unknown => Ok(Body::SettleRequested {
                step: step.clone(),
                applied: *applied,
                by,
                note: note.trim().to_owned(),
            }),
            status => Err(refused(
                "not-unknown",
                format!(
                    "Step {step} is {}; there is nothing to settle.",
                    word(status)
                ),
                "Name a step whose outcome is unknown.",
            )),
        },
        Request::Approve { gate, note } => approve(session, plan, gate, note, by),
        Request::Sign {
            item,
            note,
            evidence,
        } => sign(session, plan, item, note, evidence.as_deref(), by),
        Request::AnswerFinally { accepted } => match session.finally_offered.is_empty() {
            false => Ok(Body::FinallyAnswered {
                accepted: *accepted,
                by,
            }),
            true => Err(refused(
                "nothing-offered",
                "No step is offered.".to_owned(),
                "Look at the session again.",
            )),
        },
    }
}

fn word(status: Status) -> String {
    format!("{status:?}").to_lowercase()
}

fn status_of(session: &Session, step: &str) -> Result<Status, Trouble> {
    session.step(step).map(|state| state.status).ok_or_else(|| {
        Trouble::Problems(vec![Problem::new(
            "unknown-step",
            format!("Session {} has no step {step}.", session.id),
            "Name one of its steps: `stopover show` lists them.",
        )])
    })
}

fn rollback(session: &Session, by: String) -> Result<Body, Trouble> {
    if session.outcome == Some(Outcome::RolledBack) {
        return Err(refused(
            "rolled-back",
            format!("Session {} was rolled back already.", session.id),
            "Look at its report.",
        ));
    }
    if let Some(step) = session.steps.iter().find(|s| s.status == Status::Unknown) {
        return Err(Trouble::NeedsPerson(Problem::new(
            "unknown",
            format!("The outcome of step {} is unknown.", step.id),
            "Settle the step as applied or not applied, then roll back.",
        )));
    }
    Ok(Body::RollbackRequested { by })
}

fn skip(session: &Session, step: &str, reason: &str, by: String) -> Result<Body, Trouble> {
    if reason.is_empty() {
        return Err(refused(
            "reason-missing",
            format!("Step {step} is not skipped without a reason."),
            "Say why it may be left out.",
        ));
    }
    match status_of(session, step)? {
        status @ (Status::Succeeded | Status::Skipped | Status::Undone) => Err(refused(
            "step-ended",
            format!("Step {step} is {}; it cannot be skipped.", word(status)),
            "Name a step that has not ended.",
        )),
        _ => Ok(Body::SkipRequested {
            step: step.to_owned(),
            reason: reason.to_owned(),
            by,
        }),
    }
}

fn approve(
    session: &Session,
    plan: &Plan,
    gate: &str,
    note: &str,
    by: String,
) -> Result<Body, Trouble> {
    status_of(session, gate)?;
    let Some(Kind::Gate(rules)) = plan.step(gate).map(|step| &step.kind) else {
        return Err(Trouble::Problems(vec![Problem::new(
            "not-a-gate",
            format!("Step {gate} is no gate."),
            "Name a gate; items and manual steps are signed.",
        )]));
    };
    if !stopover_engine::run::may_approve(session, rules, &by) {
        let who = match rules.approvers.is_empty() {
            true => format!("anyone but {}, who runs the session", session.by),
            false => rules.approvers.join(" or "),
        };
        return Err(refused(
            "not-approved",
            format!("{by} may not approve gate {gate}."),
            &format!("Ask for the approval of {who}."),
        ));
    }
    Ok(Body::GateApproved {
        step: gate.to_owned(),
        by,
        note: note.to_owned(),
    })
}

fn sign(
    session: &Session,
    plan: &Plan,
    item: &str,
    note: &str,
    evidence: Option<&Path>,
    by: String,
) -> Result<Body, Trouble> {
    let is_item = plan
        .checklists
        .iter()
        .flat_map(|list| &list.items)
        .any(|known| known.id == item);
    let step = item.strip_suffix("/undo").unwrap_or(item);
    let is_manual = plan.step(step).is_some_and(|known| {
        matches!(known.kind, Kind::Manual(_))
            || matches!(known.undo, Some(stopover_plan::model::Undo::Manual(_)))
    });
    // Who signed already stands for one of the people an item needs, and cannot stand for another.
    let waits_for_another = plan
        .checklists
        .iter()
        .flat_map(|list| &list.items)
        .find(|known| known.id == item && !session.is_ticked(known))
        .filter(|_| session.signers(item).contains(&by.trim().to_lowercase()));
    if let Some(known) = waits_for_another {
        return Err(refused(
            "already-signed",
            format!(
                "{by} has signed item {item}, which needs {} different people.",
                known.signers()
            ),
            "Ask someone else to sign it.",
        ));
    }
    if !is_item && !is_manual {
        return Err(Trouble::Problems(vec![Problem::new(
            "unknown-item",
            format!("The plan of session {} has no item {item}.", session.id),
            "Name a checklist item or a manual step.",
        )]));
    }
    let evidence = match evidence {
        Some(file) => Some(fingerprint(file)?),
        None => None,
    };
    Ok(Body::ItemSigned {
        item: item.to_owned(),
        by,
        note: note.to_owned(),
        evidence,
    })
}

/// Returns name, size and SHA-256 of a file; a link is kept as it is.
fn fingerprint(file: &Path) -> Result<Evidence, Trouble> {
    let text = file.to_string_lossy();
    if text.starts_with("https://") || text.starts_with("http://") {
        return Ok(Evidence {
            name: text.into_owned(),
            bytes: 0,
            sha256: String::new(),
        });
    }
    let unreadable = |error: std::io::Error| {
        Trouble::Unreachable(Problem::new(
            "evidence-unreadable",
            format!("The evidence {} could not be read: {error}", file.display()),
            "Name a file that exists and that you may read.",
        ))
    };
    let mut source = std::fs::File::open(file).map_err(unreadable)?;
    let mut hash = Sha256::new();
    let bytes = std::io::copy(&mut source, &mut hash).map_err(unreadable)?;
    Ok(Evidence {
        name: file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        bytes,
        sha256: hex::encode(hash.finalize()),
    })
}
