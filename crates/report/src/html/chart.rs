//! Planned against actual, drawn: one inline SVG a row, so that the chart breaks over pages like a table.

use maud::{Markup, html};
use stopover_plan::event::Direction;

use super::parts;
use crate::summary::{Bar, Chart, Summary};
use crate::text;

/// A chart of at most this many rows is not broken over two pages.
const SHORT: usize = 24;

const KEYS: [(&str, &str); 6] = [
    ("planned", "planned"),
    ("good", "succeeded"),
    ("bad", "failed"),
    ("caution", "interrupted"),
    ("neutral", "skipped or not ended"),
    ("undo", "undo"),
];

/// Returns the section with the chart.
pub(super) fn chart(summary: &Summary) -> Markup {
    let chart = &summary.chart;
    if chart.length_ms == 0 {
        return html! {};
    }
    let left_out = summary.steps.len().saturating_sub(chart.bars.len());
    html! {
        section #chart class=[(chart.bars.len() <= SHORT).then_some("keep")] {
            h2 { "Planned against actual" }
            p.quiet.legend {
                @if chart.by_phase { "One row a phase. " }
                "Time runs from the start of the session. "
                @for (class, word) in KEYS { span.key-pair { span class={ "key " (class) } {} " " (word) } " " }
            }
            table.chart {
                thead {
                    tr {
                        th { @if chart.by_phase { "Phase" } @else { "Step" } }
                        th.axis { (axis(chart)) }
                        th.number { "Planned" }
                        th.number { "Actual" }
                    }
                }
                tbody {
                    @for bar in &chart.bars {
                        tr {
                            th scope="row" { (bar.label) }
                            td.axis { (drawn(bar, chart)) }
                            td.number { (parts::duration(bar.durations.0)) }
                            td.number { (parts::duration(bar.durations.1)) }
                        }
                    }
                }
            }
            @if left_out > 0 && !chart.by_phase {
                p.quiet { (text::plural(left_out, "further step")) " are in the table below." }
            }
        }
    }
}

/// Returns the spacing of the axis: the smallest of a list of round times that gives at most five marks.
fn spacing(length_ms: u64) -> u64 {
    const ROUND: [u64; 24] = [
        1,
        5,
        20,
        100,
        250,
        500,
        1_000,
        2_000,
        5_000,
        15_000,
        30_000,
        60_000,
        120_000,
        300_000,
        600_000,
        900_000,
        1_800_000,
        3_600_000,
        7_200_000,
        14_400_000,
        28_800_000,
        86_400_000,
        172_800_000,
        604_800_000,
    ];
    ROUND
        .into_iter()
        .find(|step| length_ms / step <= 5)
        .unwrap_or(length_ms / 5 + 1)
}

fn marks(chart: &Chart) -> impl Iterator<Item = u64> {
    let spacing = spacing(chart.length_ms);
    (1..=chart.length_ms / spacing).map(move |number| number * spacing)
}

fn axis(chart: &Chart) -> Markup {
    html! {
        svg width="100%" height="18" aria-hidden="true" {
            text x="0" y="13" { "0" }
            @for at in marks(chart) {
                @let share = at as f64 / chart.length_ms as f64;
                text x=(percent(at, chart)) y="13" text-anchor=(if share > 0.93 { "end" } else { "middle" }) { (short(at)) }
            }
        }
    }
}

/// Returns a round time as the axis writes it: its largest unit, e.g. `5 min`.
fn short(ms: u64) -> String {
    for (unit, word) in [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1_000, "s"),
    ] {
        if ms >= unit && ms.is_multiple_of(unit) {
            return format!("{} {word}", ms / unit);
        }
    }
    format!("{ms} ms")
}

fn drawn(bar: &Bar, chart: &Chart) -> Markup {
    let label = format!(
        "{}: planned {}, actual {}",
        bar.label,
        bar.durations.0.map_or("none".to_owned(), text::duration),
        bar.durations.1.map_or("none".to_owned(), text::duration)
    );
    html! {
        svg width="100%" height="20" role="img" aria-label=(label) {
            @for at in marks(chart) {
                line.grid x1=(percent(at, chart)) x2=(percent(at, chart)) y1="0" y2="20" {}
            }
            @for piece in &bar.pieces {
                @let class = match piece.direction {
                    Direction::Forward => parts::class(piece.tone),
                    Direction::Back => "undo",
                };
                // A step of milliseconds in an hour still leaves a mark.
                rect class={ "actual " (class) } x=(percent(piece.start_ms, chart)) width=(wide(piece.length_ms, chart)) y="5" height="10" {}
            }
            @if let Some((start, length)) = bar.planned {
                rect.planned x=(percent(start, chart)) width=(wide(length, chart)) y="2" height="16" rx="2" {}
            }
        }
    }
}

fn percent(at_ms: u64, chart: &Chart) -> String {
    format!(
        "{:.3}%",
        at_ms as f64 / chart.length_ms.max(1) as f64 * 100.0
    )
}

fn wide(length_ms: u64, chart: &Chart) -> String {
    let share = length_ms as f64 / chart.length_ms.max(1) as f64 * 100.0;
    format!("{:.3}%", share.max(0.4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_few_round_marks() {
        let check = |length_ms, expect: &[&str]| {
            let chart = Chart {
                length_ms,
                ..Chart::default()
            };
            let found: Vec<String> = marks(&chart).map(short).collect();
            assert_eq!(found, expect, "{length_ms}");
        };
        check(3, &["1 ms", "2 ms", "3 ms"]);
        check(660_000, &["2 min", "4 min", "6 min", "8 min", "10 min"]);
        check(10_000_000, &["30 min", "1 h", "90 min", "2 h", "150 min"]);
    }
}
