//! A plan with its schedule.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use stopover_journal::Journal;
use stopover_plan::Problem;
use stopover_plan::model::{self, Due, Plan};
use stopover_plan::schedule::{Planned, Schedule, Source, due_at, schedule, schedule_rehearsed};
use stopover_runner::Opened;

use super::checks::checks;
use super::clock::clock;
use super::passages::Passages;
use crate::view;

/// Whether the content of a plan is trusted on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    /// It was shown and trusted.
    Trusted,
    /// A person is to be asked.
    Asked,
}

/// Returns the view of an opened plan.
pub(crate) fn plan_view(opened: &Opened, consent: Consent) -> view::Plan {
    let mut view = view_of(&opened.plan, &opened.problems, &opened.files);
    view.places = places(&opened.text, &view.problems);
    view.path = opened.path.to_string_lossy().into_owned();
    view.hash.clone_from(&opened.hash);
    view.trusted = consent == Consent::Trusted;
    view
}

/// Returns the plan of a session as the journal kept it.
pub(crate) fn kept_plan(
    journal: &Journal,
    head: &view::SessionHead,
) -> Result<Option<view::Plan>, view::Problem> {
    let Some(text) = journal.plan_text(&head.plan_hash)? else {
        return Ok(None);
    };
    let (plan, problems) = stopover_plan::parse::open(&text);
    let files = journal
        .plan_files(&head.plan_hash)?
        .into_iter()
        .map(|(name, content)| (name, String::from_utf8_lossy(&content).into_owned()))
        .collect();
    let mut view = view_of(&plan, &problems, &files);
    view.path.clone_from(&head.plan_path);
    view.hash.clone_from(&head.plan_hash);
    view.trusted = true;
    Ok(Some(view))
}

