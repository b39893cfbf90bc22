//! The timeline as a drawing of the whole: phases, bars, slack, dependencies, windows and moments.

use std::collections::HashMap;
use std::time::Duration;

use maud::{Markup, PreEscaped, html};
use stopover_plan::duration;

use super::fit::{Font, cut, width};
use super::ticks::{Mark, marks};
use super::{Row, Timeline, words};

const WIDTH: f64 = 1600.0;
const NAMES: f64 = 360.0;
const RIGHT: f64 = 110.0;
const TOP: f64 = 118.0;
/// The lower edge of the words for the axis; those for its moments have rows of their own below it, which their lines
/// begin in.
const TICKS: f64 = 84.0;
const ROW: f64 = 24.0;
/// Least width of a bar whose length nobody gave: its hatching is to be seen.
const STUB: f64 = 16.0;
/// Room between a name and the bars; the whole name is in the title of its row.
const GAP: f64 = 12.0;
const HEAD: Font = Font {
    size: 17.0,
    strong: true,
};
const PHASE: Font = Font {
    size: 12.0,
    strong: true,
};
const NAME: Font = Font {
    size: 12.0,
    strong: false,
};

const STYLE: &str = "text{font:12px system-ui,'Noto Sans','DejaVu Sans',sans-serif;fill:#171b22}\
.soft{fill:#4b5462;font-size:11px}.head{font-size:17px;font-weight:600}.phase{font-weight:600}\
.band{fill:#eceef1}.ground{fill:#fff}.grid{stroke:#d0d5dc}.window{fill:#dfeafb}.tight{fill:#fce6e4}\
.bar{fill:#c9d3e0;stroke:#868f9d}.critical{fill:#171b22;stroke:#171b22}.downtime{fill:#fdf0d8}\
.critical.downtime{fill:#8a5300;stroke:#171b22}.bar.untimed{fill:url(#hatch)}\
.of{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.slack{stroke:#868f9d;stroke-dasharray:2 3}\
.arrow{fill:none;stroke:#868f9d}.arrow.on{stroke:#171b22}.tip{fill:#868f9d}.tip.on{fill:#171b22}\
.summary{fill:#4b5462}.return{stroke:#b3261e;stroke-dasharray:5 4}.by{stroke:#8a5300;stroke-dasharray:2 3}\
.return-name{fill:#b3261e;font-weight:600}.by-name{fill:#8a5300;font-weight:600}";

enum Line<'a> {
    Phase(usize),
    Step(&'a Row),
}

struct Sheet<'a> {
    timeline: &'a Timeline,
    lines: Vec<Line<'a>>,
    end: Duration,
    height: f64,
}

/// Returns the drawing as a file of its own.
pub(super) fn render(timeline: &Timeline) -> String {
    let mut lines = Vec::new();
    let mut phase = None;
    for row in &timeline.rows {
        if row.phase != phase {
            phase = row.phase;
            lines.extend(phase.map(Line::Phase));
        }
        lines.push(Line::Step(row));
    }
    let sheet = Sheet {
        timeline,
        height: TOP + lines.len() as f64 * ROW + 16.0,
        lines,
        end: timeline.end(),
    };
    let drawn = sheet.draw().into_string();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{drawn}\n")
}

