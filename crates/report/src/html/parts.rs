//! Pieces that several sections of the page share.

use maud::{Markup, html};

use crate::summary::{SessionHead, SignatureRow, Tone};
use crate::text::{self, Moment};
use stopover_plan::session::Status;

/// Returns the class of a tone.
pub(super) fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Caution => "caution",
        Tone::Neutral => "neutral",
    }
}

/// Returns the mark that tells a tone without colour.
pub(super) fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "✓",
        Tone::Bad => "✕",
        Tone::Caution => "!",
        Tone::Neutral => "·",
    }
}

/// Returns a small badge: mark, word, colour.
pub(super) fn badge(tone: Tone, word: &str) -> Markup {
    html! {
        span class={ "badge " (class(tone)) } {
            span.mark aria-hidden="true" { (mark(tone)) } " " (word.replace('_', " "))
        }
    }
}

/// Returns the badge of a step's status.
pub(super) fn status(session: &SessionHead, status: Status) -> Markup {
    let tone = match status {
        Status::Succeeded => Tone::Good,
        Status::Failed | Status::Unknown => Tone::Bad,
        Status::Skipped | Status::Interrupted | Status::Undone => Tone::Caution,
        Status::Waiting | Status::Running | Status::Paused => Tone::Neutral,
    };
    badge(tone, session.word_of(status))
}

/// Returns a duration, or a dash.
pub(super) fn duration(ms: Option<u64>) -> Markup {
    html! {
        @match ms {
            Some(ms) => (text::duration(ms)),
            None => span.quiet { "–" },
        }
    }
}

/// Returns a number, or a dash.
pub(super) fn number(value: Option<u64>) -> Markup {
    html! {
        @match value {
            Some(value) => (text::count(value)),
            None => span.quiet { "–" },
        }
    }
}

/// Returns a moment in the plan's zone and, where that differs, in UTC.
pub(super) fn both_zones(moment: &Moment) -> Markup {
    html! {
        time datetime=(moment.utc) { (moment.local) }
        @if !moment.local.ends_with(" UTC") {
            " " span.quiet { "= " (moment.utc) }
        }
    }
}

/// Returns a signature with its remark and evidence.
pub(super) fn signature(row: &SignatureRow) -> Markup {
    html! {
        div.signature {
            b { (row.by) }
            @if row.by_runner { " " span.quiet { "(started the session)" } }
            " " time.quiet datetime=(row.at.utc) { (row.at.local) }
            @if !row.note.is_empty() { p.prose { (row.note) } }
            @if let Some(evidence) = &row.evidence {
                p.quiet {
                    "Evidence: " (evidence.name)
                    @if evidence.bytes > 0 { ", " (text::bytes(evidence.bytes)) }
                    @if !evidence.sha256.is_empty() { ", SHA-256 " code { (evidence.sha256) } }
                }
            }
        }
    }
}

/// Returns the title of a step over its id, when they differ.
pub(super) fn named(title: &str, id: &str) -> Markup {
    html! {
        span.title { (title) }
        @if title != id { " " code.id { (id) } }
    }
}