/// Returns a passage of a step with nothing left out.
pub(crate) fn whole_passage(
    opened: &Opened,
    step: &str,
    side: view::Side,
    index: usize,
) -> Option<view::Passage> {
    let step = opened.plan.step(step)?;
    let mut passages = Passages::whole(&opened.files);
    let list = match side {
        view::Side::Does => passages.does(step),
        view::Side::Undo => passages.undo(step),
    };
    list.into_iter().nth(index)
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn view_of(plan: &Plan, problems: &[Problem], files: &BTreeMap<String, String>) -> view::Plan {
    let (schedule, found) = schedule(plan, None);
    let mut problems: Vec<view::Problem> = problems.iter().cloned().map(Into::into).collect();
    for problem in found {
        let problem: view::Problem = problem.into();
        // A circle is told by the parser and by the schedule; once is enough.
        let told = |known: &view::Problem| known.code == problem.code && known.line == problem.line;
        if !problems.iter().any(told) {
            problems.push(problem);
        }
    }
    let known = known(plan, &schedule);
    let known = known.as_ref().unwrap_or(&schedule);
    let planned: HashMap<&str, &Planned> = schedule
        .steps
        .iter()
        .map(|step| (step.id.as_str(), step))
        .collect();
    let mut passages = Passages::new(files);
    view::Plan {
        path: String::new(),
        hash: String::new(),
        trusted: false,
        name: plan.name.clone(),
        summary: plan.summary.clone(),
        timezone: plan.timezone.clone().unwrap_or_else(|| "UTC".to_owned()),
        clock: clock(plan, &schedule, chrono::Utc::now()),
        start_at_ms: schedule.start.map(|start| start.timestamp_millis()),
        start: plan.start.clone(),
        duration_ms: ms(known.duration),
        problems,
        places: Vec::new(),
        targets: plan.targets.iter().map(target).collect(),
        phases: plan
            .phases
            .iter()
            .map(|phase| phase_view(phase, known))
            .collect(),
        windows: plan
            .windows
            .iter()
            .map(|window| window_view(window, &schedule, known))
            .collect(),
        steps: plan
            .steps
            .iter()
            .map(|step| step_view(step, planned.get(step.id.as_str()).copied(), &mut passages))
            .collect(),
        step_lines: plan.steps.iter().map(|step| step.line).collect(),
        critical_path: schedule.critical_path.clone(),
        point_of_no_return: schedule
            .point_of_no_return
            .as_ref()
            .map(|(step, _)| step.clone()),
        checklists: plan
            .checklists
            .iter()
            .map(|list| checklist(list, plan, &schedule))
            .collect(),
        risks: plan
            .risks
            .iter()
            .map(|risk| view::Risk {
                id: risk.id.clone(),
                title: risk.title.clone(),
                mitigation: risk.mitigation.clone(),
                steps: risk.steps.clone(),
            })
            .collect(),
        criteria: plan
            .criteria
            .iter()
            .map(|criterion| view::Criterion {
                id: criterion.id.clone(),
                title: criterion.title.clone(),
                check: criterion.check.clone(),
                item: criterion.item.clone(),
            })
            .collect(),
        cards: plan
            .cards
            .iter()
            .map(|card| view::Card {
                id: card.id.clone(),
                issue: card.issue.clone(),
                symptoms: card.symptoms.clone(),
                solution: card.solution.clone(),
                steps: card.steps.clone(),
            })
            .collect(),
    }
}

/// Returns the plan laid out with no time for steps whose length nobody knows; missing where there are none. The
/// schedule gives them a second, so that each has a bar to be seen, and that is no number to be told.
fn known(plan: &Plan, schedule: &Schedule) -> Option<Schedule> {
    let unknown: HashMap<String, Duration> = (schedule.steps.iter())
        .filter(|step| step.source == Source::Default && step.earliest_finish > step.earliest_start)
        .map(|step| (step.id.clone(), Duration::ZERO))
        .collect();
    (!unknown.is_empty()).then(|| schedule_rehearsed(plan, None, &unknown).0)
}

/// Returns the steps of a plan's text.
#[cfg(test)]
pub(crate) fn steps_of(text: &str) -> Vec<view::Step> {
    let (plan, _) = stopover_plan::parse::open(text);
    view_of(&plan, &[], &BTreeMap::new()).steps
}

/// Returns where elements begin. It is read only for problems, because it reads the file a second time.
fn places(text: &str, problems: &[view::Problem]) -> Vec<view::Place> {
    if problems.is_empty() {
        return Vec::new();
    }
    let Ok(editor) = stopover_plan::edit::Editor::open(text) else {
        return Vec::new();
    };
    editor
        .places()
        .into_iter()
        .map(|(sort, id, line)| view::Place {
            sort: sort.key().to_owned(),
            id,
            line,
        })
        .collect()
}

fn target(target: &model::Target) -> view::Target {
    view::Target {
        id: target.id.clone(),
        engine: target.engine.into(),
        summary: target.summary.clone(),
        database: target.database.clone(),
        connection: target.connection.clone(),
    }
}

fn phase_view(phase: &model::Phase, schedule: &Schedule) -> view::Phase {
    let span = schedule.phases.iter().find(|span| span.id == phase.id);
    view::Phase {
        id: phase.id.clone(),
        title: if phase.title.is_empty() {
            phase.id.clone()
        } else {
            phase.title.clone()
        },
        summary: phase.summary.clone(),
        start: phase.start.clone(),
        duration_ms: phase.duration.map(ms),
        after: phase.after.clone().unwrap_or_default(),
        start_ms: span.map(|span| ms(span.start)),
        finish_ms: span.map(|span| ms(span.finish)),
    }
}

fn window_view(window: &model::Window, schedule: &Schedule, known: &Schedule) -> view::Window {
    let fit = schedule.windows.iter().find(|fit| fit.id == window.id);
    let (needed, fits) = if window.steps.is_empty() {
        let opens = fit.and_then(|fit| fit.opens);
        let needs = |schedule: &Schedule| needed_by_all(schedule, opens);
        (needs(known), needs(schedule).map(|it| it <= window.length))
    } else {
        let told = known.windows.iter().find(|fit| fit.id == window.id);
        (told.map(|fit| fit.needed), fit.map(|fit| fit.fits))
    };
    view::Window {
        id: window.id.clone(),
        title: window.title.clone(),
        opens: window.opens.clone(),
        steps: window.steps.clone(),
        opens_ms: fit.and_then(|fit| fit.opens).map(ms),
        length_ms: ms(window.length),
        needed_ms: needed.map(ms),
        fits,
        start_rollback_by_ms: fit.and_then(|fit| fit.start_rollback_by).map(ms),
    }
}

/// Returns what the whole plan needs of a window that names no steps: from its opening, or where that is unknown from
/// the first step, to the end.
fn needed_by_all(schedule: &Schedule, opens: Option<Duration>) -> Option<Duration> {
    let first = schedule
        .steps
        .iter()
        .map(|step| step.earliest_start)
        .min()?;
    Some(schedule.duration.saturating_sub(opens.unwrap_or(first)))
}

fn step_view(
    step: &model::Step,
    planned: Option<&Planned>,
    passages: &mut Passages<'_>,
) -> view::Step {
    view::Step {
        id: step.id.clone(),
        title: if step.title.is_empty() {
            step.id.clone()
        } else {
            step.title.clone()
        },
        kind: step.kind.word().to_owned(),
        phase: step.phase.clone(),
        after: step.after.clone(),
        after_written: step.after_written,
        target: step.target.clone(),
        project: step.project.clone(),
        start: step.start.clone(),
        estimate_ms: step.estimate.map(ms),
        timeout_ms: step.timeout.map(ms),
        start_ms: planned.map(|planned| ms(planned.earliest_start)),
        finish_ms: planned.map(|planned| ms(planned.earliest_finish)),
        slack_ms: planned.map(|planned| ms(planned.slack)),
        critical: planned.is_some_and(|planned| planned.critical),
        owner: step.owner.clone(),
        notes: step.notes.clone(),
        downtime: step.downtime,
        point_of_no_return: step.point_of_no_return,
        destructive: step.destructive.unwrap_or_default(),
        idempotent: step.idempotent,
        finally_for: step.finally_for.clone(),
        does: passages.does(step),
        undo: passages.undo(step),
        checks: checks(step),
    }
}

fn checklist(list: &model::Checklist, plan: &Plan, schedule: &Schedule) -> view::Checklist {
    let item = |item: &model::Item| {
        let due = item.due.as_ref();
        let at = due.and_then(|due| due_at(plan, due, schedule.start));
        view::Item {
            id: item.id.clone(),
            title: item.title.clone(),
            owner: item.owner.clone(),
            check: item.check.clone(),
            due_at_ms: at.map(|at| at.timestamp_millis()),
            due: due.map(Due::to_string),
            due_from_start_ms: due.and_then(from_start),
            signatures: item.signatures.max(1),
        }
    };
    view::Checklist {
        id: list.id.clone(),
        title: list.title.clone(),
        before: list.before.clone(),
        items: list.items.iter().map(item).collect(),
    }
}

fn from_start(due: &Due) -> Option<i64> {
    let signed = |duration: &Duration| i64::try_from(duration.as_millis()).ok();
    match due {
        Due::Before(ahead) => signed(ahead).map(|ms| -ms),
        Due::After(behind) => signed(behind),
        Due::At(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name = \"A plan\"\nstart = 2026-12-05T01:00:00Z\n[target.main]\nengine = \"sqlite\"\n\
        [[window]]\nid = \"night\"\nopens = 2026-12-05T01:00:00Z\nlength = \"1h\"\n";

    fn shown(steps: &str) -> view::Plan {
        let (plan, problems) = stopover_plan::parse::open(&format!("{HEAD}{steps}"));
        assert!(problems.is_empty(), "{problems:?}");
        view_of(&plan, &problems, &BTreeMap::new())
    }

    #[test]
    fn a_step_without_an_estimate_adds_nothing_to_the_length_that_is_told() {
        let plan = shown(
            "[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\nestimate = \"5m\"\n\
             [[step]]\nid = \"b\"\nsql = \"SELECT 1\"\n",
        );
        assert_eq!(plan.duration_ms, 300_000);
        assert_eq!(plan.windows[0].needed_ms, Some(300_000));
        // It still has a bar to be seen.
        assert_eq!(plan.steps[1].finish_ms, Some(301_000));
        assert_eq!(
            shown("[[step]]\nid = \"b\"\nsql = \"SELECT 1\"\n").duration_ms,
            0
        );
    }

    #[test]
    fn a_window_that_names_no_steps_is_judged_by_the_whole_plan() {
        let of = |estimate: &str| {
            let step =
                format!("[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\nestimate = \"{estimate}\"\n");
            let window = shown(&step).windows.remove(0);
            (window.needed_ms, window.fits)
        };
        assert_eq!(of("40m"), (Some(2_400_000), Some(true)));
        assert_eq!(of("2h"), (Some(7_200_000), Some(false)));
        let none = shown("").windows.remove(0);
        assert_eq!((none.needed_ms, none.fits), (None, None));
    }
}
