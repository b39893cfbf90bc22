//! The steps, the skips, the rollback and the appendix in Markdown.

use super::Page;
use super::escape::{block, cell, code, line};
use crate::summary::{LogRow, StepRow, Summary};
use crate::text;

fn duration(ms: Option<u64>) -> String {
    ms.map_or("–".to_owned(), text::duration)
}

pub(super) fn steps(page: &mut Page, summary: &Summary) {
    if summary.steps.is_empty() {
        return;
    }
    page.heading(2, "Steps");
    for phase in &summary.phases {
        if !phase.title.is_empty() {
            page.heading(3, &line(&phase.title));
        }
        if !phase.summary.is_empty() {
            page.paragraph(&line(&phase.summary));
        }
        let heads = [
            "#", "Step", "Kind", "Status", "Planned", "Actual", "Attempts", "Rows", "Exit",
        ];
        let of_phase = || phase.steps.iter().map(|&index| &summary.steps[index]);
        page.table(&heads, of_phase().map(|step| row(step, summary)));
        for step in of_phase() {
            more(page, step);
        }
    }
}

fn row(step: &StepRow, summary: &Summary) -> Vec<String> {
    let mut title = format!("{} {}", cell(&step.title), code(&step.id));
    if step.downtime {
        title.push_str(" (downtime)");
    }
    if step.point_of_no_return {
        title.push_str(" (point of no return)");
    }
    vec![
        step.position.to_string(),
        title,
        cell(&step.kind),
        summary.session.word_of(step.state).to_owned(),
        duration(step.planned_ms),
        duration(step.actual_ms),
        match step.attempts {
            0 => "–".to_owned(),
            attempts => attempts.to_string(),
        },
        step.rows.map_or("–".to_owned(), text::count),
        step.exit.map_or("–".to_owned(), |exit| exit.to_string()),
    ]
}

fn more(page: &mut Page, step: &StepRow) {
    let mut lines = Vec::new();
    if let Some(problem) = &step.problem {
        lines.push(format!(
            "Problem {}: {}",
            code(&problem.code),
            line(&problem.message)
        ));
        if !problem.hint.is_empty() {
            lines.push(line(&problem.hint));
        }
    }
    if let Some(card) = &step.card {
        lines.push(format!(
            "Card {}: {} {}",
            code(&card.id),
            line(&card.issue),
            line(&card.solution)
        ));
    }
    if step.by_mark {
        lines.push("A crash hid its end; the mark in the target proved it.".to_owned());
    }
    for artifact in step
        .artifacts
        .iter()
        .filter(|artifact| artifact.what != "backup")
    {
        lines.push(format!(
            "Left behind: {} {}",
            line(&artifact.what),
            code(&artifact.path)
        ));
    }
    if lines.is_empty() && step.detail.is_empty() {
        return;
    }
    lines.insert(0, format!("**{}** {}", step.position, line(&step.title)));
    page.paragraph(&lines.join("  \n"));
    if !step.detail.is_empty() {
        page.paragraph(&block(&step.detail));
    }
}

pub(super) fn skips(page: &mut Page, summary: &Summary) {
    if summary.skips.is_empty() {
        return;
    }
    page.heading(2, "Skipped steps");
    let rows = summary.skips.iter().map(|skip| {
        vec![
            format!("{} {}", cell(&skip.title), code(&skip.step)),
            cell(&skip.reason),
            cell(&skip.by),
        ]
    });
    page.table(&["Step", "Reason", "Skipped by"], rows);
}

pub(super) fn rollback(page: &mut Page, summary: &Summary) {
    let Some(rollback) = &summary.rollback else {
        return;
    };
    page.heading(2, "Rollback");
    let by = rollback.by.as_deref().unwrap_or("nobody named");
    let at = rollback.started_at.as_ref().map_or("", |at| &at.local);
    page.paragraph(&format!("Asked for by {}, begun {}.", line(by), line(at)));
    if !rollback.rearmed.is_empty() {
        page.paragraph(&format!(
            "Run again first: {}.",
            line(&rollback.rearmed.join(", "))
        ));
    }
    if rollback.steps.is_empty() {
        page.paragraph("No step had to be taken back.");
    } else {
        let rows = rollback.steps.iter().map(|step| {
            vec![
                format!("{} {}", cell(&step.title), code(&step.step)),
                summary.session.word_of(step.state).to_owned(),
                duration(step.undo_ms),
                step.undo.as_deref().map(code).unwrap_or_default(),
            ]
        });
        page.table(&["Step", "Status", "Undo took", "Undo"], rows);
    }
    if !rollback.without_undo.is_empty() {
        let steps = line(&rollback.without_undo.join(", "));
        page.paragraph(&format!("Ran and have no undo: {steps}."));
    }
}

pub(super) fn log(page: &mut Page, summary: &Summary) {
    let log = &summary.events;
    if log.first.is_empty() {
        return;
    }
    page.heading(2, "Appendix: events");
    let heads = ["#", "Time", "Event", "Step", "What"];
    page.table(&heads, log.first.iter().map(event));
    if log.left_out > 0 {
        let left_out = text::plural(log.left_out, "event");
        page.paragraph(&format!("{left_out} left out here; the journal has them."));
        page.table(&heads, log.last.iter().map(event));
    }
}

fn event(row: &LogRow) -> Vec<String> {
    vec![
        row.seq.to_string(),
        cell(row.at.bare()),
        row.kind.replace('_', " "),
        row.step.as_deref().map(code).unwrap_or_default(),
        cell(&row.text),
    ]
}
