//! The timeline as a mermaid gantt chart, in the bounds within which GitHub renders one.

use std::fmt::Write;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::{Row, Timeline};
use crate::text;

/// Characters of a chart that mermaid draws; beyond it says that the text is too large (its `maxTextSize`).
const MOST: usize = 50_000;

/// Words that begin a line of another kind in mermaid's grammar of gantt charts.
const KEYWORDS: [&str; 17] = [
    "gantt",
    "dateformat",
    "inclusiveenddates",
    "topaxis",
    "axisformat",
    "tickinterval",
    "includes",
    "excludes",
    "todaymarker",
    "weekday",
    "weekend",
    "title",
    "acctitle",
    "accdescr",
    "section",
    "click",
    "call",
];

/// Returns the chart; of a plan that is too large for mermaid one bar a phase, or as many steps as fit.
pub(super) fn render(timeline: &Timeline) -> String {
    let clock = Clock::of(timeline);
    let whole = chart(timeline, &clock, "", &steps(timeline, &clock));
    if whole.len() <= MOST {
        return whole;
    }
    let count = text::plural(timeline.rows.len(), "step");
    let phases = phases(timeline, &clock);
    let note = format!("%% {count} are more than one chart holds: one bar a phase\n");
    let drawn = chart(timeline, &clock, &note, &phases);
    if !phases.is_empty() && drawn.len() <= MOST {
        return drawn;
    }
    let mut lines = steps(timeline, &clock);
    let mut room = MOST - 2_000;
    let fit = lines
        .iter()
        .take_while(|line| {
            let fits = line.len() <= room;
            room = room.saturating_sub(line.len());
            fits
        })
        .count();
    lines.truncate(fit);
    let note = format!("%% {count} are more than one chart holds: the first of them\n");
    chart(timeline, &clock, &note, &lines)
}

/// How times are written. Mermaid knows no zones: it draws what stands there.
struct Clock {
    zone: Tz,
    start: DateTime<Utc>,
    known: bool,
    millis: bool,
}

impl Clock {
    fn of(timeline: &Timeline) -> Self {
        let known = timeline.start.is_some();
        let start = timeline.start.unwrap_or(DateTime::UNIX_EPOCH);
        let offset = |zone: Tz, at: DateTime<Utc>| {
            zone.offset_from_utc_datetime(&at.naive_utc())
                .fix()
                .local_minus_utc()
        };
        let length = TimeDelta::from_std(timeline.end()).unwrap_or_default();
        let end = start.checked_add_signed(length).unwrap_or(start);
        // Where the clocks change an hour comes twice or never, and bars would lie wrong: such a plan is in UTC.
        let steady = offset(timeline.zone, start) == offset(timeline.zone, end);
        let whole = |at: Duration| at.subsec_millis() == 0;
        Self {
            zone: if known && steady {
                timeline.zone
            } else {
                Tz::UTC
            },
            start,
            known,
            millis: start.timestamp_subsec_millis() != 0
                || !timeline
                    .rows
                    .iter()
                    .all(|row| whole(row.start) && whole(row.finish)),
        }
    }

    fn local(&self, offset: Duration) -> NaiveDateTime {
        let length = TimeDelta::from_std(offset).unwrap_or_default();
        let at = self.start.checked_add_signed(length).unwrap_or(self.start);
        at.with_timezone(&self.zone).naive_local()
    }

    fn write(&self, offset: Duration) -> String {
        let format = match self.millis {
            true => "%Y-%m-%d %H:%M:%S%.3f",
            false => "%Y-%m-%d %H:%M:%S",
        };
        self.local(offset).format(format).to_string()
    }
}

fn chart(timeline: &Timeline, clock: &Clock, note: &str, lines: &[String]) -> String {
    let mut chart = String::from("gantt\n");
    chart.push_str(note);
    let zone = match clock.known {
        true => format!("times in {}", clock.zone.name()),
        false => "from its start".to_owned(),
    };
    let _ = writeln!(
        chart,
        "    title {} ({})",
        worded(&timeline.name),
        worded(&zone)
    );
    let format = match clock.millis {
        true => "YYYY-MM-DD HH:mm:ss.SSS",
        false => "YYYY-MM-DD HH:mm:ss",
    };
    let _ = writeln!(chart, "    dateFormat {format}");
    let end = timeline.end();
    let axis = match (clock.known, end.as_secs()) {
        (_, ..120) => "%H:%M:%S",
        (_, ..86_400) => "%H:%M",
        (true, ..604_800) => "%m-%d %H:%M",
        (true, _) => "%Y-%m-%d",
        (false, _) => "day %-j, %H:%M",
    };
    let _ = writeln!(chart, "    axisFormat {axis}");
    // The line of today has nothing to say about a plan.
    chart.push_str("    todayMarker off\n");
    lines.iter().for_each(|line| chart.push_str(line));
    if !timeline.windows.is_empty() {
        chart.push_str("    section Windows\n");
        for (index, window) in timeline.windows.iter().enumerate() {
            let _ = writeln!(
                chart,
                "    {} :active, w{index}, {}, {}",
                worded(&window.span.title),
                clock.write(window.span.start),
                clock.write(window.span.finish)
            );
        }
    }
    chart
}

