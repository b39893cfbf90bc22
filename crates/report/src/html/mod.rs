//! HTML: one file without script, made to be filed and printed. maud escapes every text.

mod chart;
mod cover;
mod log;
mod parts;
mod people;
mod proof;
mod steps;
mod style;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::summary::Summary;
use crate::text;

/// Returns the report as one HTML file.
pub(crate) fn render(summary: &Summary) -> String {
    let title = format!(
        "{}: {} ({})",
        summary.plan.name, summary.session.verdict.label, summary.session.id
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(style::CSS)) }
            }
            body {
                main {
                    (cover::cover(summary))
                    (cover::tiles(summary))
                    (proof::criteria(summary))
                    (chart::chart(summary))
                    (steps::steps(summary))
                    (proof::checks(summary))
                    (people::checklist(summary))
                    (people::gates(summary))
                    (people::manual(summary))
                    (steps::skips(summary))
                    (proof::problems(summary))
                    (steps::rollback(summary))
                    (proof::backups(summary))
                    (proof::risks(summary))
                    (log::log(summary))
                    (closing(summary))
                }
            }
        }
    };
    let mut file = page.into_string();
    file.push('\n');
    file
}

fn closing(summary: &Summary) -> Markup {
    html! {
        section.closing #journal {
            h2 { "Journal" }
            p {
                "Every statement above is read from the journal of the session, a chain in which each event carries the hash of the one before it. "
                "The chain of this session ends with event " (text::count(summary.journal_seq)) " and this hash:"
            }
            p.head-hash { code { (summary.journal_head) } }
            p { "Verify the chain with " code { (summary.verify_command) } "." }
            p.quiet {
                "Written " (parts::both_zones(&summary.written_at)) " from session " code { (summary.session.id) } "."
            }
        }
    }
}

#[cfg(test)]
mod tests;
