//! Durations as people write them in a plan file: `250ms`, `3s`, `15m`, `1h30m`, `2d`.

use std::time::Duration;

/// Parses a duration word: one or more `<number><unit>` parts, units `ms s m h d w`, largest first or not.
///
/// Returns `None` when the text is empty, has an unknown unit, or does not fit into 64-bit milliseconds.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut total_ms: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        if digits == 0 {
            return None;
        }
        let number: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let unit_ms: u64 = match &rest[..letters] {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return None,
        };
        total_ms = total_ms.checked_add(number.checked_mul(unit_ms)?)?;
        rest = rest[letters..].trim_start();
    }
    Some(Duration::from_millis(total_ms))
}

/// Returns the shortest word that [`parse`] reads back to the same milliseconds, e.g. `1h30m`.
pub fn format(duration: Duration) -> String {
    let mut ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if ms == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, unit_ms) in [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ] {
        let count = ms / unit_ms;
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
            ms %= unit_ms;
        }
    }
    text
}

/// Returns a duration as people read it, in its two largest units and never as longer than it was: `29ms`, `12.4s`,
/// `1h30m`. Tenths stand below a minute alone; what was measured as nothing took less than a millisecond.
pub fn brief(duration: Duration) -> String {
    let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let two = |unit: &str, size: u64, below: &str, part: u64| match ms % size / part {
        0 => format!("{}{unit}", ms / size),
        rest => format!("{}{unit}{rest}{below}", ms / size),
    };
    match ms {
        0 => "<1ms".to_owned(),
        1..1_000 => format!("{ms}ms"),
        1_000..60_000 if ms.is_multiple_of(1_000) => format!("{}s", ms / 1_000),
        1_000..60_000 => format!("{}.{}s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => two("m", 60_000, "s", 1_000),
        3_600_000..86_400_000 => two("h", 3_600_000, "m", 60_000),
        _ => two("d", 86_400_000, "h", 3_600_000),
    }
}

/// Serialises a [`Duration`] as integer milliseconds, the form of every border.
pub mod as_ms {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    /// Writes whole milliseconds.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(value.as_millis()).unwrap_or(u64::MAX))
    }

    /// Reads whole milliseconds.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        Ok(Duration::from_millis(u64::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect_ms: Option<u64>) {
        assert_eq!(
            parse(text),
            expect_ms.map(Duration::from_millis),
            "{text:?}"
        );
    }

    #[test]
    fn words_are_read() {
        check("250ms", Some(250));
        check("3s", Some(3_000));
        check("1h30m", Some(5_400_000));
        check("1h 30m", Some(5_400_000));
        check("2d", Some(172_800_000));
        check("15 m", None);
        check("", None);
        check("3", None);
        check("-3s", None);
        check("99999999999999999999s", None);
        check("3 parsecs", None);
    }

    #[test]
    fn a_brief_duration_has_two_units_and_is_never_longer_than_it_was() {
        let check = |ms, expect: &str| assert_eq!(brief(Duration::from_millis(ms)), expect);
        check(0, "<1ms");
        check(29, "29ms");
        check(1_000, "1s");
        check(3_450, "3.4s");
        check(12_030, "12.0s");
        check(59_960, "59.9s");
        check(300_000, "5m");
        check(185_999, "3m5s");
        check(5_400_000, "1h30m");
        check(3_605_000, "1h");
        check(86_399_999, "23h59m");
        check(273_600_000, "3d4h");
    }

    #[test]
    fn a_formatted_duration_reads_back() {
        for ms in [0, 1, 999, 1_000, 61_001, 5_400_000, 90_061_007] {
            let duration = Duration::from_millis(ms);
            assert_eq!(parse(&format(duration)), Some(duration));
        }
    }
}
