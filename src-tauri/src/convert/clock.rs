//! What the clocks of a plan's zone show, for an axis of times.

use chrono::{DateTime, TimeDelta, Utc};
use stopover_plan::Plan;
use stopover_plan::schedule::{Schedule, zone_offsets};

use crate::view::ZoneOffset;

/// How far from the plan an axis may go.
const AROUND: TimeDelta = TimeDelta::days(2 * 366);
/// A plan that is further from today than this has no sessions of today.
const FAR: TimeDelta = TimeDelta::days(10 * 366);

/// Returns the offsets around the plan and, as its sessions run today, around `now`.
pub(super) fn clock(plan: &Plan, schedule: &Schedule, now: DateTime<Utc>) -> Vec<ZoneOffset> {
    let start = schedule.start.unwrap_or(now);
    let length = TimeDelta::from_std(schedule.duration)
        .unwrap_or(FAR)
        .min(FAR);
    let (mut from, mut until) = (start, start.checked_add_signed(length).unwrap_or(start));
    if (start - now).abs() < FAR {
        from = from.min(now);
        until = until.max(now);
    }
    let from = from.checked_sub_signed(AROUND).unwrap_or(from);
    let until = until.checked_add_signed(AROUND).unwrap_or(until);
    zone_offsets(plan.timezone.as_deref(), from, until)
        .into_iter()
        .map(|offset| ZoneOffset {
            from_at_ms: offset.from.timestamp_millis(),
            offset_ms: i64::from(offset.seconds) * 1000,
            name: offset.name,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: &str, now: &str, at: &str, expect_ms: i64) {
        let plan = Plan {
            timezone: Some("Europe/Berlin".to_owned()),
            start: Some(start.to_owned()),
            ..Plan::default()
        };
        let (schedule, _) = stopover_plan::schedule::schedule(&plan, None);
        let offsets = clock(&plan, &schedule, now.parse().unwrap());
        let at = at.parse::<DateTime<Utc>>().unwrap().timestamp_millis();
        let found = offsets.iter().rfind(|offset| offset.from_at_ms <= at);
        assert_eq!(found.map(|offset| offset.offset_ms), Some(expect_ms));
    }

    #[test]
    fn the_offsets_reach_around_the_plan_and_today() {
        let (summer, winter) = (7_200_000, 3_600_000);
        let start = "2026-12-05T01:00:00";
        check(
            start,
            "2026-11-21T00:00:00Z",
            "2026-12-05T00:00:00Z",
            winter,
        );
        check(
            start,
            "2029-06-01T00:00:00Z",
            "2029-07-01T00:00:00Z",
            summer,
        );
        check(
            start,
            "2100-06-01T00:00:00Z",
            "2027-07-01T00:00:00Z",
            summer,
        );
        check(
            "9999-12-31T23:00:00",
            "1970-01-01T00:00:00Z",
            "9999-12-31T00:00:00Z",
            winter,
        );
    }
}
