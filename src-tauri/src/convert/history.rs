//! History: filters, past runs, two sessions side by side.

use std::collections::BTreeMap;

use stopover_journal::{End, Page, PastStep};
use stopover_plan::event::Outcome;

use crate::view;

/// Returns the page of `limit` sessions before `before` that a filter lets through.
pub(crate) fn page(filter: view::Filter, before: Option<String>, limit: usize) -> Page {
    Page {
        before,
        limit,
        plan_path: filter.plan_path,
        environment: filter.environment.map(Into::into),
        end: filter.end.map(Into::into),
        from_at_ms: filter.from_at_ms,
        until_at_ms: filter.until_at_ms,
        search: filter.search,
        ..Page::default()
    }
}

impl From<view::End> for End {
    fn from(end: view::End) -> Self {
        match end {
            view::End::Unfinished => Self::Unfinished,
            view::End::Succeeded => Self::With(Outcome::Succeeded),
            view::End::Failed => Self::With(Outcome::Failed),
            view::End::Aborted => Self::With(Outcome::Aborted),
            view::End::RolledBack => Self::With(Outcome::RolledBack),
            view::End::PartlyRolledBack => Self::With(Outcome::PartlyRolledBack),
        }
    }
}

/// Returns how long each step took before.
pub(crate) fn past(steps: Vec<PastStep>) -> Vec<view::Past> {
    let mut by_step: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for past in steps {
        by_step.entry(past.step).or_default().push(past.elapsed_ms);
    }
    by_step
        .into_iter()
        .map(|(step, mut took)| {
            took.sort_unstable();
            view::Past {
                step,
                runs: u32::try_from(took.len()).unwrap_or(u32::MAX),
                least_ms: took[0],
                median_ms: took[took.len() / 2],
                most_ms: took[took.len() - 1],
            }
        })
        .collect()
}

/// Returns a comparison with the lines of both sessions.
pub(crate) fn comparison(
    compared: stopover_report::Comparison,
    left: view::SessionLine,
    right: view::SessionLine,
) -> view::Comparison {
    let alike: Vec<bool> = compared
        .checks
        .iter()
        .map(stopover_report::ComparedCheck::is_alike)
        .collect();
    view::Comparison {
        left,
        right,
        left_rows: compared.rows[0],
        right_rows: compared.rows[1],
        steps: compared
            .steps
            .into_iter()
            .map(|step| {
                let [left, right] = step.ran.map(|ran| ran.map(ran_view));
                view::ComparedStep {
                    id: step.id,
                    title: step.title,
                    left,
                    right,
                    difference_ms: step.difference_ms,
                }
            })
            .collect(),
        checks: compared
            .checks
            .into_iter()
            .zip(alike)
            .map(|(check, alike)| {
                let [left, right] = check.found.map(|found| {
                    found.map(|found| view::FoundBy {
                        result: found.result.to_owned(),
                        found: found.found,
                    })
                });
                view::ComparedCheck {
                    step: check.step,
                    title: check.title,
                    left,
                    right,
                    alike,
                }
            })
            .collect(),
    }
}

fn ran_view(ran: stopover_report::Ran) -> view::Ran {
    view::Ran {
        status: ran.status.into(),
        back: ran.back,
        elapsed_ms: ran.elapsed_ms,
        rows: ran.rows,
        attempts: ran.attempts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_runs_of_a_step_become_their_span_and_median() {
        let run = |step: &str, elapsed_ms| PastStep {
            step: step.to_owned(),
            elapsed_ms,
        };
        let told = past(vec![run("b", 7), run("a", 30), run("a", 10), run("a", 20)]);
        let of = |step: &str, runs, least_ms, median_ms, most_ms| view::Past {
            step: step.to_owned(),
            runs,
            least_ms,
            median_ms,
            most_ms,
        };
        assert_eq!(told, [of("a", 3, 10, 20, 30), of("b", 1, 7, 7, 7)]);
    }
}
