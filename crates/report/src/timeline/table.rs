//! The timeline as CSV: one line a step, offsets in milliseconds and, when the start is known, times with their offset.

use std::time::Duration;

use chrono::SecondsFormat;

use super::{Row, Timeline, ms};
use crate::csv::{inert, quoted};

const HEADING: [&str; 17] = [
    "position",
    "phase",
    "step",
    "title",
    "kind",
    "owner",
    "after",
    "start_ms",
    "finish_ms",
    "duration_ms",
    "slack_ms",
    "critical",
    "downtime",
    "duration_from",
    "start",
    "finish",
    "start_utc",
];

/// Returns one line a step under a heading line.
pub(super) fn render(timeline: &Timeline) -> String {
    let mut text = HEADING.join(",");
    text.push_str("\r\n");
    for (index, row) in timeline.rows.iter().enumerate() {
        let line: Vec<String> = cells(timeline, index, row)
            .iter()
            .map(|cell| quoted(cell))
            .collect();
        text.push_str(&line.join(","));
        text.push_str("\r\n");
    }
    text
}

fn cells(timeline: &Timeline, index: usize, row: &Row) -> [String; 17] {
    let local = |offset: Duration| {
        timeline
            .at(offset)
            .map(|at| {
                at.with_timezone(&timeline.zone)
                    .to_rfc3339_opts(SecondsFormat::AutoSi, true)
            })
            .unwrap_or_default()
    };
    let utc = timeline
        .at(row.start)
        .map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        .unwrap_or_default();
    let phase = row.phase.map(|phase| inert(&timeline.phases[phase].title));
    let source = serde_json::to_value(row.source).unwrap_or_default();
    [
        (index + 1).to_string(),
        phase.unwrap_or_default(),
        inert(&row.id),
        inert(&row.title),
        row.kind.clone(),
        row.owner.as_deref().map(inert).unwrap_or_default(),
        inert(&row.after.join(" ")),
        ms(row.start).to_string(),
        ms(row.finish).to_string(),
        // What stands in for a length that nobody gave is none.
        match row.is_untimed() {
            true => String::new(),
            false => ms(row.finish.saturating_sub(row.start)).to_string(),
        },
        ms(row.slack).to_string(),
        row.critical.to_string(),
        row.downtime.to_string(),
        source.as_str().unwrap_or_default().to_owned(),
        local(row.start),
        local(row.finish),
        utc,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::{TimelineFormat, sample};
    use super::*;

    fn check(title: &str, expect: &str) {
        let text = sample::text(&sample::night(title), TimelineFormat::Csv);
        let line = text.split("\r\n").nth(2).unwrap();
        assert_eq!(line, expect, "{title:?}");
    }

    #[test]
    fn a_step_is_a_line_with_its_times_before_and_after_the_change_of_the_clocks() {
        check(
            "Copy",
            "2,Change: #1; all,copy,Copy,sql,Jo,go,1800000,7200000,5400000,0,true,false,estimate,\
             2026-10-25T02:00:00+02:00,2026-10-25T02:30:00+01:00,2026-10-25T00:00:00Z",
        );
    }

    #[test]
    fn a_formula_and_a_quote_stay_text() {
        let rest = "sql,Jo,go,1800000,7200000,5400000,0,true,false,estimate,\
             2026-10-25T02:00:00+02:00,2026-10-25T02:30:00+01:00,2026-10-25T00:00:00Z";
        check(
            "=HYPERLINK(\"x\"),\r\n2",
            &format!("2,Change: #1; all,copy,\"'=HYPERLINK(\"\"x\"\"), 2\",{rest}"),
        );
        check(
            "a\u{202e}b",
            &format!("2,Change: #1; all,copy,a\\u{{202e}}b,{rest}"),
        );
    }

    #[test]
    fn a_step_without_an_estimate_has_no_duration() {
        let mut plan = sample::night("Copy");
        plan.steps[1].estimate = None;
        let text = sample::text(&plan, TimelineFormat::Csv);
        let line = text.split("\r\n").nth(2).unwrap();
        assert!(line.contains(",1800000,1801000,,"), "{line}");
        assert!(line.contains(",default,"), "{line}");
    }

    #[test]
    fn without_a_start_the_times_are_empty() {
        let mut plan = sample::night("Copy");
        plan.start = None;
        let text = sample::text(&plan, TimelineFormat::Csv);
        assert!(text.lines().all(|line| !line.contains("2026")), "{text}");
        assert_eq!(text.lines().next(), Some(HEADING.join(",").as_str()));
    }
}
