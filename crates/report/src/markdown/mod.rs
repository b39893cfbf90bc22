//! Markdown: the same report as text with tables, for a repository or a ticket.

mod escape;
mod proof;
mod steps;

use crate::summary::{SignatureRow, Summary, Tone};
use crate::text;
pub(crate) use escape::cell;
use escape::{code, line};

/// Returns the report as Markdown.
pub(crate) fn render(summary: &Summary) -> String {
    let mut page = Page(String::new());
    cover(&mut page, summary);
    numbers(&mut page, summary);
    proof::criteria(&mut page, summary);
    steps::steps(&mut page, summary);
    proof::checks(&mut page, summary);
    proof::checklist(&mut page, summary);
    proof::gates(&mut page, summary);
    proof::manual(&mut page, summary);
    steps::skips(&mut page, summary);
    proof::problems(&mut page, summary);
    steps::rollback(&mut page, summary);
    proof::backups(&mut page, summary);
    proof::risks(&mut page, summary);
    steps::log(&mut page, summary);
    closing(&mut page, summary);
    page.0
}

/// The text as it grows. What it is given is Markdown already; [`escape`] makes it so.
struct Page(String);

impl Page {
    fn heading(&mut self, level: usize, markdown: &str) {
        self.paragraph(&format!("{} {markdown}", "#".repeat(level)));
    }

    /// Adds a block followed by an empty line.
    fn paragraph(&mut self, markdown: &str) {
        self.0.push_str(markdown);
        self.0.push_str("\n\n");
    }

    fn table(&mut self, heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let row = |cells: &str| format!("| {cells} |\n");
        self.0.push_str(&row(&heads.join(" | ")));
        self.0.push_str(&row(&vec!["---"; heads.len()].join(" | ")));
        for cells in rows {
            self.0.push_str(&row(&cells.join(" | ")));
        }
        self.0.push('\n');
    }
}

fn sign(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "✓",
        Tone::Bad => "✕",
        Tone::Caution => "!",
        Tone::Neutral => "·",
    }
}

fn cover(page: &mut Page, summary: &Summary) {
    let session = &summary.session;
    let verdict = &session.verdict;
    page.heading(1, &line(&summary.plan.name));
    if !summary.plan.summary.is_empty() {
        page.paragraph(&line(&summary.plan.summary));
    }
    page.paragraph(&format!(
        "**{} {}** · {} · {}",
        sign(verdict.tone),
        verdict.label,
        session.environment.word(),
        session.mode_word()
    ));
    page.paragraph(&line(&verdict.sentence));
    let both = |moment: &text::Moment| {
        if moment.local.ends_with(" UTC") {
            cell(&moment.local)
        } else {
            cell(&format!("{} = {}", moment.local, moment.utc))
        }
    };
    let mut facts = vec![
        ("Session", code(&session.id)),
        (
            "Run by",
            cell(&format!("{} on {}", session.by, session.host)),
        ),
        ("Started", both(&session.started_at)),
        (
            "Finished",
            session
                .finished_at
                .as_ref()
                .map_or("not finished".to_owned(), both),
        ),
        ("Duration", text::duration(session.duration_ms)),
        ("Program", cell(&session.program)),
        ("Plan file", code(&summary.plan.path)),
        ("Plan hash (SHA-256)", code(&summary.plan.hash)),
        ("Journal head hash", code(&summary.journal_head)),
    ];
    if let Some(reason) = &session.reason {
        facts.push(("Without rehearsal because", cell(reason)));
    }
    if !session.only.is_empty() {
        facts.push(("Limited to", cell(&session.only.join(", "))));
    }
    for target in &session.targets {
        let access = if target.read_only { ", read only" } else { "" };
        facts.push((
            "Target",
            format!(
                "{} = {}, {}, {}, as {}{access}",
                cell(&target.target),
                code(&target.url),
                cell(&target.server_version),
                target.environment.word(),
                cell(&target.database_user),
            ),
        ));
    }
    let rows = facts
        .into_iter()
        .map(|(name, value)| vec![name.to_owned(), value]);
    page.table(&["", ""], rows);
}

fn numbers(page: &mut Page, summary: &Summary) {
    let counts = &summary.counts;
    page.heading(2, "Summary");
    let list = |parts: &[(usize, &str)]| {
        let parts: Vec<String> = parts
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}"))
            .collect();
        if parts.is_empty() {
            "none".to_owned()
        } else {
            parts.join(", ")
        }
    };
    let planned = |ms: Option<u64>| ms.map_or("–".to_owned(), text::duration);
    let mut rows = vec![
        vec![
            "Steps".to_owned(),
            list(&[
                (counts.succeeded, "succeeded"),
                (counts.undone, "undone"),
                (counts.skipped, "skipped"),
                (counts.failed, "failed"),
                (counts.not_run, "not ended"),
            ]),
        ],
        vec![
            "Checks".to_owned(),
            list(&[
                (counts.checks_pass, "passed"),
                (counts.checks_fail, "failed"),
                (counts.checks_not_tested, "not tested"),
            ]),
        ],
        vec![
            "Checklist".to_owned(),
            list(&[(counts.items_signed, "signed"), (counts.items_open, "open")]),
        ],
        vec![
            "Duration".to_owned(),
            format!(
                "{}, planned {}",
                text::duration(counts.actual_ms),
                planned(counts.planned_ms)
            ),
        ],
    ];
    if let Some(downtime) = counts.downtime_ms {
        rows.push(vec![
            "Downtime".to_owned(),
            format!(
                "{}, planned {}",
                text::duration(downtime),
                planned(counts.downtime_planned_ms)
            ),
        ]);
    }
    page.table(&["", ""], rows);
}

fn closing(page: &mut Page, summary: &Summary) {
    page.heading(2, "Journal");
    page.paragraph(&format!(
        "The chain of this session ends with event {} and hash {}. Verify it with {}.",
        text::count(summary.journal_seq),
        code(&summary.journal_head),
        code(summary.verify_command)
    ));
    page.0
        .push_str(&format!("Written {}.\n", line(&summary.written_at.local)));
}

/// Returns the signatures of a row in one cell.
fn signatures(rows: &[SignatureRow]) -> String {
    let one = |row: &SignatureRow| {
        let mut text = format!("{}, {}", cell(&row.by), cell(&row.at.local));
        if row.by_runner {
            text.push_str(" (started the session)");
        }
        if !row.note.is_empty() {
            text.push_str(&format!(": {}", cell(&row.note)));
        }
        if let Some(evidence) = &row.evidence {
            text.push_str(&format!(
                "; evidence {} ({}) {}",
                cell(&evidence.name),
                text::bytes(evidence.bytes),
                code(&evidence.sha256)
            ));
        }
        text
    };
    rows.iter().map(one).collect::<Vec<_>>().join("<br>")
}

#[cfg(test)]
mod tests;
