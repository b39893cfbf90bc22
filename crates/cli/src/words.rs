//! Times and durations as people read them.

/// Returns a time as RFC 3339 in UTC.
pub(crate) fn time(at_ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(at_ms)
        .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
        .unwrap_or_default()
}

/// Returns a duration in the words of a plan file, rounded to what a person reads.
pub(crate) fn duration(ms: u64) -> String {
    let rounded = match ms {
        0..10_000 => ms,
        10_000..3_600_000 => ms / 1000 * 1000,
        _ => ms / 60_000 * 60_000,
    };
    stopover_plan::duration::format(std::time::Duration::from_millis(rounded))
}
