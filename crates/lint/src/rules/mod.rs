//! The rules; each is a file, and this is the list of them.

mod backup_as_command;
mod backup_without_restore_check;
mod card_without_symptoms;
mod change_without_undo;
mod check_evaluates_nothing;
mod destructive_without_verified_backup;
mod lock_timeout_off;
mod point_of_no_return_before_last_check;
mod session_setting_lost;
mod statement_needs_its_own_step;

use crate::Finding;
use crate::context::Context;

/// A rule: what it finds on a plan.
pub(crate) type Rule = fn(&Context<'_>) -> Vec<Finding>;

/// Every rule.
pub(crate) const ALL: [Rule; 10] = [
    backup_as_command::find,
    backup_without_restore_check::find,
    card_without_symptoms::find,
    change_without_undo::find,
    check_evaluates_nothing::find,
    destructive_without_verified_backup::find,
    lock_timeout_off::find,
    point_of_no_return_before_last_check::find,
    session_setting_lost::find,
    statement_needs_its_own_step::find,
];
