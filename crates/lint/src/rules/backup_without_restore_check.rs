//! A backup is restored and compared: one that was never restored proves nothing.

use stopover_plan::model::{Kind, Severity};

use crate::Finding;
use crate::context::{Context, on};

const RULE: &str = "backup_without_restore_check";

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let steps = context.plan.steps.iter();
    steps
        .filter(|step| matches!(&step.kind, Kind::Backup(backup) if !backup.restore_check))
        .map(|step| {
            let target = step.target.as_deref().unwrap_or("its target");
            on(
                step,
                RULE,
                Severity::Warning,
                format!(
                    "Step {} backs up {target} without restoring it: nothing shows that the backup can be used.",
                    step.id
                ),
                "Set restore_check = true.",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, check};

    #[test]
    fn only_an_unchecked_backup_is_found() {
        let plan = sample::plan(vec![sample::backup("a", true), sample::backup("b", false)]);
        check(
            find,
            &plan,
            &[
                "Step b backs up shop without restoring it: nothing shows that the backup can be used.",
            ],
        );
    }
}
