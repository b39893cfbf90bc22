//! The appendix of events.

use maud::{Markup, html};

use super::parts;
use crate::summary::{LogRow, Summary};
use crate::text;

/// Returns the appendix.
pub(super) fn log(summary: &Summary) -> Markup {
    let log = &summary.events;
    html! {
        @if !log.first.is_empty() {
            section #events {
                h2 { "Appendix: events" }
                table.log {
                    thead { tr { th.number { "#" } th { "Time (" (summary.plan.timezone) ")" } th { "Event" } th { "Step" } th { "What" } } }
                    tbody { @for row in &log.first { (event(row)) } }
                    @if log.left_out > 0 {
                        tbody { tr { td colspan="5" { (text::plural(log.left_out, "event")) " left out here; the journal has them." } } }
                        tbody { @for row in &log.last { (event(row)) } }
                    }
                }
            }
        }
    }
}

fn event(row: &LogRow) -> Markup {
    html! {
        tr {
            td.number { (text::count(row.seq)) }
            td.when { time datetime=(row.at.utc) { (row.at.bare()) } }
            td { (row.kind.replace('_', " ")) }
            td { @match &row.step { Some(step) => code { (step) }, None => (parts::number(None)) } }
            td { @if row.verbatim { pre { (row.text) } } @else { div.prose { (row.text) } } }
        }
    }
}