fn steps(timeline: &Timeline, clock: &Clock) -> Vec<String> {
    let mut section = None;
    timeline
        .rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let mut line = String::new();
            if section != Some(row.phase) {
                section = Some(row.phase);
                let title = row.phase.map(|phase| timeline.phases[phase].title.as_str());
                let _ = writeln!(line, "    section {}", worded(title.unwrap_or("Steps")));
            }
            let _ = writeln!(
                line,
                "    {}{} :{}s{index}, {}, {}",
                worded(&row.title),
                if row.is_untimed() {
                    " (no estimate)"
                } else {
                    ""
                },
                tags(row),
                clock.write(row.start),
                clock.write(row.finish)
            );
            line
        })
        .collect()
}

fn tags(row: &Row) -> &'static str {
    match (row.critical, row.is_moment()) {
        (true, true) => "crit, milestone, ",
        (true, false) => "crit, ",
        (false, true) => "milestone, ",
        (false, false) => "",
    }
}

fn phases(timeline: &Timeline, clock: &Clock) -> Vec<String> {
    timeline
        .phases
        .iter()
        .enumerate()
        .map(|(index, phase)| {
            format!(
                "    {} :p{index}, {}, {}\n",
                worded(&phase.title),
                clock.write(phase.start),
                clock.write(phase.finish)
            )
        })
        .collect()
}

/// Writes a text so that mermaid takes it for words: what has a meaning in its grammar becomes an entity, and so does
/// the first character of a text that begins like a line of another kind.
fn worded(text: &str) -> String {
    let lower = text.to_lowercase();
    let begins = KEYWORDS.iter().any(|word| lower.starts_with(word))
        || text.starts_with(|c: char| c.is_ascii_digit());
    let mut words = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        let plain = c.is_alphanumeric()
            || matches!(
                c,
                ' ' | '-' | '_' | '.' | ',' | '(' | ')' | '?' | '!' | '/' | '\''
            );
        if plain && !(begins && index == 0) {
            words.push(c);
        } else {
            let _ = write!(words, "#{};", u32::from(c));
        }
    }
    if words.is_empty() {
        words.push('-');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::{TimelineFormat, sample};
    use super::*;

    #[test]
    fn a_plan_is_a_chart_with_its_phases_and_windows() {
        let mut plan = sample::night("Copy: all; #1");
        plan.start = Some("2026-10-25T04:00:00+01:00".to_owned());
        plan.windows[0].opens = Some("2026-10-25T04:30:00+01:00".to_owned());
        insta::assert_snapshot!(sample::text(&plan, TimelineFormat::Mermaid), @r"
        gantt
            title A night in October (times in Europe/Berlin)
            dateFormat YYYY-MM-DD HH:mm:ss.SSS
            axisFormat %H:%M
            todayMarker off
            section Before
            Go? :milestone, s0, 2026-10-25 04:00:00.000, 2026-10-25 04:00:00.000
            section Change#58; #35;1#59; all
            Copy#58; all#59; #35;1 :crit, s1, 2026-10-25 04:30:00.000, 2026-10-25 06:00:00.000
            Look :s2, 2026-10-25 04:00:00.000, 2026-10-25 04:00:00.500
            section Windows
            Night :active, w0, 2026-10-25 04:30:00.000, 2026-10-25 07:30:00.000
        ");
    }

    #[test]
    fn a_night_in_which_the_clocks_change_is_written_in_utc() {
        let text = sample::text(&sample::night("Copy"), TimelineFormat::Mermaid);
        assert!(text.contains("(times in UTC)"), "{text}");
        assert!(
            text.contains("Copy :crit, s1, 2026-10-25 00:00:00.000, 2026-10-25 01:30:00.000"),
            "{text}"
        );
    }

    #[test]
    fn no_title_ends_its_line_or_begins_another() {
        let check = |title: &str, expect: &str| {
            let text = sample::text(&sample::night(title), TimelineFormat::Mermaid);
            let line = text.lines().find(|line| line.contains(" s1, ")).unwrap();
            assert!(
                line.starts_with(&format!("    {expect} :crit, s1,")),
                "{line}"
            );
            assert_eq!(text.lines().count(), 12, "{text}");
        };
        check("section 2\nclick me", "#115;ection 2 click me");
        check("2026-12-05 rehearsal", "#50;026-12-05 rehearsal");
        check(
            "100% %% %%{init: {}}%%",
            "#49;00#37; #37;#37; #37;#37;#123;init#58; #123;#125;#125;#37;#37;",
        );
        check("<img onerror=\"x\">", "#60;img onerror#61;#34;x#34;#62;");
        check("Größe 数 🚒", "Größe 数 #128658;");
    }

    #[test]
    fn a_step_without_an_estimate_says_so() {
        let mut plan = sample::night("Copy");
        plan.steps[1].estimate = None;
        let text = sample::text(&plan, TimelineFormat::Mermaid);
        assert!(text.contains("Copy (no estimate) :crit, s1,"), "{text}");
        assert!(text.contains("Go? :milestone, s0,"), "{text}");
    }

    #[test]
    fn a_large_plan_becomes_a_chart_that_is_drawn() {
        let by_phase = sample::text(&sample::many(5_000, 20), TimelineFormat::Mermaid);
        assert!(by_phase.len() <= MOST, "{}", by_phase.len());
        assert!(by_phase.contains("5,000 steps are more than one chart holds: one bar a phase"));
        assert!(by_phase.contains("Phase 19 :p19,"));
        let cut = sample::text(&sample::many(5_000, 2_500), TimelineFormat::Mermaid);
        assert!(cut.len() <= MOST, "{}", cut.len());
        assert!(cut.contains("the first of them"));
        assert!(cut.contains("Step 100 of many"));
    }
}
