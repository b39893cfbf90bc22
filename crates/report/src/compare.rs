//! Two sessions of a plan side by side: what each step and check came to in both, and how much longer or shorter it took.

use std::collections::BTreeMap;

use stopover_plan::Session;
use stopover_plan::event::Direction;
use stopover_plan::session::{CheckState, Status, StepState};

use crate::csv::{inert, quoted};
use crate::guard::clean_cut;
use crate::markdown::cell;
use crate::text::{count, duration, status};

/// Two sessions held against each other; `left` is the one the other is measured by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Ids of both.
    pub sessions: [String; 2],
    /// Time in which a runner lived, of both.
    pub duration_ms: [u64; 2],
    /// Rows changed by all steps, of both.
    pub rows: [u64; 2],
    /// Steps of either: those that ended otherwise first, then those that differ most in duration.
    pub steps: Vec<ComparedStep>,
    /// Checks of either, those that differ first.
    pub checks: Vec<ComparedCheck>,
}

/// What a step came to in one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Status.
    pub status: Status,
    /// True when the last run was of its undo.
    pub back: bool,
    /// Monotonic duration of the last forward run.
    pub elapsed_ms: Option<u64>,
    /// Rows changed.
    pub rows: Option<u64>,
    /// Attempts.
    pub attempts: u32,
}

/// A step in both sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedStep {
    /// Step id.
    pub id: String,
    /// Heading, as the later session has it.
    pub title: String,
    /// What it came to; `None` where the session has no such step.
    pub ran: [Option<Ran>; 2],
    /// How much longer it took in the right session; negative when it was faster.
    pub difference_ms: Option<i64>,
}

/// What a check found in one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `pass`, `fail` or `not_tested`.
    pub result: &'static str,
    /// What was found.
    pub found: String,
}

/// A check in both sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedCheck {
    /// Step id.
    pub step: String,
    /// What it asserts.
    pub title: String,
    /// What it found; `None` where it did not run.
    pub found: [Option<Found>; 2],
}

impl Comparison {
    /// Holds `right` against `left`.
    pub fn of(left: &Session, right: &Session) -> Self {
        let both = [left, right];
        Self {
            sessions: both.map(|session| session.id.clone()),
            duration_ms: both.map(|session| session.duration_ms),
            rows: both.map(|session| session.steps.iter().filter_map(|step| step.rows).sum()),
            steps: steps(left, right),
            checks: checks(left, right),
        }
    }

    /// Returns the steps as CSV (RFC 4180, UTF-8, one heading line).
    pub fn csv(&self) -> String {
        let mut text = String::from(
            "step,title,left_status,right_status,left_ms,right_ms,difference_ms,left_rows,right_rows\r\n",
        );
        for step in &self.steps {
            let of = |read: fn(&Ran) -> String| {
                let read = |ran: &Option<Ran>| ran.as_ref().map(read).unwrap_or_default();
                [read(&step.ran[0]), read(&step.ran[1])]
            };
            let number = |value: Option<u64>| value.map(|v| v.to_string()).unwrap_or_default();
            let [left_status, right_status] = of(|ran| status(ran.status).to_owned());
            let ms =
                [0, 1].map(|side| number(step.ran[side].as_ref().and_then(|ran| ran.elapsed_ms)));
            let rows = [0, 1].map(|side| number(step.ran[side].as_ref().and_then(|ran| ran.rows)));
            let difference = step.difference_ms.map(|ms| ms.to_string());
            let cells = [
                inert(&clean_cut(&step.id)),
                inert(&clean_cut(&step.title)),
                left_status,
                right_status,
                ms[0].clone(),
                ms[1].clone(),
                difference.unwrap_or_default(),
                rows[0].clone(),
                rows[1].clone(),
            ];
            text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
            text.push_str("\r\n");
        }
        text
    }

