//! What the session proves and what went wrong: criteria, checks, problems, backups, risks.

use maud::{Markup, html};
use stopover_plan::model::Severity;

use super::parts;
use crate::summary::{BackupRow, CheckRow, ProblemRow, Summary, Tone};
use crate::text;

/// Returns the section of success criteria.
pub(super) fn criteria(summary: &Summary) -> Markup {
    html! {
        @if !summary.criteria.is_empty() {
            section #criteria {
                h2 { "Success criteria" }
                table {
                    thead { tr { th { "Criterion" } th { "Result" } th { "Evidence" } } }
                    tbody {
                        @for row in &summary.criteria {
                            tr {
                                th.prose scope="row" { (row.title) }
                                td { (parts::badge(match row.result { "met" => Tone::Good, "not_met" => Tone::Bad, _ => Tone::Caution }, row.result)) }
                                td.prose { (row.evidence) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the section of checks, which says so when there are none.
pub(super) fn checks(summary: &Summary) -> Markup {
    html! {
        section #checks {
            h2 { "Checks" }
            @if summary.checks.is_empty() { p { "none" } } @else {
                div.scroll {
                    table.checks {
                        thead { tr { th { "Check" } th { "Result" } th { "Expected" } th { "Found" } th.number { "Took" } } }
                        tbody { @for row in &summary.checks { (check(row)) } }
                    }
                }
                @if summary.rollback.is_some() && summary.counts.checks_pass > 0 {
                    p.quiet { "The rollback took back what some of these checks had found." }
                }
            }
        }
    }
}

fn check(row: &CheckRow) -> Markup {
    let tone = match (row.result, row.severity) {
        ("pass", _) => Tone::Good,
        ("fail", Severity::Error) => Tone::Bad,
        _ => Tone::Caution,
    };
    html! {
        tr {
            th scope="row" {
                span.title { (row.title) } " " code.id { (row.step) "/" (row.check) }
                @if row.severity == Severity::Warning { " " span.tag { "warning" } }
                @if row.failed_before > 0 {
                    p.quiet { "failed " (text::plural(row.failed_before as usize, "time")) " before" }
                }
            }
            td { (parts::badge(tone, row.result)) }
            td { div.value { (row.expected) } }
            td { div.value { (row.found) } }
            td.number { (parts::duration(row.elapsed_ms)) }
        }
    }
}

/// Returns the section of problems.
pub(super) fn problems(summary: &Summary) -> Markup {
    html! {
        @if !summary.problems.is_empty() {
            section #problems {
                h2 { "Problems" }
                table {
                    thead { tr { th { "When" } th { "What" } th { "Problem" } th { "What became of it" } } }
                    tbody { @for row in &summary.problems { (problem(row)) } }
                }
            }
        }
    }
}

fn problem(row: &ProblemRow) -> Markup {
    html! {
        tr {
            td.when { time datetime=(row.at.utc) { (row.at.bare()) } }
            td {
                (row.what.replace('_', " "))
                @if row.times > 1 { " (" (row.times) " times)" }
                @if let Some(step) = &row.step { br; code.id { (step) } }
            }
            td {
                p.prose { (row.message) " " code.id { (row.code) } }
                @if !row.hint.is_empty() { p.prose.quiet { (row.hint) } }
                @if let Some(card) = &row.card {
                    p.prose.quiet { "Card " code { (card.id) } ": " (card.solution) }
                }
            }
            td {
                @if row.open { (parts::badge(Tone::Bad, &row.became)) } @else { (row.became) }
            }
        }
    }
}

/// Returns the section of backups.
pub(super) fn backups(summary: &Summary) -> Markup {
    html! {
        @if !summary.backups.is_empty() {
            section #backups {
                h2 { "Backups" }
                @for row in &summary.backups { (backup(row)) }
            }
        }
    }
}

fn backup(row: &BackupRow) -> Markup {
    html! {
        dl.facts.backup {
            div.wide { dt { "File" } dd { code { (row.file) } } }
            div { dt { "Size" } dd { (text::bytes(row.bytes)) @if row.bytes >= 1_000 { br; span.quiet { (text::count(row.bytes)) " bytes" } } } }
            div { dt { "Step" } dd { code { (row.step) } } }
            div { dt { "Format" } dd { (row.format) } }
            div { dt { "Server" } dd { (row.engine_version) } }
            div { dt { "Tool" } dd { (row.tool_version) } }
            @if let Some(at) = &row.at { div { dt { "Complete" } dd { (at.local) } } }
            div.wide { dt { "SHA-256" } dd { code { (row.sha256) } } }
            div.wide {
                dt { "Restore check" }
                dd {
                    @match row.restored {
                        Some(restored) if restored.equal => {
                            (parts::badge(Tone::Good, "equal")) " " (text::plural(size(restored.tables), "table")) " and "
                            (text::plural(size(restored.rows), "row")) " restored into a scratch database and compared"
                        }
                        Some(restored) => {
                            (parts::badge(Tone::Bad, "not equal")) " among " (text::plural(size(restored.tables), "table")) " and "
                            (text::plural(size(restored.rows), "row")) " restored into a scratch database"
                        }
                        None => { (parts::badge(Tone::Caution, "not restored")) " nothing shows that this backup can be restored" }
                    }
                }
            }
        }
    }
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Returns the section of risks.
pub(super) fn risks(summary: &Summary) -> Markup {
    html! {
        @if !summary.risks.is_empty() {
            section #risks {
                h2 { "Risks" }
                table {
                    thead { tr { th { "Risk" } th { "Mitigation" } th { "Steps" } } }
                    tbody {
                        @for row in &summary.risks {
                            tr {
                                th.prose scope="row" { (row.title) }
                                td.prose { (row.mitigation) }
                                td {
                                    @for step in &row.steps { p { (parts::status(&summary.session, step.state)) " " (step.title) } }
                                    @if row.steps.is_empty() { span.quiet { "no step named" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
