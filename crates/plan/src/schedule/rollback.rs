//! Until when a rollback can start, and how long the application is down.

/// What a step contributes: milliseconds from the start of the plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Undoable {
    /// When it starts.
    pub(super) start: i64,
    /// How long its undo takes.
    pub(super) length: i64,
}

/// Returns the largest `t ≤ limit` with `t + R(t) ≤ close`, where `R(t)` sums the steps that start before `t`.
///
/// `t + R(t)` only grows, so the answer is in the first stretch between two starts whose end does not keep the
/// bound. `steps` are sorted by start; `None` when `close` is before zero.
pub(super) fn latest_start(steps: &[Undoable], close: i64, limit: i64) -> Option<i64> {
    if close < 0 || limit < 0 {
        return None;
    }
    let mut undo = 0_i64;
    let mut best = 0;
    let mut at = 0;
    loop {
        // Up to and including the next start, exactly `undo` has to be taken back.
        let next = steps.get(at).map_or(i64::MAX, |step| step.start);
        if close - undo < best {
            return Some(best);
        }
        best = next.min(close - undo).min(limit).max(best);
        if best < next {
            return Some(best);
        }
        while let Some(step) = steps.get(at).filter(|step| step.start == next) {
            undo += step.length;
            at += 1;
        }
    }
}

/// Returns the length of the union of intervals.
pub(super) fn union(mut intervals: Vec<(i64, i64)>) -> i64 {
    intervals.sort_unstable();
    let mut total = 0;
    let mut covered_to = i64::MIN;
    for (start, end) in intervals {
        let from = start.max(covered_to);
        total += (end - from).max(0);
        covered_to = covered_to.max(end);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_moment_for_a_rollback_is_exact() {
        let steps: Vec<Undoable> = [(0, 10), (10, 20), (30, 5)]
            .map(|(start, length)| Undoable { start, length })
            .into();
        // At 30 the steps of 10 and 20 are to be undone: 30 + 30 = 60.
        for (close, latest) in [
            (1000, 965),
            (65, 30),
            (64, 30),
            (60, 30),
            (59, 29),
            (40, 10),
            (20, 10),
            (19, 9),
            (10, 0),
            (0, 0),
        ] {
            assert_eq!(
                latest_start(&steps, close, i64::MAX),
                Some(latest),
                "{close}"
            );
            let undone: i64 = steps
                .iter()
                .filter(|s| s.start < latest)
                .map(|s| s.length)
                .sum();
            assert!(latest + undone <= close);
        }
        assert_eq!(latest_start(&steps, 1000, 12), Some(12));
        assert_eq!(latest_start(&steps, -1, 12), None);
        assert_eq!(latest_start(&[], 50, i64::MAX), Some(50));
    }

    #[test]
    fn overlapping_intervals_count_once() {
        assert_eq!(union(vec![(5, 9), (0, 3), (2, 4), (2, 3), (20, 20)]), 8);
        assert_eq!(union(Vec::new()), 0);
    }
}
