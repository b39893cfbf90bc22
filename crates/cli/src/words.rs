//! Times and durations as people read them.

/// Returns a time as RFC 3339 in UTC.
pub(crate) fn time(at_ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(at_ms)
        .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
        .unwrap_or_default()
}

/// Returns a duration as a person reads it.
pub(crate) fn duration(ms: u64) -> String {
    stopover_plan::duration::brief(std::time::Duration::from_millis(ms))
}

/// Returns a number and what is counted: `1 row`, `2 rows`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_all_else_are_many() {
        let said: Vec<String> = [0, 1, 2].map(|number| count(number, "row")).into();
        assert_eq!(said, ["0 rows", "1 row", "2 rows"]);
    }
}