    /// Returns totals, steps and checks as Markdown with tables.
    pub fn markdown(&self) -> String {
        let [left, right] = &self.sessions;
        let [left, right] = [cell(&clean_cut(left)), cell(&clean_cut(right))];
        let mut text = format!(
            "# {left} and {right}\n\n| | {left} | {right} | Difference |\n|---|--:|--:|--:|\n"
        );
        let [first, second] = self.duration_ms;
        text.push_str(&format!(
            "| Duration | {} | {} | {} |\n",
            duration(first),
            duration(second),
            signed(difference(first, second))
        ));
        text.push_str(&format!(
            "| Rows | {} | {} | |\n",
            count(self.rows[0]),
            count(self.rows[1])
        ));
        text.push_str(&format!(
            "\n## Steps\n\n| Step | {left} | {right} | Difference | Rows | |\n|---|---|---|--:|--:|--:|\n"
        ));
        for step in &self.steps {
            let rows = |side: usize| {
                let rows = step.ran[side].as_ref().and_then(|ran| ran.rows);
                rows.map(count).unwrap_or_default()
            };
            text.push_str(&format!(
                "| {} | {} | {} | {} | {} | {} |\n",
                cell(&clean_cut(&step.title)),
                told(step.ran[0].as_ref()),
                told(step.ran[1].as_ref()),
                step.difference_ms.map(signed).unwrap_or_default(),
                rows(0),
                rows(1)
            ));
        }
        if !self.checks.is_empty() {
            text.push_str(&format!(
                "\n## Checks\n\n| Step | Check | {left} | {right} |\n|---|---|---|---|\n"
            ));
        }
        for check in &self.checks {
            let found = |side: usize| {
                check.found[side]
                    .as_ref()
                    .map_or_else(String::new, |found| {
                        let word = found.result.replace('_', " ");
                        format!("{word}, found {}", cell(&clean_cut(&found.found)))
                    })
            };
            text.push_str(&format!(
                "| {} | {} | {} | {} |\n",
                cell(&clean_cut(&check.step)),
                cell(&clean_cut(&check.title)),
                found(0),
                found(1)
            ));
        }
        text
    }
}

impl ComparedStep {
    /// Returns true when both sessions have the step and its status differs.
    pub fn ended_otherwise(&self) -> bool {
        matches!(&self.ran, [Some(left), Some(right)] if left.status != right.status)
    }
}

impl ComparedCheck {
    /// Returns true when it ended alike in both.
    pub fn is_alike(&self) -> bool {
        let word = |side: usize| self.found[side].as_ref().map(|found| found.result);
        word(0) == word(1)
    }
}

fn steps(left: &Session, right: &Session) -> Vec<ComparedStep> {
    let of = |session: &Session, id: &str| session.step(id).map(ran);
    let only_left = left
        .steps
        .iter()
        .filter(|step| right.step(&step.id).is_none());
    let mut steps: Vec<ComparedStep> = right
        .steps
        .iter()
        .chain(only_left)
        .map(|step| {
            let ran = [of(left, &step.id), of(right, &step.id)];
            let took = |side: usize| ran[side].as_ref()?.elapsed_ms;
            let difference_ms = took(0)
                .zip(took(1))
                .map(|(first, second)| difference(first, second));
            ComparedStep {
                id: step.id.clone(),
                title: heading(step),
                difference_ms,
                ran,
            }
        })
        .collect();
    // Stable: steps that differ alike stay in the order of the plan.
    steps.sort_by_key(|step| {
        std::cmp::Reverse((
            step.ended_otherwise(),
            step.difference_ms.map(i64::unsigned_abs),
        ))
    });
    steps
}

fn heading(step: &StepState) -> String {
    match step.title.is_empty() {
        true => step.id.clone(),
        false => step.title.clone(),
    }
}

fn ran(step: &StepState) -> Ran {
    Ran {
        status: step.status,
        back: step.direction == Direction::Back,
        elapsed_ms: step.elapsed_ms,
        rows: step.rows,
        attempts: step.attempts,
    }
}

fn checks(left: &Session, right: &Session) -> Vec<ComparedCheck> {
    let mut known: BTreeMap<(String, String), ComparedCheck> = BTreeMap::new();
    for (side, session) in [left, right].into_iter().enumerate() {
        for step in &session.steps {
            for check in &step.checks {
                let CheckState { result, detail } = check;
                let key = (step.id.clone(), detail.check.clone());
                let compared = known.entry(key).or_insert_with(|| ComparedCheck {
                    step: step.id.clone(),
                    title: detail.title.clone(),
                    found: [None, None],
                });
                compared.found[side] = Some(Found {
                    result,
                    found: detail.found.clone(),
                });
            }
        }
    }
    let mut checks: Vec<ComparedCheck> = known.into_values().collect();
    checks.sort_by_key(ComparedCheck::is_alike);
    checks
}

fn difference(first: u64, second: u64) -> i64 {
    let signed = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
    signed(second).saturating_sub(signed(first))
}

