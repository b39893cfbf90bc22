//! A step that destroys data has a backup of its target before it that was restored and compared.

use stopover_plan::model::{Kind, Severity, Step};

use crate::Finding;
use crate::context::{Context, on};

const RULE: &str = "destructive_without_verified_backup";

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let verified = context.upstream(backed_up);
    let safe = |step: &Step| {
        let target = step.target.as_deref().unwrap_or_default();
        verified
            .get(step.id.as_str())
            .is_some_and(|targets| targets.contains(target))
    };
    let mut findings = Vec::new();
    for sql in context.forward() {
        let step = sql.step;
        // `destructive` in the file is a person's word and settles it, either way; the yes is below.
        if step.destructive.is_some() || safe(step) {
            continue;
        }
        let mut lost = sql
            .statements
            .iter()
            .filter_map(|statement| statement.destructive.as_deref());
        if let Some(first) = lost.next() {
            let rest = match lost.count() {
                0 => String::new(),
                more => format!(" and destroys data in {more} more statements"),
            };
            findings.push(finding(step, &format!("{first}{rest}")));
        }
    }
    let said = context
        .plan
        .steps
        .iter()
        .filter(|step| step.destructive == Some(true));
    findings.extend(
        said.filter(|step| !safe(step))
            .map(|step| finding(step, "is marked destructive")),
    );
    findings
}

fn backed_up(step: &Step) -> Option<&str> {
    match &step.kind {
        Kind::Backup(backup) if backup.restore_check => step.target.as_deref(),
        _ => None,
    }
}

fn finding(step: &Step, effect: &str) -> Finding {
    let target = step.target.as_deref().unwrap_or("its target");
    on(
        step,
        RULE,
        Severity::Error,
        format!(
            "Step {} {effect}, and no verified backup of {target} runs before it.",
            step.id
        ),
        format!(
            "Add a backup step of {target} with restore_check = true before {}.",
            step.id
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, check};

    #[test]
    fn a_drop_without_backup_is_found() {
        let plan = sample::plan(vec![sample::sql("a", "DROP TABLE users")]);
        check(
            find,
            &plan,
            &["Step a drops table users, and no verified backup of shop runs before it."],
        );
    }

    #[test]
    fn a_verified_backup_before_it_settles_it() {
        let plan = sample::plan(vec![
            sample::backup("b", true),
            sample::sql("c", "SELECT 1"),
            sample::sql("d", "DROP TABLE users"),
        ]);
        check(find, &plan, &[]);
    }

    #[test]
    fn a_backup_that_was_never_restored_or_runs_later_does_not() {
        let mut plan = sample::plan(vec![
            sample::backup("b", false),
            sample::sql("c", "TRUNCATE users"),
            sample::backup("d", true),
        ]);
        check(
            find,
            &plan,
            &["Step c empties table users, and no verified backup of shop runs before it."],
        );
        plan.steps[1].destructive = Some(false);
        check(find, &plan, &[]);
    }

    #[test]
    fn a_command_marked_destructive_is_found() {
        let mut plan = sample::plan(vec![sample::command("x", &["./purge"])]);
        plan.steps[0].destructive = Some(true);
        check(
            find,
            &plan,
            &["Step x is marked destructive, and no verified backup of shop runs before it."],
        );
    }
}
