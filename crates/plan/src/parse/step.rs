//! One step: the keys every step has, its one kind, and what it follows.

use std::collections::HashSet;

use chrono_tz::Tz;

use super::elements::{Ids, Need, titled};
use super::fields::{Fields, Kin, Reading};
use super::{keys, kinds, undo};
use crate::model::{Check, Kind, Step, Test};

/// Where a step's `after` stands.
pub(crate) struct StepPlace {
    pub(crate) after_at: usize,
}

/// Reads all steps. One without `after` follows the step above it.
pub(crate) fn read_all(
    fields: &Fields,
    reading: &mut Reading,
    only_target: Option<&str>,
    zone: Option<Tz>,
) -> (Vec<Step>, Vec<StepPlace>) {
    let mut ids = Ids::default();
    let mut steps: Vec<Step> = Vec::new();
    let mut places = Vec::new();
    for (index, entry) in fields.tables(reading, "step", "Step").iter().enumerate() {
        let id = ids.take(entry, reading, Need::Required("step", index + 1));
        let above = steps.last().map(|step| step.id.clone());
        steps.push(read(entry, reading, id, above, only_target, zone));
        places.push(StepPlace {
            after_at: entry.value_at("after"),
        });
    }
    (steps, places)
}

fn read(
    entry: &Fields,
    reading: &mut Reading,
    id: String,
    above: Option<String>,
    only_target: Option<&str>,
    zone: Option<Tz>,
) -> Step {
    entry.only_known(reading, keys::STEP);
    let written = entry.references(reading, "after", Kin::Step);
    let after_written = written.is_some();
    let mut after = written.unwrap_or_else(|| above.into_iter().collect());
    let mut seen = HashSet::new();
    after.retain(|id| seen.insert(id.clone()));

    let target = entry
        .reference(reading, "target", Kin::Target)
        .or_else(|| only_target.map(str::to_owned));
    let finally_for = entry.reference(reading, "finally_for", Kin::Step);
    if finally_for.as_ref() == Some(&id) {
        entry.bad(reading, "finally_for", "finally-for-itself", || {
            (
                "`finally_for` names the step itself".to_owned(),
                "Name the step whose effect this one ends.".to_owned(),
            )
        });
    }
    let kind = kind(entry, reading);
    let undo = undo::read(entry, reading, &kind);
    if target.is_none()
        && !entry.has("target")
        && (kind_needs_target(&kind) || undo.as_ref().is_some_and(undo::needs_target))
    {
        let what = &entry.what;
        reading.found.add(entry.at, "missing-target", || {
            (
                format!("{what} acts on a database, but no target is named"),
                "Add `target = \"…\"` to the step, with a target of the plan.".to_owned(),
            )
        });
    }
    Step {
        title: titled(entry, reading, &id),
        id,
        phase: entry.reference(reading, "phase", Kin::Phase),
        after,
        after_written,
        target,
        project: entry.reference(reading, "project", Kin::Project),
        estimate: entry.duration(reading, "estimate"),
        timeout: entry.duration(reading, "timeout"),
        start: entry.time(reading, "start", zone),
        owner: entry.word(reading, "owner"),
        notes: entry.text(reading, "notes").unwrap_or_default(),
        downtime: entry.yes(reading, "downtime"),
        point_of_no_return: entry.yes(reading, "point_of_no_return"),
        destructive: entry.yes_or_no(reading, "destructive"),
        idempotent: entry.yes(reading, "idempotent"),
        finally_for,
        kind,
        undo,
        line: u32::try_from(entry.at).unwrap_or(u32::MAX),
    }
}

/// Reads the one kind; the first in the file where there are several, `Later("")` where there is none.
fn kind(entry: &Fields, reading: &mut Reading) -> Kind {
    let mut written: Vec<(&str, usize)> = keys::KINDS
        .iter()
        .filter(|key| entry.has(key))
        .map(|key| (*key, entry.key_at(key)))
        .collect();
    written.sort_by_key(|(_, at)| *at);
    let what = &entry.what;
    let Some((first, _)) = written.first() else {
        reading.found.add(entry.at, "no-kind", || {
            (
                format!("{what} has no kind, so it does nothing"),
                format!("Add one of {}.", keys::KINDS.join(", ")),
            )
        });
        return Kind::Later(String::new());
    };
    if let Some((second, at)) = written.get(1) {
        reading.found.add(*at, "several-kinds", || {
            (
                format!("{what} has both `{first}` and `{second}`; a step has one kind"),
                "Move one of them into a step of its own.".to_owned(),
            )
        });
    }
    kinds::read(entry, reading, first)
}

fn kind_needs_target(kind: &Kind) -> bool {
    match kind {
        Kind::Backup(_) | Kind::Restore(_) | Kind::Sql(_) => true,
        Kind::Check(checks) => checks.iter().any(check_needs_target),
        Kind::Wait(wait) => wait.sql.is_some(),
        Kind::Flag(flag) => flag.sql.is_some(),
        Kind::Command(_) | Kind::Manual(_) | Kind::Gate(_) | Kind::Later(_) => false,
    }
}

fn check_needs_target(check: &Check) -> bool {
    check.target.is_none() && !matches!(check.test, Test::Command(_))
}