fn signed(ms: i64) -> String {
    let sign = match ms {
        0 => "",
        1.. => "+",
        _ => "−",
    };
    format!("{sign}{}", duration(ms.unsigned_abs()))
}

fn told(ran: Option<&Ran>) -> String {
    let Some(ran) = ran else {
        return String::new();
    };
    let took = ran.elapsed_ms.map(duration);
    match took {
        Some(took) => format!("{}, {took}", status(ran.status)),
        None => status(ran.status).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stopover_plan::Event;
    use stopover_plan::event::{Body, CheckResult, StepHead};
    use stopover_plan::model::Severity;

    fn session(id: &str, steps: &[(&str, u64)], found: &str) -> Session {
        let heads = steps.iter().map(|(step, _)| {
            serde_json::from_value::<StepHead>(serde_json::json!({
                "id": step, "title": format!("Step | {step}"), "step_kind": "sql", "after": [], "detail": "",
                "has_undo": false
            }))
            .unwrap()
        });
        let mut bodies = vec![
            serde_json::from_value::<Body>(serde_json::json!({
                "kind": "session_started", "plan": "P", "plan_path": "/p", "plan_hash": "h", "mode": "live",
                "environment": "staging", "bindings": [], "by": "a", "host": "h", "program": "0",
                "steps": heads.collect::<Vec<_>>()
            }))
            .unwrap(),
        ];
        for (step, elapsed_ms) in steps {
            bodies.push(Body::StepSucceeded {
                step: (*step).to_owned(),
                direction: Direction::Forward,
                rows: Some(1_000),
                exit: None,
                elapsed_ms: *elapsed_ms,
                artifacts: Vec::new(),
                by_mark: false,
            });
        }
        let result = CheckResult {
            step: steps[0].0.to_owned(),
            check: "c".to_owned(),
            title: "None is empty".to_owned(),
            severity: Severity::Error,
            expected: "0".to_owned(),
            found: found.to_owned(),
            elapsed_ms: 1,
        };
        bodies.push(match found {
            "0" => Body::CheckPassed { result },
            _ => Body::CheckFailed { result },
        });
        let events: Vec<Event> = (1..)
            .zip(bodies)
            .map(|(seq, body)| Event {
                seq,
                at_ms: 0,
                mono_ms: Some(seq * 100),
                session: id.to_owned(),
                body,
            })
            .collect();
        Session::fold(&events)
    }

    #[test]
    fn steps_that_differ_most_come_first_and_one_sided_ones_last() {
        let left = session("l", &[("a", 1_000), ("b", 5_000), ("gone", 10)], "17");
        let right = session("r", &[("a", 1_500), ("b", 2_000), ("new", 10)], "0");
        let compared = Comparison::of(&left, &right);
        let order: Vec<_> = compared
            .steps
            .iter()
            .map(|step| (step.id.as_str(), step.difference_ms))
            .collect();
        assert_eq!(
            order,
            [
                ("b", Some(-3_000)),
                ("a", Some(500)),
                ("new", None),
                ("gone", None)
            ]
        );
        assert_eq!(compared.rows, [3_000, 3_000]);
        assert!(!compared.checks[0].is_alike());
    }

    #[test]
    fn a_step_that_ended_otherwise_comes_before_one_that_took_far_longer() {
        let left = session("l", &[("slow", 10), ("fails", 1)], "0");
        let mut right = session("r", &[("slow", 9_000), ("fails", 1)], "0");
        right.steps[1].status = Status::Failed;
        let compared = Comparison::of(&left, &right);
        let order: Vec<_> = compared.steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(order, ["fails", "slow"]);
    }

    #[test]
    fn both_formats_name_the_difference_and_keep_foreign_text_inert() {
        let left = session("l", &[("=a", 1_000)], "<b>17</b>");
        let right = session("r", &[("=a", 3_450)], "0");
        let compared = Comparison::of(&left, &right);
        assert_eq!(
            compared.csv().lines().nth(1),
            Some("'=a,Step | =a,succeeded,succeeded,1000,3450,2450,1000,1000")
        );
        let text = compared.markdown();
        assert!(
            text.contains("| Step \\| =a | succeeded, 1.0 s | succeeded, 3.4 s | +2.4 s |"),
            "{text}"
        );
        assert!(
            text.contains("fail, found &lt;b&gt;17&lt;/b&gt; | pass, found 0 |"),
            "{text}"
        );
    }
}
