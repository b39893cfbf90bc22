//! Marks of an axis of times, round on the clocks of a zone, across their changes too.

use std::time::Duration;

use chrono::{
    DateTime, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

/// A mark: how far from the start, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// From the start.
    pub(super) at: Duration,
    /// How it reads.
    pub(super) text: String,
}

const ROUND: [i64; 18] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
    86_400,
];
const DAYS: [u64; 3] = [1, 2, 7];
const MONTHS: [u32; 4] = [1, 3, 6, 12];

/// Returns at most `most` marks up to `end`; with a start they are round on the clocks of `zone`.
pub(super) fn marks(start: Option<DateTime<Utc>>, zone: Tz, end: Duration, most: u64) -> Vec<Mark> {
    let seconds = end.as_secs().max(1);
    let least = i64::try_from(seconds / most.max(1)).unwrap_or(i64::MAX) + 1;
    let Some(start) = start else {
        return relative(end, least);
    };
    let step = ROUND.into_iter().find(|step| *step >= least);
    match step {
        Some(step) if step < 86_400 => of_the_clock(start, zone, end, step),
        _ => of_the_calendar(start, zone, end, least),
    }
}

fn relative(end: Duration, least: i64) -> Vec<Mark> {
    let step = ROUND.into_iter().find(|step| *step >= least);
    let step = u64::try_from(step.unwrap_or_else(|| (least / 86_400 + 1) * 86_400)).unwrap_or(1);
    (0..=end.as_secs() / step)
        .map(|number| {
            let at = Duration::from_secs(number * step);
            Mark {
                text: match number {
                    0 => "0".to_owned(),
                    _ => format!("+{}", stopover_plan::duration::format(at)),
                },
                at,
            }
        })
        .collect()
}

/// Returns how far from the start the clocks show `local`: none where they skip it, both where it comes twice.
fn offsets(start: DateTime<Utc>, zone: Tz, end: Duration, local: NaiveDateTime) -> Vec<Duration> {
    let times = zone.from_local_datetime(&local);
    let mut found: Vec<DateTime<Tz>> = times.earliest().into_iter().collect();
    found.extend(
        times
            .latest()
            .filter(|latest| Some(*latest) != times.earliest()),
    );
    found
        .into_iter()
        .filter_map(|at| (at.with_timezone(&Utc) - start).to_std().ok())
        .filter(|at| *at <= end)
        .collect()
}

fn of_the_clock(start: DateTime<Utc>, zone: Tz, end: Duration, step: i64) -> Vec<Mark> {
    let first = start.with_timezone(&zone).naive_local();
    let midnight = first.date().and_time(NaiveTime::MIN);
    let mut local = midnight + TimeDelta::seconds((first - midnight).num_seconds() / step * step);
    let Some(last) = TimeDelta::from_std(end)
        .ok()
        .and_then(|end| start.checked_add_signed(end))
    else {
        return Vec::new();
    };
    // Clocks that go back show at the end less than they showed before.
    let last = last.with_timezone(&zone).naive_local() + TimeDelta::hours(2);
    let mut marks = Vec::new();
    while local <= last {
        for at in offsets(start, zone, end, local) {
            let format = match (local.time() == NaiveTime::MIN, step < 60) {
                (true, _) => "%m-%d",
                (false, true) => "%H:%M:%S",
                (false, false) => "%H:%M",
            };
            marks.push(Mark {
                at,
                text: local.format(format).to_string(),
            });
        }
        local += TimeDelta::seconds(step);
    }
    marks.sort_by_key(|mark| mark.at);
    marks
}

fn of_the_calendar(start: DateTime<Utc>, zone: Tz, end: Duration, least: i64) -> Vec<Mark> {
    let days = u64::try_from(least / 86_400).unwrap_or(0) + u64::from(least % 86_400 > 0);
    let by_days = DAYS.into_iter().find(|step| *step >= days);
    let by_months = MONTHS
        .into_iter()
        .find(|step| u64::from(*step) * 28 >= days)
        .unwrap_or_else(|| {
            u32::try_from(days / 336 + 1)
                .unwrap_or(1)
                .saturating_mul(12)
        });
    let first = start.with_timezone(&zone).date_naive();
    let mut date = match by_days {
        Some(_) => Some(first),
        None => NaiveDate::from_ymd_opt(chrono::Datelike::year(&first), 1, 1),
    };
    let mut marks = Vec::new();
    while let Some(day) = date {
        let midnight = day.and_time(NaiveTime::MIN);
        // A day whose midnight the clocks skip begins an hour later.
        let begins = [0, 1]
            .into_iter()
            .map(|hours| midnight + TimeDelta::hours(hours))
            .find(|local| zone.from_local_datetime(local).earliest().is_some());
        let at = begins.and_then(|local| zone.from_local_datetime(&local).earliest());
        let Some(at) = at else { break };
        let from = at.with_timezone(&Utc) - start;
        if let Ok(at) = from.to_std() {
            if at > end {
                break;
            }
            marks.push(Mark {
                at,
                text: day.format("%Y-%m-%d").to_string(),
            });
        }
        date = match by_days {
            Some(step) => day.checked_add_days(Days::new(step)),
            None => day.checked_add_months(Months::new(by_months)),
        };
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: Option<&str>, hours: u64, most: u64, expect: &[(u64, &str)]) {
        let start = start.map(|start| start.parse().unwrap());
        let end = Duration::from_secs(hours * 3_600);
        let found = marks(start, Tz::Europe__Berlin, end, most);
        let found: Vec<(u64, &str)> = found
            .iter()
            .map(|mark| (mark.at.as_secs() / 60, mark.text.as_str()))
            .collect();
        assert_eq!(found, expect, "{start:?}");
    }

    #[test]
    fn an_hour_that_comes_twice_has_two_marks_and_one_that_is_skipped_none() {
        check(
            Some("2026-10-24T23:00:00Z"),
            4,
            5,
            &[
                (0, "01:00"),
                (60, "02:00"),
                (120, "02:00"),
                (180, "03:00"),
                (240, "04:00"),
            ],
        );
        check(
            Some("2026-03-29T00:00:00Z"),
            3,
            4,
            &[(0, "01:00"), (60, "03:00"), (120, "04:00"), (180, "05:00")],
        );
    }

    #[test]
    fn days_begin_at_midnight_on_both_sides_of_a_change() {
        check(
            Some("2026-10-24T10:00:00Z"),
            60,
            3,
            &[(12 * 60, "2026-10-25"), (37 * 60, "2026-10-26")],
        );
    }

    #[test]
    fn without_a_start_the_marks_count_from_it() {
        check(None, 2, 4, &[(0, "0"), (60, "+1h"), (120, "+2h")]);
        check(
            None,
            24 * 900,
            3,
            &[(0, "0"), (301 * 1440, "+301d"), (602 * 1440, "+602d")],
        );
    }

    #[test]
    fn a_plan_of_years_has_marks_of_months() {
        check(
            Some("2026-01-01T00:00:00Z"),
            24 * 800,
            3,
            &[(525_540, "2027-01-01"), (525_540 + 525_600, "2028-01-01")],
        );
    }
}
