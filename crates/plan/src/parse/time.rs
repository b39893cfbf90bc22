//! Dates and times of a plan file: checked, and brought into one spelling.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

/// Why a time cannot stand in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not a date with a time of day.
    NotATime,
    /// The clocks of the zone skip it.
    Skipped(String),
}

impl Fault {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Fault::NotATime => "bad-time",
            Fault::Skipped(_) => "skipped-time",
        }
    }

    pub(crate) fn message(&self, key: &str, written: &str) -> String {
        match self {
            Fault::NotATime => {
                format!("`{key}` is \"{written}\", which is no date with a time of day")
            }
            Fault::Skipped(zone) => {
                format!(
                    "`{key}` is {written}, which does not exist in {zone}: clocks go forward then"
                )
            }
        }
    }

    pub(crate) fn hint(&self, key: &str) -> String {
        match self {
            Fault::NotATime => {
                format!("Write `{key} = 2026-12-05T01:00:00`, or with an offset, `…+01:00`.")
            }
            Fault::Skipped(_) => "Choose a time an hour later, or write an offset.".to_owned(),
        }
    }
}

/// Returns a time in the one spelling `2026-12-05T01:00:00` with `+01:00` or `Z` when it was written with an offset.
///
/// Seconds may be missing, and a space may stand for the `T`. A local time is looked up in `zone`.
pub(crate) fn read(written: &str, zone: Option<Tz>) -> Result<String, Fault> {
    let text = written.trim().replacen([' ', 't'], "T", 1);
    if text.len() > 40 {
        return Err(Fault::NotATime);
    }
    if let Some(time) = with_offset(&text) {
        return Ok(time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    }
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
        .ok_or(Fault::NotATime)?;
    if let Some(zone) = zone
        && zone.from_local_datetime(&local).earliest().is_none()
    {
        return Err(Fault::Skipped(zone.name().to_owned()));
    }
    Ok(local.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
}

fn with_offset(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok().or_else(|| {
        let text = text
            .strip_suffix(['Z', 'z'])
            .map_or_else(|| text.to_owned(), |local| format!("{local}+00:00"));
        DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M%:z").ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expect: Result<&str, Fault>) {
        let zone = Some(chrono_tz::Europe::Berlin);
        assert_eq!(read(written, zone), expect.map(str::to_owned), "{written}");
    }

    #[test]
    fn times_come_in_one_spelling() {
        check("2026-12-05T01:00:00", Ok("2026-12-05T01:00:00"));
        check("2026-12-05 01:00", Ok("2026-12-05T01:00:00"));
        check("2026-12-05T01:00:00.5", Ok("2026-12-05T01:00:00.500"));
        check("2026-12-05T01:00+01:00", Ok("2026-12-05T01:00:00+01:00"));
        check("2026-12-05 01:00Z", Ok("2026-12-05T01:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        check("2026-12-05", Err(Fault::NotATime));
        check("01:00:00", Err(Fault::NotATime));
        check("2026-02-30T01:00:00", Err(Fault::NotATime));
        check("next week", Err(Fault::NotATime));
        check(&"9".repeat(500), Err(Fault::NotATime));
    }

    #[test]
    fn a_time_the_clocks_skip_is_refused_and_one_they_repeat_is_not() {
        let skipped = Fault::Skipped("Europe/Berlin".to_owned());
        check("2026-03-29T02:30:00", Err(skipped));
        check("2026-10-25T02:30:00", Ok("2026-10-25T02:30:00"));
    }
}
