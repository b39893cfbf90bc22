//! The timeline as a calendar (RFC 5545): an event a step and one a window, in UTC.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use stopover_plan::Problem;

use super::Timeline;
use crate::text;

/// Octets of a line, without its end (RFC 5545, 3.1).
const LINE: usize = 75;

/// Returns the calendar.
pub(super) fn render(timeline: &Timeline, written_at: DateTime<Utc>) -> Result<String, Problem> {
    if timeline.start.is_none() {
        return Err(Problem::new(
            "timeline-without-start",
            format!(
                "The plan “{}” has no start, so its steps have no place in a calendar.",
                timeline.name
            ),
            "Write a `start` in the plan, or name one with --start.",
        ));
    }
    let mut calendar = Calendar::default();
    calendar.line("BEGIN", "VCALENDAR");
    calendar.line("VERSION", "2.0");
    calendar.line("PRODID", "-//Stopover//Timeline//EN");
    calendar.line("CALSCALE", "GREGORIAN");
    calendar.line("METHOD", "PUBLISH");
    calendar.line("X-WR-CALNAME", &escaped(&timeline.name));
    let place = slug(&timeline.name);
    for row in &timeline.rows {
        let mut about = vec![format!("Step {} ({})", row.id, row.kind)];
        about.extend(
            row.phase
                .map(|phase| format!("Phase: {}", timeline.phases[phase].title)),
        );
        about.extend(row.owner.as_ref().map(|owner| format!("Owner: {owner}")));
        if row.is_untimed() {
            about.push("No estimate".to_owned());
        }
        about.push(if row.critical {
            "On the critical path".to_owned()
        } else {
            format!("Slack: {}", text::duration(super::ms(row.slack)))
        });
        let event = Event {
            uid: format!("step-{}@{place}.stopover", slug(&row.id)),
            span: (row.start, row.finish),
            summary: &row.title,
            about: about.join("\n"),
            category: if row.gate { "GATE" } else { "STEP" },
        };
        calendar.event(timeline, &event, written_at);
    }
    for (index, window) in timeline.windows.iter().enumerate() {
        let fits = match window.fits {
            true => "Its steps fit",
            false => "Its steps do not fit",
        };
        let event = Event {
            uid: format!("window-{index}@{place}.stopover"),
            span: (window.span.start, window.span.finish),
            summary: &format!("Window: {}", window.span.title),
            about: fits.to_owned(),
            category: "WINDOW",
        };
        calendar.event(timeline, &event, written_at);
    }
    calendar.line("END", "VCALENDAR");
    Ok(calendar.text)
}

struct Event<'a> {
    uid: String,
    span: (Duration, Duration),
    summary: &'a str,
    about: String,
    category: &'static str,
}

#[derive(Default)]
struct Calendar {
    text: String,
}

impl Calendar {
    fn event(&mut self, timeline: &Timeline, event: &Event<'_>, written_at: DateTime<Utc>) {
        let (Some(start), Some(finish)) = (timeline.at(event.span.0), timeline.at(event.span.1))
        else {
            return;
        };
        // A calendar knows whole seconds: a part of one belongs to the event.
        let start = stamp(start);
        let finish = stamp(finish + TimeDelta::nanoseconds(999_999_999));
        self.line("BEGIN", "VEVENT");
        self.line("UID", &event.uid);
        self.line("DTSTAMP", &stamp(written_at));
        self.line("DTSTART", &start);
        // An event without an end is a moment; an end that equals the start is not allowed.
        if finish > start {
            self.line("DTEND", &finish);
        }
        self.line("SUMMARY", &escaped(event.summary));
        self.line("DESCRIPTION", &escaped(&event.about));
        self.line("CATEGORIES", event.category);
        self.line("END", "VEVENT");
    }

    /// Writes a line, folded so that none is longer than allowed and no character is torn.
    fn line(&mut self, name: &str, value: &str) {
        let mut left = LINE;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if c.len_utf8() > left {
                self.text.push_str("\r\n ");
                left = LINE - 1;
            }
            self.text.push(c);
            left -= c.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

fn stamp(at: DateTime<Utc>) -> String {
    at.with_nanosecond(0)
        .unwrap_or(at)
        .format("%Y%m%dT%H%M%SZ")
        .to_string()
}

/// Writes a value of type TEXT (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' => value.push_str("\\n"),
            c if c.is_control() => {}
            c => value.push(c),
        }
    }
    value
}

