//! Turns a plan and the session that ran it into a document a person can file as evidence: HTML, Markdown, JSON, CSV.
//!
//! Architecture invariant: this crate is pure. It reads no file, no clock and no database; what it says comes from the
//! plan, the folded session and its events, and every format is rendered from one `Summary`, so that two of them cannot disagree.

mod compare;
mod csv;
mod format;
mod guard;
mod html;
mod json;
mod markdown;
#[cfg(test)]
mod sample;
mod summary;
mod text;
mod timeline;

use stopover_plan::{Event, Plan, Session};

pub use compare::{ComparedCheck, ComparedStep, Comparison, Found, Ran};
pub use format::Format;
pub use timeline::{TimelineFormat, timeline};

/// What a report is made from.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The plan as it was run.
    pub plan: &'a Plan,
    /// The fold of `events`.
    pub session: &'a Session,
    /// Every event of the session, in order.
    pub events: &'a [Event],
    /// Hash of the session's last event in the journal, lower-case hex.
    pub head_hash: &'a str,
    /// When the report is written, Unix milliseconds.
    pub written_at_ms: i64,
}

/// Returns the report as one HTML file: no script, nothing loaded from elsewhere, light and dark, made to be printed.
pub fn html(material: &Material<'_>) -> String {
    html::render(&summary::Summary::of(material))
}

/// Returns the report as Markdown with tables (CommonMark with the GitHub table extension).
pub fn markdown(material: &Material<'_>) -> String {
    markdown::render(&summary::Summary::of(material))
}

/// Returns the report as one JSON document with stable keys; durations are integers in fields that end in `_ms`.
pub fn json(material: &Material<'_>) -> serde_json::Value {
    json::render(&summary::Summary::of(material))
}

/// Returns the table of steps as CSV (RFC 4180, UTF-8, one heading line).
pub fn csv(material: &Material<'_>) -> String {
    csv::render(&summary::Summary::of(material))
}

/// Returns the report in `format`, as the text of a file that ends with a line break.
pub fn render(material: &Material<'_>, format: Format) -> String {
    match format {
        Format::Html => html(material),
        Format::Markdown => markdown(material),
        Format::Json => format!("{:#}\n", json(material)),
        Format::Csv => csv(material),
    }
}
