//! What takes a step back: `[step.undo]` with exactly one key.

use super::fields::{Fields, Reading};
use super::{forms, keys};
use crate::model::{Kind, Undo};

/// Reads the undo of a step of this kind.
pub(crate) fn read(step: &Fields, reading: &mut Reading, kind: &Kind) -> Option<Undo> {
    if !step.has("undo") {
        return None;
    }
    let Some(undo) = step.table("undo", format!("{}, undo", step.what)) else {
        step.wrong(reading, "undo", "a table", "{ sql = \"…\" }");
        return None;
    };
    undo.only_known(reading, keys::UNDO);
    match forms::one_of(&undo, reading, keys::of(keys::UNDO))? {
        "sql" => forms::sql(&undo, reading, "sql").map(Undo::Sql),
        "command" => forms::command(&undo, reading, "command").map(Undo::Command),
        "manual" => forms::manual(&undo, reading).map(Undo::Manual),
        _ => flag(&undo, reading, kind),
    }
}

/// Returns true when the undo speaks to a database.
pub(crate) fn needs_target(undo: &Undo) -> bool {
    matches!(undo, Undo::Sql(_))
}

fn flag(undo: &Fields, reading: &mut Reading, kind: &Kind) -> Option<Undo> {
    if undo.yes_or_no(reading, "flag")? {
        match kind {
            Kind::Flag(flag) if flag.from.is_some() => return Some(Undo::Flag),
            Kind::Flag(_) => undo.bad(reading, "flag", "flag-without-from", || {
                (
                    "`flag = true` restores the stage before, which is not named".to_owned(),
                    "Add `from = \"…\"` to the flag.".to_owned(),
                )
            }),
            _ => undo.bad(reading, "flag", "undo-of-no-flag", || {
                (
                    "`flag = true` takes back a step of kind `flag` only".to_owned(),
                    "Write `sql`, `command` or `manual` instead.".to_owned(),
                )
            }),
        }
    } else {
        undo.bad(reading, "flag", "empty-undo", || {
            (
                "`flag = false` takes nothing back".to_owned(),
                "Write `flag = true`, or remove the undo.".to_owned(),
            )
        });
    }
    None
}
