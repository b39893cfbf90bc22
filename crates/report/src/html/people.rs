//! What people signed: the checklist, the gates, the manual steps.

use maud::{Markup, html};

use super::parts;
use crate::summary::{ItemRow, SignatureRow, Summary, Tone};
use crate::text;

/// Returns the section of the checklist, which says so when there is none.
pub(super) fn checklist(summary: &Summary) -> Markup {
    let lists = summary
        .checklist
        .chunk_by(|a, b| a.checklist == b.checklist);
    html! {
        section #checklist {
            h2 { "Checklist" }
            @if summary.checklist.is_empty() { p { "none" } }
            @for items in lists {
                @if let Some(first) = items.first() { h3 { (first.checklist_title) } }
                table.items {
                    thead { tr { th { "Item" } th { "Result" } th { "Signed" } } }
                    tbody { @for row in items { (item(row)) } }
                }
            }
        }
    }
}

fn item(row: &ItemRow) -> Markup {
    html! {
        tr {
            th.prose scope="row" {
                (parts::named(&row.title, &row.item))
                @if let Some(owner) = &row.owner { p.quiet { "to be signed by " (owner) } }
            }
            td {
                @match row.result {
                    "signed" => (parts::badge(Tone::Good, "signed")),
                    "by_check" => (parts::badge(Tone::Good, "by check")),
                    _ => (parts::badge(Tone::Caution, "open")),
                }
            }
            td {
                (signatures(&row.signatures))
                @if let (true, Some(check)) = (row.signatures.is_empty(), &row.check) {
                    span.quiet { @if row.result == "by_check" { "ticked by " } @else { "waits for " } code { (check) } }
                }
            }
        }
    }
}

fn signatures(rows: &[SignatureRow]) -> Markup {
    html! { @for row in rows { (parts::signature(row)) } }
}

/// Returns the section of gates.
pub(super) fn gates(summary: &Summary) -> Markup {
    html! {
        @if !summary.gates.is_empty() {
            section #gates {
                h2 { "Gates" }
                table.items {
                    thead { tr { th { "Gate" } th { "Status" } th { "Approvals" } } }
                    tbody {
                        @for gate in &summary.gates {
                            tr {
                                th scope="row" {
                                    (parts::named(&gate.title, &gate.step))
                                    @if !gate.question.is_empty() { p.prose { (gate.question) } }
                                    p.quiet {
                                        (text::plural(gate.needed as usize, "approval")) " needed"
                                        @if !gate.approvers.is_empty() { ", of " (gate.approvers.join(", ")) }
                                    }
                                }
                                td { (parts::status(&summary.session, gate.state)) }
                                td {
                                    (signatures(&gate.approvals))
                                    @if gate.approvals.is_empty() { span.quiet { "nobody approved" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the section of steps that people carried out.
pub(super) fn manual(summary: &Summary) -> Markup {
    html! {
        @if !summary.manual.is_empty() {
            section #manual {
                h2 { "Steps by hand" }
                table.items {
                    thead { tr { th { "Step" } th { "Status" } th { "Signed" } } }
                    tbody {
                        @for row in &summary.manual {
                            tr {
                                th scope="row" { (parts::named(&row.title, &row.step)) }
                                td { (parts::status(&summary.session, row.state)) }
                                td {
                                    (signatures(&row.signatures))
                                    @if row.signatures.is_empty() { span.quiet { "nobody signed" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
