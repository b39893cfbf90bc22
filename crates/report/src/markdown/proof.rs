//! Criteria, checks, signatures, problems, backups and risks in Markdown.

use super::escape::{cell, code};
use super::{Page, signatures};
use crate::summary::{ProblemRow, Summary};
use crate::text;

pub(super) fn criteria(page: &mut Page, summary: &Summary) {
    if summary.criteria.is_empty() {
        return;
    }
    page.heading(2, "Success criteria");
    let rows = summary.criteria.iter().map(|row| {
        vec![
            cell(&row.title),
            row.result.replace('_', " "),
            cell(&row.evidence),
        ]
    });
    page.table(&["Criterion", "Result", "Evidence"], rows);
}

pub(super) fn checks(page: &mut Page, summary: &Summary) {
    page.heading(2, "Checks");
    if summary.checks.is_empty() {
        page.paragraph("none");
        return;
    }
    let rows = summary.checks.iter().map(|row| {
        let mut result = row.result.replace('_', " ");
        if row.failed_before > 0 {
            let times = text::plural(row.failed_before as usize, "time");
            result.push_str(&format!(" (failed {times} before)"));
        }
        vec![
            format!(
                "{} {}",
                cell(&row.title),
                code(&format!("{}/{}", row.step, row.check))
            ),
            match row.severity {
                stopover_plan::model::Severity::Error => "error".to_owned(),
                stopover_plan::model::Severity::Warning => "warning".to_owned(),
            },
            result,
            cell(&row.expected),
            cell(&row.found),
            row.elapsed_ms.map_or("–".to_owned(), text::duration),
        ]
    });
    let heads = ["Check", "Severity", "Result", "Expected", "Found", "Took"];
    page.table(&heads, rows);
    if summary.rollback.is_some() && summary.counts.checks_pass > 0 {
        page.paragraph("The rollback took back what some of these checks had found.");
    }
}

pub(super) fn checklist(page: &mut Page, summary: &Summary) {
    page.heading(2, "Checklist");
    if summary.checklist.is_empty() {
        page.paragraph("none");
        return;
    }
    let rows = summary.checklist.iter().map(|row| {
        let signed = match (row.signatures.is_empty(), &row.check) {
            (true, Some(check)) if row.result == "by_check" => {
                format!("ticked by {}", code(check))
            }
            (true, Some(check)) => format!("waits for {}", code(check)),
            _ => signatures(&row.signatures),
        };
        vec![
            cell(&row.checklist_title),
            format!("{} {}", cell(&row.title), code(&row.item)),
            row.owner.as_deref().map(cell).unwrap_or_default(),
            row.result.replace('_', " "),
            signed,
        ]
    });
    page.table(&["Checklist", "Item", "Owner", "Result", "Signed"], rows);
}

pub(super) fn gates(page: &mut Page, summary: &Summary) {
    if summary.gates.is_empty() {
        return;
    }
    page.heading(2, "Gates");
    let rows = summary.gates.iter().map(|gate| {
        let mut needed = gate.needed.to_string();
        if !gate.approvers.is_empty() {
            needed.push_str(&format!(" of {}", cell(&gate.approvers.join(", "))));
        }
        vec![
            format!("{} {}", cell(&gate.title), code(&gate.step)),
            cell(&gate.question),
            summary.session.word_of(gate.state).to_owned(),
            needed,
            match gate.approvals.is_empty() {
                true => "nobody approved".to_owned(),
                false => signatures(&gate.approvals),
            },
        ]
    });
    page.table(
        &["Gate", "Question", "Status", "Needed", "Approved by"],
        rows,
    );
}

pub(super) fn manual(page: &mut Page, summary: &Summary) {
    if summary.manual.is_empty() {
        return;
    }
    page.heading(2, "Steps by hand");
    let rows = summary.manual.iter().map(|row| {
        vec![
            format!("{} {}", cell(&row.title), code(&row.step)),
            summary.session.word_of(row.state).to_owned(),
            match row.signatures.is_empty() {
                true => "nobody signed".to_owned(),
                false => signatures(&row.signatures),
            },
        ]
    });
    page.table(&["Step", "Status", "Signed"], rows);
}

pub(super) fn problems(page: &mut Page, summary: &Summary) {
    if summary.problems.is_empty() {
        return;
    }
    page.heading(2, "Problems");
    page.table(
        &["When", "What", "Step", "Problem", "What became of it"],
        summary.problems.iter().map(problem),
    );
}

fn problem(row: &ProblemRow) -> Vec<String> {
    let mut what = row.what.replace('_', " ");
    if row.times > 1 {
        what.push_str(&format!(" ({} times)", row.times));
    }
    let mut message = format!("{} {}", cell(&row.message), code(&row.code));
    if !row.hint.is_empty() {
        message.push_str(&format!("<br>{}", cell(&row.hint)));
    }
    if let Some(card) = &row.card {
        message.push_str(&format!(
            "<br>Card {}: {}",
            code(&card.id),
            cell(&card.solution)
        ));
    }
    vec![
        cell(row.at.bare()),
        what,
        row.step.as_deref().map(code).unwrap_or_default(),
        message,
        match row.open {
            true => format!("**{}**", cell(&row.became)),
            false => cell(&row.became),
        },
    ]
}

pub(super) fn backups(page: &mut Page, summary: &Summary) {
    if summary.backups.is_empty() {
        return;
    }
    page.heading(2, "Backups");
    let rows = summary.backups.iter().map(|row| {
        vec![
            format!("{} (step {})", code(&row.file), code(&row.step)),
            format!(
                "{} ({} bytes)",
                text::bytes(row.bytes),
                text::count(row.bytes)
            ),
            code(&row.sha256),
            cell(&format!(
                "{}, server {}, {}",
                row.format, row.engine_version, row.tool_version
            )),
            match row.restored {
                Some(restored) => format!(
                    "{}: {} tables, {} rows",
                    if restored.equal {
                        "equal"
                    } else {
                        "**not equal**"
                    },
                    text::count(restored.tables),
                    text::count(restored.rows)
                ),
                None => "**not restored**".to_owned(),
            },
        ]
    });
    page.table(
        &["File", "Size", "SHA-256", "Versions", "Restore check"],
        rows,
    );
}

pub(super) fn risks(page: &mut Page, summary: &Summary) {
    if summary.risks.is_empty() {
        return;
    }
    page.heading(2, "Risks");
    let rows = summary.risks.iter().map(|row| {
        let steps = row.steps.iter();
        vec![
            cell(&row.title),
            cell(&row.mitigation),
            row.result.replace('_', " "),
            steps
                .map(|step| {
                    format!(
                        "{} ({})",
                        cell(&step.title),
                        summary.session.word_of(step.state)
                    )
                })
                .collect::<Vec<_>>()
                .join("<br>"),
        ]
    });
    page.table(&["Risk", "Mitigation", "Result", "Steps"], rows);
}
