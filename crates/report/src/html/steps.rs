//! The steps as they went, phase by phase; what was skipped; the rollback.

use maud::{Markup, html};

use super::parts;
use crate::summary::{PhaseRow, StepRow, Summary};
use crate::text;

/// Returns the section with one table a phase.
pub(super) fn steps(summary: &Summary) -> Markup {
    html! {
        @if !summary.steps.is_empty() {
            section #steps {
                h2 { "Steps" }
                p.quiet { "Times in " (summary.plan.timezone) "." }
                @for phase in &summary.phases { (table(phase, summary)) }
            }
        }
    }
}

fn table(phase: &PhaseRow, summary: &Summary) -> Markup {
    html! {
        @if !phase.title.is_empty() { h3 { (phase.title) } }
        @if !phase.summary.is_empty() { p.prose { (phase.summary) } }
        div.scroll {
            table.steps {
                thead {
                    tr {
                        th.number { "#" } th { "Step" } th { "Status" }
                        th.number { "Planned" } th.number { "Actual" } th.number { "Attempts" }
                        th.number { "Rows" } th.number { "Exit" }
                    }
                }
                @for step in phase.steps.iter().map(|&index| &summary.steps[index]) { (rows(step, summary)) }
            }
        }
    }
}

fn rows(step: &StepRow, summary: &Summary) -> Markup {
    html! {
        tbody {
            tr.step {
                td.number { (step.position) }
                th scope="row" {
                    (parts::named(&step.title, &step.id))
                    span.quiet { " " (step.kind) }
                    @if let Some(owner) = &step.owner { span.quiet { ", " (owner) } }
                    @if step.downtime { " " span.tag { "downtime" } }
                    @if step.point_of_no_return { " " span.tag { "point of no return" } }
                }
                td { (parts::status(&summary.session, step.state)) }
                td.number { (parts::duration(step.planned_ms)) }
                td.number { (parts::duration(step.actual_ms)) }
                td.number { @if step.attempts > 0 { (step.attempts) } @else { span.quiet { "–" } } }
                td.number { (parts::number(step.rows)) }
                td.number { @match step.exit { Some(exit) => (exit), None => span.quiet { "–" } } }
            }
            @if has_more(step) { tr.more { td {} td colspan="7" { (more(step)) } } }
        }
    }
}

fn has_more(step: &StepRow) -> bool {
    !step.detail.is_empty()
        || step.started_at.is_some()
        || step.problem.is_some()
        || step.skip_reason.is_some()
        || !step.artifacts.is_empty()
}

fn more(step: &StepRow) -> Markup {
    html! {
        @if let Some(started) = &step.started_at {
            p.quiet {
                (started.bare())
                @if let Some(finished) = &step.finished_at { " to " (finished.bare()) }
                @if let Some(undo) = step.undo_ms { "; undo took " (text::duration(undo)) }
                @if step.by_mark { "; a crash hid its end, the mark in the target proved it" }
            }
        }
        @if !step.detail.is_empty() { pre { code { (step.detail) } } }
        @if let Some(problem) = &step.problem {
            div.note.bad {
                p.prose { b { (problem.message) } }
                @if !problem.hint.is_empty() { p.prose { (problem.hint) } }
                p.quiet { code { (problem.code) } }
            }
        }
        @if let Some(card) = &step.card {
            div.note {
                p.prose { b { (card.issue) } }
                p.prose { (card.solution) }
                p.quiet { "card " code { (card.id) } }
            }
        }
        @if let Some(reason) = &step.skip_reason {
            p.prose { b { "Skipped" } " by " (step.skipped_by.as_deref().unwrap_or("someone")) ": " (reason) }
        }
        @for artifact in step.artifacts.iter().filter(|artifact| artifact.what != "backup") {
            p.quiet {
                "Left behind: " (artifact.what) " " code { (artifact.path) }
                @if artifact.bytes > 0 { ", " (text::bytes(artifact.bytes)) }
                @if !artifact.sha256.is_empty() { ", SHA-256 " code { (artifact.sha256) } }
            }
        }
    }
}

/// Returns the section of skipped steps.
pub(super) fn skips(summary: &Summary) -> Markup {
    html! {
        @if !summary.skips.is_empty() {
            section #skips {
                h2 { "Skipped steps" }
                table {
                    thead { tr { th { "Step" } th { "Reason" } th { "Skipped by" } } }
                    tbody {
                        @for skip in &summary.skips {
                            tr {
                                th scope="row" { (parts::named(&skip.title, &skip.step)) }
                                td.prose { (skip.reason) }
                                td { (skip.by) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the section of the rollback.
pub(super) fn rollback(summary: &Summary) -> Markup {
    let Some(rollback) = &summary.rollback else {
        return html! {};
    };
    html! {
        section #rollback {
            h2 { "Rollback" }
            p {
                @match &rollback.by { Some(by) => { "Asked for by " b { (by) } }, None => "Begun" }
                @if let Some(at) = &rollback.started_at { ", begun " (parts::both_zones(at)) }
                "."
            }
            @if !rollback.rearmed.is_empty() {
                p { "Run again first, because their effect had been ended: " (rollback.rearmed.join(", ")) "." }
            }
            @if rollback.steps.is_empty() { p { "No step had to be taken back." } } @else {
                table {
                    thead { tr { th { "Step" } th { "Status" } th.number { "Undo took" } th { "Undo" } } }
                    tbody {
                        @for step in &rollback.steps {
                            tr {
                                th scope="row" { (parts::named(&step.title, &step.step)) }
                                td { (parts::status(&summary.session, step.state)) }
                                td.number { (parts::duration(step.undo_ms)) }
                                td { @if let Some(undo) = &step.undo { pre { code { (undo) } } } }
                            }
                        }
                    }
                }
            }
            @if !rollback.without_undo.is_empty() {
                p.note.caution { "Ran and have no undo: " (rollback.without_undo.join(", ")) "." }
            }
        }
    }
}
