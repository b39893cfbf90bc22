//! Reads the times of a plan as people write them, in the plan's zone, daylight-saving changes included.

use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use crate::problem::Problem;

/// The plan's time zone.
pub(super) struct Clock {
    zone: Tz,
}

impl Clock {
    /// Takes an IANA zone; UTC when it is absent or unknown.
    pub(super) fn of(zone: Option<&str>) -> (Clock, Option<Problem>) {
        let Some(name) = zone else {
            return (Clock { zone: Tz::UTC }, None);
        };
        match name.parse() {
            Ok(zone) => (Clock { zone }, None),
            Err(_) => (
                Clock { zone: Tz::UTC },
                Some(Problem::new(
                    "unknown-timezone",
                    format!("The time zone `{name}` is unknown, so times are read as UTC"),
                    "Write an IANA name such as Europe/Berlin",
                )),
            ),
        }
    }

    /// Reads a date-time with offset, or a local one; `what` names it in the problem.
    ///
    /// A local time that daylight saving skips becomes the first instant after the gap, one that comes twice the
    /// earlier of the two; either with a problem.
    pub(super) fn read(&self, text: &str, what: &str) -> (Option<DateTime<Utc>>, Option<Problem>) {
        let text = text.trim();
        // RFC 3339 allows a blank for the T; so do plan files.
        if let Ok(time) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
            return (Some(time.with_timezone(&Utc)), None);
        }
        let Some(local) = local(text) else {
            let problem = Problem::new(
                "bad-time",
                format!("The {what} `{text}` is not a date and time"),
                "Write it as 2026-12-05T01:00, with an offset such as +01:00 or without",
            );
            return (None, Some(problem));
        };
        match self.zone.from_local_datetime(&local) {
            LocalResult::Single(time) => (Some(time.with_timezone(&Utc)), None),
            LocalResult::Ambiguous(earlier, _) => {
                let problem = Problem::new(
                    "ambiguous-time",
                    format!(
                        "The {what} {local} comes twice in {}, when daylight saving ends; the earlier one is taken",
                        self.zone
                    ),
                    "Write it with its offset",
                );
                (Some(earlier.with_timezone(&Utc)), Some(problem))
            }
            LocalResult::None => {
                let time = self.first_after(local);
                let shown = time.map_or_else(String::new, |time| {
                    format!(
                        "; {} is taken",
                        time.with_timezone(&self.zone).naive_local()
                    )
                });
                let problem = Problem::new(
                    "nonexistent-time",
                    format!(
                        "The {what} {local} does not exist in {}, where the clock skips it{shown}",
                        self.zone
                    ),
                    "Choose a time before or after the gap",
                );
                (time, Some(problem))
            }
        }
    }

    /// Returns the first instant at which the zone's clocks show `local` or later.
    ///
    /// No zone is more than 26 hours from UTC, and between these bounds the clock runs forward only, but for
    /// changes back that are months from the gap.
    fn first_after(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let mut before = local.checked_sub_signed(TimeDelta::hours(26))?;
        let mut after = local.checked_add_signed(TimeDelta::hours(26))?;
        while after - before > TimeDelta::seconds(1) {
            let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
            if self.zone.from_utc_datetime(&middle).naive_local() >= local {
                after = middle;
            } else {
                before = middle;
            }
        }
        Some(after.and_utc())
    }
}

fn local(text: &str) -> Option<NaiveDateTime> {
    let formats = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ];
    formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| {
            let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
            Some(date.and_time(NaiveTime::MIN))
        })
}
