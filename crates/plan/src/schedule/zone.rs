//! What the clocks of the plan's zone show, as a list of changes, for those who draw an axis without knowing zones.

use chrono::{DateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetName, Tz};

/// From a moment on, how far the clocks of a zone are from UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneOffset {
    /// When it begins; the first of a list holds for all time before, too.
    pub from: DateTime<Utc>,
    /// East of UTC.
    pub seconds: i32,
    /// Abbreviation, e.g. `CET`; empty where the zone has none.
    pub name: String,
}

/// Returns the offsets of the zone between two moments, the first of them the one at `from`.
///
/// An absent or unknown zone is UTC, as for the times of a plan. Looks at every sixth hour and halves where the
/// offset changed: no zone changes twice within six hours.
pub fn zone_offsets(
    zone: Option<&str>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<ZoneOffset> {
    let zone: Tz = zone.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC);
    let mut offsets = vec![offset(zone, from)];
    let mut at = from;
    while at < until {
        let Some(next) = at.checked_add_signed(TimeDelta::hours(6)) else {
            break;
        };
        let (mut before, mut after) = (at, next);
        if seconds(zone, before) != seconds(zone, after) {
            while after - before > TimeDelta::seconds(1) {
                let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
                if seconds(zone, middle) == seconds(zone, before) {
                    before = middle;
                } else {
                    after = middle;
                }
            }
            offsets.push(offset(zone, after));
        }
        at = next;
    }
    offsets
}

fn seconds(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc())
        .fix()
        .local_minus_utc()
}

fn offset(zone: Tz, at: DateTime<Utc>) -> ZoneOffset {
    let offset = zone.offset_from_utc_datetime(&at.naive_utc());
    ZoneOffset {
        from: at,
        seconds: offset.fix().local_minus_utc(),
        name: offset.abbreviation().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: Option<&str>, from: &str, until: &str, expect: &[(&str, i32, &str)]) {
        let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let found = zone_offsets(zone, time(from), time(until));
        let found: Vec<(String, i32, &str)> = found
            .iter()
            .map(|one| (one.from.to_rfc3339(), one.seconds, one.name.as_str()))
            .collect();
        let expect: Vec<(String, i32, &str)> = expect
            .iter()
            .map(|(at, seconds, name)| (time(at).to_rfc3339(), *seconds, *name))
            .collect();
        assert_eq!(found, expect, "{zone:?}");
    }

    #[test]
    fn both_changes_of_a_year_are_found_to_the_second() {
        check(
            Some("Europe/Berlin"),
            "2026-01-01T00:00:00Z",
            "2026-12-31T00:00:00Z",
            &[
                ("2026-01-01T00:00:00Z", 3600, "CET"),
                ("2026-03-29T01:00:00Z", 7200, "CEST"),
                ("2026-10-25T01:00:00Z", 3600, "CET"),
            ],
        );
    }

    #[test]
    fn half_an_hour_of_daylight_saving_is_a_change_too() {
        check(
            Some("Australia/Lord_Howe"),
            "2026-04-01T00:00:00Z",
            "2026-04-10T00:00:00Z",
            &[
                ("2026-04-01T00:00:00Z", 39_600, ""),
                ("2026-04-04T15:00:00Z", 37_800, ""),
            ],
        );
    }

    #[test]
    fn an_unknown_zone_is_utc() {
        let day = ("2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z");
        let utc = [("2026-03-29T00:00:00Z", 0, "UTC")];
        check(None, day.0, day.1, &utc);
        check(Some("Mars/Olympus"), day.0, day.1, &utc);
    }
}
