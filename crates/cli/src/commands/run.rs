//! `stopover run`: a session in the foreground, or detached.

use std::path::Path;

use serde_json::json;
use stopover_plan::event::Mode;
use stopover_runner::{Observer, Start, host_start, os_user, start_detached};

use super::{Done, block_on, exit_code};
use crate::args::RunArgs;
use crate::bind::{bindings, pair};
use crate::output::Output;
use crate::prompt;

pub(crate) fn run(out: &Output, journal: &Path, args: &RunArgs) -> Done {
    let pairs = |list: &[String], form: &str| {
        list.iter()
            .map(|text| pair(text, form))
            .collect::<Result<Vec<_>, _>>()
    };
    let attended = out.is_attended() && !args.unattended;
    let start = Start {
        bindings: bindings(journal, &args.bind, args.environment.map(Into::into))?,
        mode: match args.rehearse {
            true => Mode::Rehearsal,
            false => Mode::Live,
        },
        trust: args.trust,
        confirm: args.confirm.clone(),
        reason: args.reason.clone(),
        only: args.only.clone(),
        approvals: pairs(&args.approve, "GATE=WHO")?,
        signatures: pairs(&args.sign, "ITEM=WHO")?,
        // A detached session waits for a choice from any door; a piped one has nobody to ask.
        unattended: args.unattended || (!attended && !args.detach),
        adopt: args.adopt.clone(),
        ..Start::new(args.plan.clone(), os_user())
    };
    if args.detach {
        let session = start_detached(journal, &start)?;
        out.document(&json!({ "session": session }), || session.clone());
        return Ok(0);
    }
    let ended = block_on(async {
        host_start(journal, &start, observer(out, journal, attended), |_| {}).await
    })?;
    Ok(exit_code(out, &ended))
}

/// Returns an observer that prints every event, and asks the person where one is there.
pub(crate) fn observer(out: &Output, journal: &Path, attended: bool) -> Observer {
    let out = *out;
    let asked = attended.then(|| std::sync::Mutex::new(prompt::start(journal, os_user())));
    Box::new(move |event| {
        out.event(event);
        if let Some(asked) = &asked
            && let Ok(asked) = asked.lock()
        {
            let _ = asked.send(event.clone());
        }
    })
}
