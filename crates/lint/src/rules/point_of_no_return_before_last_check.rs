//! What a check may find is found while there is still a way back.

use stopover_plan::model::{Kind, Severity};

use crate::Finding;
use crate::context::{Context, on};

const RULE: &str = "point_of_no_return_before_last_check";

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let steps = context.plan.steps.iter();
    // The first one counts: behind it the rollback is gone already.
    let Some(step) = steps.into_iter().find(|step| step.point_of_no_return) else {
        return Vec::new();
    };
    let later: Vec<&str> = context
        .downstream(&step.id)
        .into_iter()
        .filter(|step| matches!(step.kind, Kind::Check(_)))
        .map(|step| step.id.as_str())
        .collect();
    let Some(last) = later.last() else {
        return Vec::new();
    };
    vec![on(
        step,
        RULE,
        Severity::Warning,
        format!(
            "Step {} is the point of no return and check step {last} runs after it: what it finds cannot be rolled back.",
            step.id
        ),
        format!("Move {} behind {last}.", step.id),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, check};

    #[test]
    fn only_a_check_behind_it_is_found() {
        let mut plan = sample::plan(vec![
            sample::checks("early", vec![]),
            sample::sql("drop", "DROP TABLE old"),
            sample::sql("more", "SELECT 1"),
            sample::checks("late", vec![]),
        ]);
        plan.steps[1].point_of_no_return = true;
        check(
            find,
            &plan,
            &[
                "Step drop is the point of no return and check step late runs after it: what it finds cannot be rolled back.",
            ],
        );
        plan.steps.pop();
        check(find, &plan, &[]);
    }
}