fn px(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Returns what is said of a step's length; a moment has none.
fn length(row: &Row) -> Option<String> {
    if row.is_untimed() {
        return Some("no estimate".to_owned());
    }
    let length = row.finish.saturating_sub(row.start);
    (!row.is_moment()).then(|| duration::brief(length))
}

impl Sheet<'_> {
    fn x(&self, at: Duration) -> f64 {
        let share = at.as_secs_f64() / self.end.as_secs_f64();
        NAMES + share * (WIDTH - NAMES - RIGHT)
    }

    fn draw(&self) -> Markup {
        let marks = marks(self.timeline.start, self.timeline.zone, self.end, 13);
        html! {
            svg xmlns="http://www.w3.org/2000/svg" width=(px(WIDTH)) height=(px(self.height))
                viewBox={ "0 0 " (px(WIDTH)) " " (px(self.height)) } role="img" {
                title { (self.timeline.name) }
                style { (PreEscaped(STYLE)) }
                defs {
                    pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                        rect width="5" height="5" fill="#ffffff" {}
                        line y2="5" stroke="#868f9d" stroke-width="2" {}
                    }
                }
                rect width=(px(WIDTH)) height=(px(self.height)) fill="#ffffff" {}
                (self.heading())
                (self.windows())
                @for mark in &marks { (self.mark(mark)) }
                @for (index, line) in self.lines.iter().enumerate() { (self.line(index, line)) }
                (self.arrows())
                (self.moments())
                // Last, so that lines end at them instead of striking them through.
                @for (index, line) in self.lines.iter().enumerate() {
                    @if let Line::Step(row) = line { (self.length(index, row)) }
                }
            }
        }
    }

    fn heading(&self) -> Markup {
        let timeline = self.timeline;
        let from = timeline.start.map(|start| {
            let start = start.with_timezone(&timeline.zone);
            format!(
                "starts {} ({}), ",
                start.format("%Y-%m-%d %H:%M %:z"),
                timeline.zone_name
            )
        });
        html! {
            text.head x="16" y="28" { (cut(&timeline.name, HEAD, WIDTH - 32.0)) }
            text.soft x="16" y="48" {
                @if let Some(from) = from { (from) }
                (words::sum(self.timeline))
            }
            text.soft x="16" y="64" { (words::legend(self.timeline)) }
        }
    }

    fn windows(&self) -> Markup {
        html! {
            @for window in &self.timeline.windows {
                @let (from, to) = (self.x(window.span.start), self.x(window.span.finish.min(self.end)));
                @if from < to {
                    rect class=(if window.fits { "window" } else { "tight" }) x=(px(from)) y=(px(TOP))
                        width=(px(to - from)) height=(px(self.height - TOP)) {
                        title { (window.span.title) }
                    }
                }
            }
        }
    }

    fn mark(&self, mark: &Mark) -> Markup {
        let x = self.x(mark.at);
        html! {
            line.grid x1=(px(x)) x2=(px(x)) y1=(px(TICKS - 10.0)) y2=(px(self.height)) {}
            text.soft x=(px(x + 3.0)) y=(px(TICKS)) { (mark.text) }
        }
    }

    fn line(&self, index: usize, line: &Line<'_>) -> Markup {
        let y = TOP + index as f64 * ROW;
        match line {
            Line::Phase(phase) => {
                let phase = &self.timeline.phases[*phase];
                let (from, to) = (self.x(phase.start), self.x(phase.finish));
                html! {
                    g {
                        title { (phase.title) }
                        rect.band x="0" y=(px(y)) width=(px(NAMES - 8.0)) height=(px(ROW)) {}
                        text.phase x="16" y=(px(y + 16.0)) { (cut(&phase.title, PHASE, NAMES - 8.0 - GAP - 16.0)) }
                        rect.summary x=(px(from)) y=(px(y + 8.0)) width=(px((to - from).max(2.0))) height="6" {}
                    }
                }
            }
            Line::Step(row) => self.step(y, row),
        }
    }

    fn step(&self, y: f64, row: &Row) -> Markup {
        let (from, to) = (self.x(row.start), self.x(row.finish));
        let late = self.x((row.finish + row.slack).min(self.end));
        let mut class = String::from("bar");
        if row.critical {
            class.push_str(" critical");
        }
        if row.downtime {
            class.push_str(" downtime");
        }
        let middle = y + ROW / 2.0;
        if row.is_untimed() {
            class.push_str(" untimed");
        }
        let said = match length(row) {
            None => row.title.clone(),
            Some(length) => format!("{}: {length}", row.title),
        };
        html! {
            g {
                title { (said) }
                text x="28" y=(px(y + 16.0)) { (cut(&row.title, NAME, NAMES - GAP - 28.0)) }
                @if late > to + 1.0 {
                    // Lower than the middle, where the words are.
                    line.slack x1=(px(to)) x2=(px(late)) y1=(px(y + 20.5)) y2=(px(y + 20.5)) {}
                }
                @if row.is_untimed() {
                    // Open at its end, which nobody knows.
                    path class=(class) d={ "M" (px(to.max(from + STUB))) " " (px(y + 5.0)) "H" (px(from)) "v14H" (px(to.max(from + STUB))) } {}
                } @else if row.gate || row.is_moment() {
                    @if to > from + 1.0 {
                        rect class=(class) x=(px(from)) y=(px(y + 7.0)) width=(px(to - from)) height="10" {}
                        // Else the gate and its bar would look like an arrow.
                        path.ground d={ "M" (px(from)) " " (px(middle - 10.0)) "l10 10l-10 10l-10 -10z" } {}
                    }
                    path class=(class) d={ "M" (px(from)) " " (px(middle - 7.0)) "l7 7l-7 7l-7 -7z" } {}
                } @else {
                    rect class=(class) x=(px(from)) y=(px(y + 5.0)) width=(px((to - from).max(2.0))) height="14" rx="2" {}
                }
            }
        }
    }

    /// Writes how long a step takes behind its bar.
    fn length(&self, index: usize, row: &Row) -> Markup {
        let y = TOP + index as f64 * ROW;
        let (from, to) = (self.x(row.start), self.x(row.finish));
        let end = match (row.is_untimed(), row.gate) {
            (true, _) => to.max(from + STUB),
            (false, true) => to.max(from + 7.0),
            (false, false) => to,
        };
        html! {
            @if let Some(length) = length(row) {
                text class="soft of" x=(px(end + 7.0)) y=(px(y + 16.0)) { (length) }
            }
        }
    }

    /// Draws what waits for what: out of the edge of the one, past what is written behind it, to the row of the other.
    fn arrows(&self) -> Markup {
        let places: HashMap<&str, (usize, &Row)> = self
            .lines
            .iter()
            .enumerate()
            .filter_map(|(index, line)| match line {
                Line::Step(row) => Some((row.id.as_str(), (index, *row))),
                Line::Phase(_) => None,
            })
            .collect();
        let middle = |index: usize| TOP + index as f64 * ROW + ROW / 2.0;
        html! {
            @for (index, line) in self.lines.iter().enumerate() {
                @if let Line::Step(row) = line {
                    @for before in &row.after {
                        @if let Some((place, other)) = places.get(before.as_str()) {
                            @let (x, to) = (self.x(other.finish), self.x(row.start));
                            @let on = row.critical && other.critical && other.finish == row.start;
                            @let down = if index > *place { 1.0 } else { -1.0 };
                            @let (y, end) = (middle(*place), middle(index) - down * 7.0);
                            path class=(if on { "arrow on" } else { "arrow" })
                                d={ "M" (px(x)) " " (px(y + down * 5.0)) "v" (px(down * 5.0)) "H" (px(x.max(to) + 3.0)) "V" (px(end)) } {}
                            path class=(if on { "tip on" } else { "tip" })
                                d={ "M" (px(x.max(to) + 3.0)) " " (px(end + down * 2.0)) "l-3 " (px(-5.0 * down)) "h6z" } {}
                        }
                    }
                }
            }
        }
    }

    fn moments(&self) -> Markup {
        let (by, last) = (self.timeline.rollback_by, self.timeline.no_return);
        // Two lines over each other could not be told apart.
        let named = match by == last {
            true => vec![(
                last,
                "return",
                "point of no return, start rollback by",
                98.0,
            )],
            false => vec![
                (by, "by", "start rollback by", 98.0),
                (last, "return", "point of no return", 112.0),
            ],
        };
        let named: Vec<_> = (named.into_iter())
            // What comes after the end of the axis has no place on it.
            .filter_map(|(at, class, words, y)| {
                Some((at.filter(|at| *at <= self.end)?, class, words, y))
            })
            .collect();
        html! {
            @for (at, class, _, y) in &named {
                @let x = px(self.x(*at));
                line class=(class) x1=(x) x2=(x) y1=(px(y - 10.0)) y2=(px(self.height)) stroke-width="1.5" {}
            }
            @for (at, class, words, y) in &named {
                @let name = self.when(words, *at);
                @let x = self.x(*at);
                @let left = x + 4.0 + width(&name, PHASE) > WIDTH;
                text class={ (class) "-name of" } x=(px(if left { x - 4.0 } else { x + 4.0 })) y=(px(*y))
                    text-anchor=(if left { "end" } else { "start" }) { (name) }
            }
        }
    }

    fn when(&self, words: &str, at: Duration) -> String {
        match self.timeline.at(at) {
            Some(at) => format!(
                "{words} {}",
                at.with_timezone(&self.timeline.zone).format("%H:%M")
            ),
            None => format!("{words} +{}", stopover_plan::duration::format(at)),
        }
    }
}

#[cfg(test)]
mod tests;
