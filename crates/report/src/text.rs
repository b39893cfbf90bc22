//! Words for people: durations, sizes, counts and moments as a report writes them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use stopover_plan::session::Status;

/// Returns a duration in words of at most three parts, e.g. `1 h 02 min 03 s`.
pub(crate) fn duration(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0 => format!("{ms} ms"),
        1..60 => format!("{}.{} s", seconds, ms % 1_000 / 100),
        60..3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!(
            "{} h {:02} min {:02} s",
            seconds / 3_600,
            seconds % 3_600 / 60,
            seconds % 60
        ),
        _ => format!(
            "{} d {:02} h {:02} min",
            seconds / 86_400,
            seconds % 86_400 / 3_600,
            seconds % 3_600 / 60
        ),
    }
}

/// Returns a number with a comma between thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a size in decimal units with one digit after the point, e.g. `1.3 GB`.
pub(crate) fn bytes(number: u64) -> String {
    let mut unit = 1_u64;
    for word in ["bytes", "kB", "MB", "GB", "TB", "PB"] {
        if number / unit < 1_000 || word == "PB" {
            return if unit == 1 {
                format!("{number} bytes")
            } else {
                format!("{}.{} {word}", number / unit, number % unit * 10 / unit)
            };
        }
        unit *= 1_000;
    }
    number.to_string()
}

/// Returns `1 step`, `2 steps`: the number with its noun, whose plural ends in `s`.
pub(crate) fn plural(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number as u64))
}

/// Returns the word of a status, as in JSON.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Waiting => "waiting",
        Status::Running => "running",
        Status::Paused => "paused",
        Status::Interrupted => "interrupted",
        Status::Unknown => "unknown",
        Status::Succeeded => "succeeded",
        Status::Failed => "failed",
        Status::Skipped => "skipped",
        Status::Undone => "undone",
    }
}

/// A point in time, in UTC and in the plan's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Moment {
    /// Unix milliseconds.
    pub(crate) unix_ms: i64,
    /// RFC 3339 in UTC, whole seconds.
    pub(crate) utc: String,
    /// Local date and time with the zone's abbreviation and offset.
    pub(crate) local: String,
}

/// The time zone a plan is meant in; UTC when the plan names none, or one that does not exist.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zone(Tz);

impl Zone {
    /// Returns the zone with this IANA name.
    pub(crate) fn named(name: Option<&str>) -> Self {
        Self(name.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC))
    }

    /// Returns the zone's IANA name.
    pub(crate) fn name(self) -> &'static str {
        self.0.name()
    }

    /// Returns the moment of Unix milliseconds; a time no calendar holds is written as its number.
    pub(crate) fn moment(self, unix_ms: i64) -> Moment {
        let Some(time) = DateTime::<Utc>::from_timestamp_millis(unix_ms) else {
            let text = format!("{unix_ms} ms since 1970");
            return Moment {
                unix_ms,
                utc: text.clone(),
                local: text,
            };
        };
        let local = time.with_timezone(&self.0);
        Moment {
            unix_ms,
            utc: time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            local: if self.0 == Tz::UTC {
                local.format("%Y-%m-%d %H:%M:%S UTC").to_string()
            } else {
                local.format("%Y-%m-%d %H:%M:%S %Z (UTC%:z)").to_string()
            },
        }
    }
}

impl Moment {
    /// Returns date and time without the zone, for columns whose heading names it.
    pub(crate) fn bare(&self) -> &str {
        self.local.get(..19).unwrap_or(&self.local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_words() {
        let check = |ms, expect: &str| assert_eq!(duration(ms), expect);
        check(0, "0 ms");
        check(999, "999 ms");
        check(3_450, "3.4 s");
        check(61_000, "1 min 01 s");
        check(3_723_000, "1 h 02 min 03 s");
        check(90_061_000, "1 d 01 h 01 min");
    }

    #[test]
    fn numbers_and_sizes_are_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1_250_000), "1.2 MB");
        assert_eq!(bytes(u64::MAX), "18446.7 PB");
        assert_eq!(plural(1, "step"), "1 step");
        assert_eq!(plural(2_000, "step"), "2,000 steps");
    }

    #[test]
    fn a_moment_is_told_in_both_zones() {
        let moment = Zone::named(Some("Europe/Berlin")).moment(1_796_432_400_000);
        assert_eq!(moment.utc, "2026-12-05T01:00:00Z");
        assert_eq!(moment.local, "2026-12-05 02:00:00 CET (UTC+01:00)");
        assert_eq!(moment.bare(), "2026-12-05 02:00:00");
    }

    #[test]
    fn a_time_outside_every_calendar_and_an_unknown_zone_are_survived() {
        let zone = Zone::named(Some("Mars/Olympus"));
        assert_eq!(zone.name(), "UTC");
        assert!(zone.moment(i64::MAX).utc.contains("since 1970"));
    }
}
