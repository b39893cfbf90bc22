//! The first page: what was run, where, by whom, how it ended, and its numbers.

use maud::{Markup, html};
use stopover_plan::event::Mode;

use super::parts;
use crate::summary::{Counts, SessionHead, Summary, Tone};
use crate::text::{self, Moment};

/// Returns the cover block.
pub(super) fn cover(summary: &Summary) -> Markup {
    let session = &summary.session;
    let verdict = &session.verdict;
    html! {
        header.cover {
            p class={ "band " (session.environment.word()) } {
                b { (session.environment.word()) }
                span { (mode(session)) }
                span.right { "Stopover session report" }
            }
            h1 { (summary.plan.name) }
            @if !summary.plan.summary.is_empty() { p.prose.lead { (summary.plan.summary) } }
            div class={ "verdict " (parts::class(verdict.tone)) } {
                span.sign aria-hidden="true" { (parts::mark(verdict.tone)) }
                div {
                    strong { (verdict.label) }
                    p { (verdict.sentence) }
                }
            }
            (facts(summary))
            (targets(session))
        }
    }
}

fn mode(session: &SessionHead) -> &'static str {
    match session.mode {
        Mode::Live => "live session",
        Mode::Rehearsal => "rehearsal on a restored copy",
    }
}

fn facts(summary: &Summary) -> Markup {
    let session = &summary.session;
    html! {
        dl.facts {
            (fact("Session", html! { code { (session.id) } }))
            (fact("Run by", html! { (session.by) " on " (session.host) }))
            (fact("Started", moment(&session.started_at)))
            @match &session.finished_at {
                Some(at) => (fact("Finished", moment(at))),
                None => (fact("Finished", html! { "not finished" })),
            }
            (fact("Duration", took(session)))
            (fact("Program", html! { (session.program) }))
            @if let Some(reason) = &session.reason {
                (fact("Without rehearsal because", html! { (reason) }))
            }
            @if !session.only.is_empty() {
                (fact("Limited to", html! { (session.only.join(", ")) }))
            }
            (fact("Plan file", html! { code { (summary.plan.path) } }))
            @if let Some(start) = &summary.plan.start {
                (fact("Planned start", html! { (start) " (" (summary.plan.timezone) ")" }))
            }
            (wide("Plan hash (SHA-256)", &summary.plan.hash))
            (wide("Journal head hash", &summary.journal_head))
        }
    }
}

fn fact(name: &str, value: Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

fn wide(name: &str, hash: &str) -> Markup {
    html! { div.wide { dt { (name) } dd { code { (hash) } } } }
}

fn moment(at: &Moment) -> Markup {
    html! {
        time datetime=(at.utc) { (at.local) }
        @if !at.local.ends_with(" UTC") { br; span.quiet { (at.utc) } }
    }
}

fn took(session: &SessionHead) -> Markup {
    // The two differ when people were asked, or when the runner was gone for a while.
    let away = session
        .elapsed_ms
        .filter(|elapsed| elapsed.abs_diff(session.duration_ms) >= 1_000);
    html! {
        (text::duration(session.duration_ms))
        @if let Some(elapsed) = away {
            br; span.quiet { (text::duration(elapsed)) " from start to end" }
        }
    }
}

fn targets(session: &SessionHead) -> Markup {
    html! {
        @if !session.targets.is_empty() {
            div.scroll {
                table.targets {
                    caption { "Targets" }
                    thead { tr { th { "Target" } th { "Address" } th { "Database" } th { "User" } th { "Server" } th { "Environment" } } }
                    tbody {
                        @for target in &session.targets {
                            tr {
                                th scope="row" { (target.target) @if target.read_only { " " span.quiet { "(read only)" } } }
                                td { code { (target.url) } }
                                td { (target.database) }
                                td { (target.database_user) }
                                td { (target.server_version) @if target.server_version.is_empty() { (target.engine.word()) } }
                                td { span class={ "env " (target.environment.word()) } { (target.environment.word()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the numbers of the session.
pub(super) fn tiles(summary: &Summary) -> Markup {
    let counts = &summary.counts;
    html! {
        section.tiles aria-label="Summary" {
            (tile("Steps", &counts.steps.to_string(), &[
                (counts.succeeded, "succeeded", Tone::Good),
                (counts.undone, "undone", Tone::Caution),
                (counts.skipped, "skipped", Tone::Caution),
                (counts.failed, "failed", Tone::Bad),
                (counts.not_run, "not ended", Tone::Neutral),
            ]))
            (tile("Checks", &(counts.checks_pass + counts.checks_fail + counts.checks_not_tested).to_string(), &[
                (counts.checks_pass, "passed", Tone::Good),
                (counts.checks_fail, "failed", Tone::Bad),
                (counts.checks_not_tested, "not tested", Tone::Caution),
            ]))
            (tile("Checklist", &(counts.items_signed + counts.items_open).to_string(), &[
                (counts.items_signed, "signed", Tone::Good),
                (counts.items_open, "open", Tone::Caution),
            ]))
            (time("Duration", counts.actual_ms, counts.planned_ms, counts))
            @if let Some(downtime) = counts.downtime_ms {
                (time("Downtime", downtime, counts.downtime_planned_ms, &Counts::default()))
            }
        }
    }
}

fn tile(name: &str, total: &str, parts: &[(usize, &str, Tone)]) -> Markup {
    html! {
        div.tile {
            h2 { (name) }
            p.big { (total) }
            ul {
                @for (number, word, tone) in parts.iter().filter(|part| part.0 > 0) {
                    li class=(parts::class(*tone)) { span.mark aria-hidden="true" { (parts::mark(*tone)) } " " (number) " " (word) }
                }
            }
        }
    }
}

fn time(name: &str, actual_ms: u64, planned_ms: Option<u64>, counts: &Counts) -> Markup {
    html! {
        div.tile {
            h2 { (name) }
            p.big { (text::duration(actual_ms)) }
            ul {
                @if let Some(planned) = planned_ms {
                    li { "planned " (text::duration(planned)) }
                    @if counts.without_estimate > 0 {
                        li.quiet { (text::plural(counts.without_estimate, "step")) " without estimate" }
                    }
                } @else {
                    li.quiet { "not planned" }
                }
            }
        }
    }
}
