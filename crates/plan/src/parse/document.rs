//! The file as a whole: its top-level keys, its elements, then what they refer to.

use toml_edit::Table;

use super::fields::{Fields, Reading, Reference};
use super::found::Found;
use super::short::short;
use super::{elements, keys, references, secrets, step, waits};
use crate::model::Plan;

/// Reads a plan out of a document, and the references it makes. `Step::line` holds a byte offset until [`super::place::set_lines`].
pub(crate) fn read(root: &Table, found: &mut Found) -> (Plan, Vec<Reference>) {
    secrets::search(root, found);
    let mut reading = Reading {
        found,
        references: Vec::new(),
    };
    let fields = Fields::new(root, "The plan", 0);
    fields.only_known(&mut reading, keys::PLAN);
    format(&fields, &mut reading);

    let mut plan = Plan {
        name: fields.needed(&mut reading, "name", "\"…\""),
        summary: fields.text(&mut reading, "summary").unwrap_or_default(),
        timezone: fields.word(&mut reading, "timezone"),
        ..Plan::default()
    };
    let zone = zone(&fields, &mut reading, plan.timezone.as_deref());
    plan.start = fields.time(&mut reading, "start", zone);
    plan.targets = elements::targets(&fields, &mut reading);
    plan.projects = elements::projects(&fields, &mut reading);
    let (phases, phase_places) = elements::phases(&fields, &mut reading, zone);
    plan.phases = phases;
    plan.windows = elements::windows(&fields, &mut reading, zone);
    let only_target = match plan.targets.as_slice() {
        [target] => Some(target.id.as_str()),
        _ => None,
    };
    let (steps, step_places) = step::read_all(&fields, &mut reading, only_target, zone);
    plan.steps = steps;
    plan.checklists = elements::checklists(&fields, &mut reading, zone);
    plan.risks = elements::risks(&fields, &mut reading);
    plan.criteria = elements::criteria(&fields, &mut reading);
    plan.cards = elements::cards(&fields, &mut reading);

    let Reading { found, references } = reading;
    references::check(&plan, &references, found);
    waits::check(&plan, &step_places, &phase_places, found);
    (plan, references)
}

fn format(fields: &Fields, reading: &mut Reading) {
    if let Some(format) = fields.number(reading, "format", 1..=i64::MAX)
        && format > 1
    {
        fields.bad(reading, "format", "newer-format", || {
            (
                format!("the file has format {format}; this program reads format 1"),
                "Open it with a newer Stopover.".to_owned(),
            )
        });
    }
}

fn zone(fields: &Fields, reading: &mut Reading, name: Option<&str>) -> Option<chrono_tz::Tz> {
    let name = name?;
    let zone = name.parse().ok();
    if zone.is_none() {
        fields.bad(reading, "timezone", "unknown-timezone", || {
            (
                format!(
                    "`timezone` is \"{}\", which is no IANA time zone",
                    short(name)
                ),
                "Write a name such as \"Europe/Berlin\" or \"UTC\".".to_owned(),
            )
        });
    }
    zone
}
