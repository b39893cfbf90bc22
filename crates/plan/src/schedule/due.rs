//! When a checklist item is to be ticked, on the clock.

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::Clock;
use crate::model::{Due, Plan};

/// Returns when something is due; `None` when it is relative to a start that is not known.
///
/// `start` is that of the plan, or that of a session once it has begun.
pub fn due_at(plan: &Plan, due: &Due, start: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match due {
        Due::Before(ahead) => start?.checked_sub_signed(TimeDelta::from_std(*ahead).ok()?),
        Due::After(behind) => start?.checked_add_signed(TimeDelta::from_std(*behind).ok()?),
        // The reader reports a time that cannot be; here the nearest one stands for it.
        Due::At(time) => Clock::of(plan.timezone.as_deref()).0.read(time, "due").0,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn check(due: Due, start: Option<&str>, expect: Option<&str>) {
        let plan = Plan {
            timezone: Some("Europe/Berlin".to_owned()),
            ..Plan::default()
        };
        let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(due_at(&plan, &due, start.map(time)), expect.map(time));
    }

    #[test]
    fn a_relative_time_needs_a_start_and_a_date_is_read_in_the_zone_of_the_plan() {
        let start = Some("2026-12-05T00:00:00Z");
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        check(Due::Before(hours(2)), start, Some("2026-12-04T22:00:00Z"));
        check(Due::After(hours(1)), start, Some("2026-12-05T01:00:00Z"));
        check(Due::Before(hours(2)), None, None);
        let date = || Due::At("2026-12-04T18:00:00".to_owned());
        check(date(), None, Some("2026-12-04T17:00:00Z"));
        check(date(), start, Some("2026-12-04T17:00:00Z"));
        check(Due::After(Duration::MAX), start, None);
    }
}
