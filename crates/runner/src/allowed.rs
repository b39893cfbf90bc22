//! What must be true before a session may start.

use std::collections::{BTreeMap, BTreeSet};

use stopover_engine::run::{Access, marked_sessions};
use stopover_journal::Journal;
use stopover_plan::event::Mode;
use stopover_plan::model::{Environment, Kind};
use stopover_plan::{Plan, Problem};

use crate::plan_file::Opened;
use crate::trouble::{Trouble, refused};
use crate::wish::{Bound, Start};

/// Returns the steps that are to run.
pub(crate) fn scope<'a>(plan: &'a Plan, only: &[String]) -> Result<BTreeSet<&'a str>, Trouble> {
    for id in only {
        if plan.step(id).is_none() {
            return Err(Trouble::Problems(vec![Problem::new(
                "unknown-step",
                format!("The plan has no step {id}."),
                "Name a step of the plan.",
            )]));
        }
    }
    if plan.steps.is_empty() {
        return Err(Trouble::Problems(vec![Problem::new(
            "plan-empty",
            "The plan has no steps.",
            "Add a step to it.",
        )]));
    }
    Ok(plan
        .steps
        .iter()
        .map(|step| step.id.as_str())
        .filter(|id| only.is_empty() || only.iter().any(|chosen| chosen == id))
        .collect())
}

/// Refuses what this version cannot run.
pub(crate) fn refuse_what_cannot_run(
    plan: &Plan,
    scope: &BTreeSet<&str>,
    mode: Mode,
) -> Result<(), Trouble> {
    if mode == Mode::Rehearsal {
        return Err(refused(
            "rehearsal-later",
            "This version cannot rehearse a plan.".to_owned(),
            "Bind a copy of the database as environment staging and run it live there.",
        ));
    }
    for step in &plan.steps {
        if let Kind::Later(word) = &step.kind
            && scope.contains(step.id.as_str())
        {
            return Err(refused(
                "kind-later",
                format!(
                    "Step {} is of kind {word}, which this version cannot run.",
                    step.id
                ),
                "Write it as sql or command, or leave it out with --only.",
            ));
        }
    }
    Ok(())
}

/// Refuses a plan that nobody trusted in its present form.
pub(crate) fn trusted(journal: &Journal, opened: &Opened, start: &Start) -> Result<(), Trouble> {
    if journal.is_trusted(&opened.hash)? {
        return Ok(());
    }
    if start.trust {
        let path = opened.path.display().to_string();
        journal.trust(&opened.hash, &path, &start.by)?;
        return Ok(());
    }
    Err(refused(
        "not-trusted",
        format!(
            "The plan {} was not trusted in its present form, so nothing of it runs.",
            opened.path.display()
        ),
        "Read its steps, then run it with --trust.",
    ))
}

/// Refuses production that is not confirmed by name and reason.
pub(crate) fn confirmed(
    plan: &Plan,
    bound: &BTreeMap<String, Bound>,
    environment: Environment,
    start: &Start,
) -> Result<(), Trouble> {
    if environment != Environment::Production {
        return Ok(());
    }
    let names: Vec<&str> = bound
        .values()
        .filter(|bound| bound.connection.environment == Environment::Production)
        .map(|bound| bound.connection.database.as_str())
        .chain([plan.name.as_str()])
        .collect();
    if !start
        .confirm
        .as_deref()
        .is_some_and(|typed| names.contains(&typed))
    {
        return Err(refused(
            "not-confirmed",
            format!("The plan {} would run in production.", plan.name),
            format!("Confirm it by typing the name: --confirm {:?}.", names[0]),
        ));
    }
    if start
        .reason
        .as_deref()
        .is_none_or(|reason| reason.trim().is_empty())
    {
        return Err(refused(
            "not-rehearsed",
            format!(
                "The plan {} was not rehearsed and would run in production.",
                plan.name
            ),
            "Rehearse it, or state why not: --reason TEXT.",
        ));
    }
    Ok(())
}

/// Refuses a target on which a session stands unfinished: its marks are there.
pub(crate) async fn refuse_unfinished(
    journal: &Journal,
    targets: &BTreeMap<String, Access>,
    start: &Start,
) -> Result<(), Trouble> {
    for (target, access) in targets {
        for session in marked_sessions(access).await? {
            if start.adopt.as_deref() == Some(session.as_str()) {
                continue;
            }
            if journal.summary(&session).is_ok() {
                return Err(refused(
                    "unfinished-session",
                    format!("Session {session} on target {target} is not finished."),
                    format!("Resume it, roll it back or abort it: `stopover resume {session}`."),
                ));
            }
            return Err(Trouble::NeedsPerson(Problem::new(
                "unknown-session",
                format!(
                    "Target {target} carries the marks of session {session}, which this journal does not know."
                ),
                format!(
                    "Run the plan with --adopt {session} to go on after the steps that are marked as done, or with the journal that knows it."
                ),
            )));
        }
    }
    Ok(())
}
