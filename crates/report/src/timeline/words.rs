//! What the drawing of a timeline says in words: how long the plan takes, and what its signs mean.

use std::time::Duration;

use stopover_plan::duration;

use super::{Row, Source, Timeline};
use crate::text;

/// Says how long it takes, and of how many steps nobody said so; a wait and a rehearsed step need no estimate.
pub(super) fn sum(timeline: &Timeline) -> String {
    let Timeline { rows, known, .. } = timeline;
    let count = text::plural(rows.len(), "step");
    let unknown = (rows.iter())
        .filter(|row| row.source == Source::Default)
        .count();
    let length = duration::brief(*known);
    match (unknown, known.is_zero()) {
        (0, true) => count,
        (0, _) => format!("{length} in all, {count}"),
        (_, true) => format!("{count}, {unknown} without an estimate"),
        _ => format!("at least {length} in all, {count}, {unknown} without an estimate"),
    }
}

/// Names what is drawn: every sign that occurs, and no other.
pub(super) fn legend(timeline: &Timeline) -> String {
    let Timeline { rows, windows, .. } = timeline;
    let any = |sign: fn(&Row) -> bool| rows.iter().any(sign);
    let phases = rows.iter().any(|row| row.phase.is_some());
    // What begins after the end of the axis has no place on it.
    let opens = |fits: bool| {
        let mut windows = windows.iter().filter(|window| window.fits == fits);
        windows.any(|window| window.span.start < timeline.end())
    };
    let signs = [
        (phases, "flat: phase"),
        (any(|row| row.critical), "dark: critical path"),
        (any(|row| row.downtime), "brown: the application is down"),
        (
            any(|row| row.gate || row.is_moment()),
            "diamond: gate or moment",
        ),
        (any(Row::is_untimed), "hatched: no estimate"),
        (any(|row| row.slack > Duration::ZERO), "dotted: slack"),
        (any(|row| !row.after.is_empty()), "arrow: waits for"),
        (opens(true), "blue: window"),
        (opens(false), "red: window, too short"),
    ];
    let words: Vec<&str> = signs
        .into_iter()
        .filter_map(|(occurs, words)| occurs.then_some(words))
        .collect();
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use stopover_plan::Plan;

    use super::super::{TimelineFormat, sample};
    use super::*;

    #[test]
    fn the_legend_names_what_occurs_and_nothing_else() {
        let legend = |plan: &Plan| {
            let text = sample::text(plan, TimelineFormat::Svg);
            let (_, rest) = text.split_once("y=\"64\">").unwrap();
            rest.split_once('<').unwrap().0.to_owned()
        };
        let mut plan = sample::night("Copy");
        assert_eq!(
            legend(&plan),
            "flat: phase; dark: critical path; diamond: gate or moment; dotted: slack; arrow: waits for; blue: window"
        );
        plan.windows[0].length = Duration::from_secs(60);
        plan.steps[1].downtime = true;
        let named = legend(&plan);
        assert!(named.contains("brown: the application is down"), "{named}");
        assert!(named.ends_with("red: window, too short"), "{named}");
        plan.windows.clear();
        plan.steps.clear();
        assert_eq!(legend(&plan), "");
    }
}
