//! Requests to a session: an event in the journal, and a runner where none lives to carry it out.

use std::path::Path;

use stopover_journal::Journal;
use stopover_plan::session::Session;
use stopover_runner::{
    Request, Resume, host_resume, is_alive, needs_runner, os_user, request, resume_detached,
};

use super::history::SessionDocument;
use super::run::observer;
use super::{Done, block_on, exit_code};
use crate::args::{
    ActArgs, Answer, ApproveArgs, FinallyArgs, ResumeArgs, SessionArgs, SettleArgs, SignArgs,
    SkipArgs, StepArgs, TakeUp,
};
use crate::bind::bindings;
use crate::output::Output;

pub(crate) fn resume(out: &Output, journal: &Path, args: &ResumeArgs) -> Done {
    let id = Journal::open(journal)?.resolve(&args.session)?;
    if is_alive(journal, &id) {
        let session = request(journal, &id, &os_user(), &Request::Resume)?;
        return shown(out, journal, session);
    }
    take_up(out, journal, &id, &args.take_up)
}

pub(crate) fn pause(out: &Output, journal: &Path, args: &SessionArgs) -> Done {
    let session = request(journal, &args.session, &os_user(), &Request::Pause)?;
    shown(out, journal, session)
}

pub(crate) fn abort(out: &Output, journal: &Path, args: &ActArgs) -> Done {
    ask(out, journal, &args.session, &Request::Abort, &args.take_up)
}

pub(crate) fn rollback(out: &Output, journal: &Path, args: &ActArgs) -> Done {
    ask(
        out,
        journal,
        &args.session,
        &Request::Rollback,
        &args.take_up,
    )
}

pub(crate) fn retry(out: &Output, journal: &Path, args: &StepArgs) -> Done {
    let wish = Request::Retry {
        step: args.step.clone(),
    };
    ask(out, journal, &args.session, &wish, &args.take_up)
}

pub(crate) fn skip(out: &Output, journal: &Path, args: &SkipArgs) -> Done {
    let wish = Request::Skip {
        step: args.step.step.clone(),
        reason: args.reason.clone(),
    };
    ask(out, journal, &args.step.session, &wish, &args.step.take_up)
}

pub(crate) fn settle(out: &Output, journal: &Path, args: &SettleArgs) -> Done {
    let wish = Request::Settle {
        step: args.step.step.clone(),
        applied: args.finding.applied,
        note: args.note.clone(),
    };
    ask(out, journal, &args.step.session, &wish, &args.step.take_up)
}

pub(crate) fn approve(out: &Output, journal: &Path, args: &ApproveArgs) -> Done {
    let wish = Request::Approve {
        gate: args.gate.clone(),
        note: args.note.clone(),
    };
    let session = request(journal, &args.session, &args.who, &wish)?;
    shown(out, journal, session)
}

pub(crate) fn sign(out: &Output, journal: &Path, args: &SignArgs) -> Done {
    let wish = Request::Sign {
        item: args.item.clone(),
        note: args.note.clone(),
        evidence: args.evidence.clone(),
    };
    let session = request(journal, &args.session, &args.who, &wish)?;
    shown(out, journal, session)
}

pub(crate) fn answer_finally(out: &Output, journal: &Path, args: &FinallyArgs) -> Done {
    let wish = Request::AnswerFinally {
        accepted: matches!(args.answer, Answer::Run),
    };
    let session = request(journal, &args.session, &os_user(), &wish)?;
    shown(out, journal, session)
}

fn shown(out: &Output, journal: &Path, session: Session) -> Done {
    let document = SessionDocument::of(journal, session);
    out.document(&document, || {
        let session = &document.session;
        format!(
            "session {} is {}",
            session.id,
            format!("{:?}", session.state).to_lowercase()
        )
    });
    Ok(0)
}

/// Writes the request; where no runner lives and one is needed, this process becomes it.
fn ask(out: &Output, journal: &Path, session: &str, wish: &Request, how: &TakeUp) -> Done {
    let session = request(journal, session, &os_user(), wish)?;
    if is_alive(journal, &session.id) || !needs_runner(&session, wish) {
        return shown(out, journal, session);
    }
    take_up(out, journal, &session.id, how)
}

fn take_up(out: &Output, journal: &Path, id: &str, how: &TakeUp) -> Done {
    let attended = out.is_attended() && !how.unattended;
    let wish = Resume {
        session: id.to_owned(),
        secrets: Vec::new(),
        bindings: bindings(journal, &how.bind, None)?,
        accept_change: how.accept_change,
        end_orphans: how.end_orphans,
        unattended: how.unattended || (!attended && !how.detach),
        by: os_user(),
    };
    if how.detach {
        resume_detached(journal, &wish)?;
        let session = Journal::open(journal)?.session(id)?;
        return shown(out, journal, session);
    }
    // With --json the answer is the session after it, one document; the events stay in the journal.
    let ended = match out.is_json() {
        true => block_on(async { host_resume(journal, &wish, Box::new(|_| {}), |_| {}).await })?,
        false => block_on(async {
            host_resume(journal, &wish, observer(out, journal, attended), |_| {}).await
        })?,
    };
    if out.is_json() {
        shown(out, journal, Journal::open(journal)?.into_session(id)?)?;
    }
    Ok(match (&ended.problem, out.is_json()) {
        (Some(_), true) => 4,
        _ => exit_code(out, &ended),
    })
}