/// Returns the text in letters, digits and dashes, as part of an address; other characters become their numbers.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            ' ' | '-' | '_' | '.' => slug.push('-'),
            c => slug.push_str(&format!("x{:x}", u32::from(c))),
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use stopover_plan::Plan;

    use super::super::{TimelineFormat, sample, timeline};
    use super::*;

    fn unfolded(text: &str) -> Vec<String> {
        let text = text.replace("\r\n ", "");
        text.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_step_is_an_event_in_utc_across_the_change_of_the_clocks() {
        let text = sample::text(&sample::night("Copy"), TimelineFormat::Ics);
        let lines = unfolded(&text);
        let at = lines
            .iter()
            .position(|line| line == "SUMMARY:Copy")
            .unwrap();
        assert_eq!(
            lines[at - 5..at + 4],
            [
                "BEGIN:VEVENT",
                "UID:step-copy@a-night-in-october.stopover",
                "DTSTAMP:20261001T120000Z",
                "DTSTART:20261025T000000Z",
                "DTEND:20261025T013000Z",
                "SUMMARY:Copy",
                "DESCRIPTION:Step copy (sql)\\nPhase: Change: #1\\; all\\nOwner: Jo\\nOn the critical path",
                "CATEGORIES:STEP",
                "END:VEVENT",
            ]
        );
    }

    #[test]
    fn a_gate_is_a_moment_and_half_a_second_counts_as_one() {
        let text = sample::text(&sample::night("Copy"), TimelineFormat::Ics);
        let lines = unfolded(&text);
        let event = |title: &str| -> Vec<&str> {
            let at = lines.iter().position(|line| line == title).unwrap();
            let start = lines[..at]
                .iter()
                .rposition(|line| line == "BEGIN:VEVENT")
                .unwrap();
            lines[start..at]
                .iter()
                .map(String::as_str)
                .filter(|line| line.starts_with("DTSTART") || line.starts_with("DTEND"))
                .collect()
        };
        assert_eq!(event("SUMMARY:Go?"), ["DTSTART:20261024T233000Z"]);
        assert_eq!(
            event("SUMMARY:Look"),
            ["DTSTART:20261024T233000Z", "DTEND:20261024T233001Z"]
        );
        assert_eq!(
            event("SUMMARY:Window: Night"),
            ["DTSTART:20261025T000000Z", "DTEND:20261025T030000Z"]
        );
    }

    #[test]
    fn no_title_makes_a_line_of_its_own_or_one_that_is_too_long() {
        for title in [
            "END:VEVENT\r\nBEGIN:VEVENT\nSUMMARY:mine".to_owned(),
            "a,b;c\\d\u{0}".to_owned(),
            "ä👩‍🚒".repeat(40),
            "x".repeat(75),
        ] {
            let text = sample::text(&sample::night(&title), TimelineFormat::Ics);
            assert!(text.ends_with("END:VCALENDAR\r\n"));
            assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
            for line in text.split("\r\n") {
                assert!(line.len() <= LINE, "{title:?}: {line:?}");
            }
            let lines = unfolded(&text);
            let count = |wanted: &str| lines.iter().filter(|line| *line == wanted).count();
            assert_eq!(count("BEGIN:VEVENT"), 4, "{title:?}");
            assert_eq!(count("END:VEVENT"), 4, "{title:?}");
        }
        assert_eq!(escaped("a,b;c\\d\ne"), "a\\,b\\;c\\\\d\\ne");
    }

    #[test]
    fn a_step_without_an_estimate_says_so() {
        let mut plan = sample::night("Copy");
        let said = |plan: &Plan| {
            let text = sample::text(plan, TimelineFormat::Ics);
            text.replace("\r\n ", "").matches("No estimate").count()
        };
        assert_eq!(said(&plan), 0);
        plan.steps[1].estimate = None;
        assert_eq!(said(&plan), 1);
    }

    #[test]
    fn without_a_start_there_is_no_calendar() {
        let mut plan = sample::night("Copy");
        plan.start = None;
        let written_at = "2026-10-01T12:00:00Z".parse().unwrap();
        let refused = timeline(&plan, None, written_at, TimelineFormat::Ics);
        assert_eq!(refused.unwrap_err().code, "timeline-without-start");
    }
}
