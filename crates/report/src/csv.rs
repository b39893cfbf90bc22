//! CSV: the table of steps, for a spreadsheet.

use crate::summary::{StepRow, Summary};

const HEADING: [&str; 22] = [
    "position",
    "phase",
    "step",
    "title",
    "kind",
    "status",
    "planned_ms",
    "actual_ms",
    "undo_ms",
    "attempts",
    "rows",
    "exit",
    "started_at",
    "finished_at",
    "owner",
    "skip_reason",
    "skipped_by",
    "problem_code",
    "problem",
    "hint",
    "card",
    "detail",
];

/// Returns one line a step under a heading line.
pub(crate) fn render(summary: &Summary) -> String {
    let mut text = HEADING.join(",");
    text.push_str("\r\n");
    for step in &summary.steps {
        let cells = cells(step);
        let line: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&line.join(","));
        text.push_str("\r\n");
    }
    text
}

fn cells(step: &StepRow) -> [String; 22] {
    let number = |value: Option<u64>| value.map(|v| v.to_string()).unwrap_or_default();
    let words = |value: Option<&String>| value.map(|text| inert(text)).unwrap_or_default();
    let problem = step.problem.as_ref();
    [
        step.position.to_string(),
        words(step.phase.as_ref()),
        inert(&step.id),
        inert(&step.title),
        inert(&step.kind),
        step.status.to_owned(),
        number(step.planned_ms),
        number(step.actual_ms),
        number(step.undo_ms),
        step.attempts.to_string(),
        number(step.rows),
        step.exit.map(|exit| exit.to_string()).unwrap_or_default(),
        words(step.started_at.as_ref().map(|at| &at.utc)),
        words(step.finished_at.as_ref().map(|at| &at.utc)),
        words(step.owner.as_ref()),
        words(step.skip_reason.as_ref()),
        words(step.skipped_by.as_ref()),
        words(problem.map(|problem| &problem.code)),
        words(problem.map(|problem| &problem.message)),
        words(problem.map(|problem| &problem.hint)),
        words(step.card.as_ref().map(|card| &card.issue)),
        inert(&step.detail),
    ]
}

/// Returns the text with an apostrophe before what a spreadsheet would take for a formula.
pub(crate) fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

pub(crate) fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_step_is_a_line() {
        let text = crate::csv(&sample::mended().material());
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], HEADING.join(","));
        assert!(
            lines[2].starts_with("2,prepare,go,Go or no-go,gate,succeeded,,"),
            "{}",
            lines[2]
        );
        assert!(text.ends_with("\r\n"));
    }

    #[test]
    fn a_formula_stays_text() {
        assert_eq!(inert("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(inert("-- a comment"), "'-- a comment");
        assert_eq!(quoted("say \"no\", twice"), "\"say \"\"no\"\", twice\"");
    }
}
