//! `stopover schedule`: the timeline of a plan.

use std::time::Duration;

use serde_json::json;
use stopover_plan::Problem;
use stopover_plan::duration::format as words;
use stopover_plan::schedule::schedule;
use stopover_runner::{Trouble, open_plan};

use super::Done;
use crate::args::ScheduleArgs;
use crate::output::Output;

fn ms(value: Duration) -> u64 {
    u64::try_from(value.as_millis()).unwrap_or(u64::MAX)
}

pub(crate) fn run(out: &Output, args: &ScheduleArgs) -> Done {
    let start = match &args.start {
        None => None,
        Some(text) => Some(
            chrono::DateTime::parse_from_rfc3339(text)
                .map_err(|error| {
                    Trouble::Problems(vec![Problem::new(
                        "usage",
                        format!("{text:?} is no time: {error}"),
                        "Write it as 2026-12-05T02:00:00+01:00.",
                    )])
                })?
                .with_timezone(&chrono::Utc),
        ),
    };
    if let Some(word) = args.format {
        let text = stopover_runner::timeline(&args.plan, start, word.into())?;
        out.text(&text);
        return Ok(0);
    }
    let opened = open_plan(&args.plan)?;
    if !opened.problems.is_empty() {
        return Err(Trouble::Problems(opened.problems));
    }
    let (timeline, problems) = schedule(&opened.plan, start);
    let document = json!({
        "duration_ms": ms(timeline.duration),
        "start": timeline.start.map(|start| start.to_rfc3339()),
        "critical_path": timeline.critical_path,
        "steps": timeline.steps.iter().map(|step| json!({
            "id": step.id,
            "start_ms": ms(step.earliest_start),
            "finish_ms": ms(step.earliest_finish),
            "latest_start_ms": ms(step.latest_start),
            "latest_finish_ms": ms(step.latest_finish),
            "slack_ms": ms(step.slack),
            "critical": step.critical,
            "source": step.source,
        })).collect::<Vec<_>>(),
        "windows": timeline.windows.iter().map(|window| json!({
            "id": window.id,
            "length_ms": ms(window.length),
            "needed_ms": ms(window.needed),
            "fits": window.fits,
            "start_rollback_by_ms": window.start_rollback_by.map(ms),
        })).collect::<Vec<_>>(),
        "downtime_ms": ms(timeline.downtime),
        "rollback_ms": ms(timeline.rollback),
        "point_of_no_return": timeline.point_of_no_return.as_ref().map(|(step, at)| json!({
            "step": step, "at_ms": ms(*at),
        })),
        "problems": problems,
    });
    out.document(&document, || {
        let mut text = String::new();
        for step in &timeline.steps {
            text.push_str(&format!(
                "{} {:>8} to {:>8}  slack {:>8}  {}\n",
                if step.critical { "*" } else { " " },
                words(step.earliest_start),
                words(step.earliest_finish),
                words(step.slack),
                step.id
            ));
        }
        for window in &timeline.windows {
            text.push_str(&format!(
                "window {}: {} of {} needed, {}\n",
                window.id,
                words(window.needed),
                words(window.length),
                if window.fits { "fits" } else { "DOES NOT FIT" }
            ));
        }
        for problem in &problems {
            text.push_str(&format!("problem: {problem}\n"));
        }
        text.push_str(&format!(
            "{} in all, {} downtime (* critical path)",
            words(timeline.duration),
            words(timeline.downtime)
        ));
        text
    });
    // What is left are remarks on a timeline that stands: a window too short, an hour the clocks skip.
    Ok(0)
}
