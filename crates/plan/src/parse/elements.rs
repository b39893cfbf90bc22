//! Everything in a plan besides its steps: targets, projects, phases, windows, checklists, risks, criteria, cards.

use std::collections::HashSet;
use std::time::Duration;

use chrono_tz::Tz;

use super::fields::{Fields, Kin, Reading};
use super::short::short;
use super::{keys, similar};
use crate::model::{
    Card, Checklist, Criterion, Engine, Item, Phase, Project, Risk, Target, Window,
};

/// Ids taken so far among elements of one sort.
#[derive(Default)]
pub(crate) struct Ids {
    taken: HashSet<String>,
}

impl Ids {
    /// Returns the element's id; a missing one is made of `word` and `position`, and reported when `needed`.
    pub(crate) fn take(&mut self, fields: &Fields, reading: &mut Reading, need: Need) -> String {
        let (word, position) = match need {
            Need::Required(word, position) | Need::Optional(word, position) => (word, position),
        };
        let Some(id) = fields.id(reading) else {
            if !fields.has("id") && matches!(need, Need::Required(..)) {
                fields.missing(reading, "id", &format!("\"{word}-{position}\""));
            }
            let mut id = format!("{word}-{position}");
            while !self.taken.insert(id.clone()) {
                id.push('x');
            }
            return id;
        };
        if !self.taken.insert(id.clone()) {
            fields.bad(reading, "id", "duplicate-id", || {
                (
                    format!("an earlier {word} has the same id"),
                    "Give one of them another id.".to_owned(),
                )
            });
        }
        id
    }
}

/// Whether an element must have an id, with its word and position from 1.
#[derive(Clone, Copy)]
pub(crate) enum Need {
    Required(&'static str, usize),
    Optional(&'static str, usize),
}

/// Where a phase's `after` stands.
pub(crate) struct PhasePlace {
    pub(crate) after_at: usize,
}

/// Returns the tables of `[word.ID]`, reporting entries that are not tables.
fn sections<'a>(
    fields: &Fields<'a>,
    reading: &mut Reading,
    key: &str,
    word: &str,
) -> Vec<(&'a str, Fields<'a>)> {
    let Some(section) = fields.table(key, fields.what.clone()) else {
        if fields.has(key) {
            fields.wrong(
                reading,
                key,
                "a table of tables",
                &format!("{{ … }}` or `[{key}.ID]"),
            );
        }
        return Vec::new();
    };
    let mut list = Vec::new();
    for (id, item, at) in section.entries() {
        let what = format!("{word} \"{}\"", short(id));
        match item.as_table_like() {
            Some(table) => {
                let entry = Fields::new(table, what, at);
                entry.slug(reading, id, at);
                list.push((id, entry));
            }
            None => reading.found.add(at, "wrong-type", || {
                (
                    format!("{what} is not a table"),
                    format!("Write `[{key}.ID]` and its keys below."),
                )
            }),
        }
    }
    list
}

pub(crate) fn targets(fields: &Fields, reading: &mut Reading) -> Vec<Target> {
    let mut targets = Vec::new();
    for (id, entry) in sections(fields, reading, "target", "Target") {
        entry.only_known(reading, keys::TARGET);
        targets.push(Target {
            id: id.to_owned(),
            engine: engine(&entry, reading),
            summary: entry.text(reading, "summary").unwrap_or_default(),
            database: entry.word(reading, "database"),
            connection: entry.word(reading, "connection"),
        });
    }
    targets
}

fn engine(entry: &Fields, reading: &mut Reading) -> Engine {
    let word = entry.needed(reading, "engine", "\"postgresql\"");
    match word.as_str() {
        "mysql" | "mariadb" => Engine::Mysql,
        "sqlite" => Engine::Sqlite,
        "postgresql" | "" => Engine::Postgresql,
        other => {
            entry.bad(reading, "engine", "unknown-engine", || {
                let near = similar::nearest(other, ["postgresql", "mysql", "sqlite", "mariadb"]);
                (
                    format!("`engine` is \"{}\"", short(other)),
                    match near {
                        Some(near) => format!("Write \"{near}\", if that is meant."),
                        None => "Write \"postgresql\", \"mysql\" or \"sqlite\".".to_owned(),
                    },
                )
            });
            Engine::Postgresql
        }
    }
}

pub(crate) fn projects(fields: &Fields, reading: &mut Reading) -> Vec<Project> {
    let mut projects = Vec::new();
    for (id, entry) in sections(fields, reading, "project", "Project") {
        entry.only_known(reading, keys::PROJECT);
        projects.push(Project {
            id: id.to_owned(),
            target: entry.reference(reading, "target", Kin::Target),
            path: entry.needed(reading, "path", "\".\""),
            framework: entry.word(reading, "framework"),
            python: entry.word(reading, "python"),
        });
    }
    projects
}

pub(crate) fn phases(
    fields: &Fields,
    reading: &mut Reading,
    zone: Option<Tz>,
) -> (Vec<Phase>, Vec<PhasePlace>) {
    let mut ids = Ids::default();
    let (mut phases, mut places) = (Vec::new(), Vec::new());
    for (index, entry) in fields.tables(reading, "phase", "Phase").iter().enumerate() {
        entry.only_known(reading, keys::PHASE);
        let id = ids.take(entry, reading, Need::Required("phase", index + 1));
        places.push(PhasePlace {
            after_at: entry.value_at("after"),
        });
        phases.push(Phase {
            title: titled(entry, reading, &id),
            id,
            summary: entry.text(reading, "summary").unwrap_or_default(),
            start: entry.time(reading, "start", zone),
            duration: entry.duration(reading, "duration"),
            after: entry.references(reading, "after", Kin::Phase),
        });
    }
    (phases, places)
}

pub(crate) fn windows(fields: &Fields, reading: &mut Reading, zone: Option<Tz>) -> Vec<Window> {
    let mut ids = Ids::default();
    let mut windows = Vec::new();
    for (index, entry) in fields
        .tables(reading, "window", "Window")
        .iter()
        .enumerate()
    {
        entry.only_known(reading, keys::WINDOW);
        let id = ids.take(entry, reading, Need::Optional("window", index + 1));
        if !entry.has("length") {
            entry.missing(reading, "length", "\"2h\"");
        }
        let length = entry.duration(reading, "length");
        if length == Some(Duration::ZERO) {
            entry.bad(reading, "length", "empty-window", || {
                (
                    "`length` is zero, so nothing fits".to_owned(),
                    "Write how long it is open.".to_owned(),
                )
            });
        }
        windows.push(Window {
            title: titled(entry, reading, &id),
            id,
            opens: entry.time(reading, "opens", zone),
            length: length.unwrap_or_default(),
            steps: entry
                .references(reading, "steps", Kin::Step)
                .unwrap_or_default(),
        });
    }
    windows
}

pub(crate) fn checklists(
    fields: &Fields,
    reading: &mut Reading,
    zone: Option<Tz>,
) -> Vec<Checklist> {
    let mut ids = Ids::default();
    let mut item_ids = Ids::default();
    let mut checklists = Vec::new();
    for (index, entry) in fields
        .tables(reading, "checklist", "Checklist")
        .iter()
        .enumerate()
    {
        entry.only_known(reading, keys::CHECKLIST);
        let id = ids.take(entry, reading, Need::Required("checklist", index + 1));
        let word = format!("{}, item", entry.what);
        let mut items = Vec::new();
        for (position, item) in entry.tables(reading, "item", &word).iter().enumerate() {
            item.only_known(reading, keys::ITEM);
            items.push(Item {
                id: item_ids.take(item, reading, Need::Required("item", position + 1)),
                title: item.needed(reading, "title", "\"…\""),
                owner: item.word(reading, "owner"),
                check: item.reference(reading, "check", Kin::Check),
                due: item.due(reading, "due", zone),
                signatures: item
                    .number(reading, "signatures", 1..=9)
                    .and_then(|number| u32::try_from(number).ok())
                    .unwrap_or(1),
            });
        }
        checklists.push(Checklist {
            title: titled(entry, reading, &id),
            id,
            before: entry.reference(reading, "before", Kin::Step),
            items,
        });
    }
    checklists
}

pub(crate) fn risks(fields: &Fields, reading: &mut Reading) -> Vec<Risk> {
    let mut ids = Ids::default();
    let mut risks = Vec::new();
    for (index, entry) in fields.tables(reading, "risk", "Risk").iter().enumerate() {
        entry.only_known(reading, keys::RISK);
        risks.push(Risk {
            id: ids.take(entry, reading, Need::Optional("risk", index + 1)),
            title: entry.needed(reading, "title", "\"…\""),
            mitigation: entry.text(reading, "mitigation").unwrap_or_default(),
            steps: entry
                .references(reading, "steps", Kin::Step)
                .unwrap_or_default(),
        });
    }
    risks
}

pub(crate) fn criteria(fields: &Fields, reading: &mut Reading) -> Vec<Criterion> {
    let mut ids = Ids::default();
    let mut criteria = Vec::new();
    for (index, entry) in fields
        .tables(reading, "criterion", "Criterion")
        .iter()
        .enumerate()
    {
        entry.only_known(reading, keys::CRITERION);
        criteria.push(Criterion {
            id: ids.take(entry, reading, Need::Optional("criterion", index + 1)),
            title: entry.needed(reading, "title", "\"…\""),
            check: entry.reference(reading, "check", Kin::Check),
            item: entry.reference(reading, "item", Kin::Item),
        });
    }
    criteria
}

pub(crate) fn cards(fields: &Fields, reading: &mut Reading) -> Vec<Card> {
    let mut ids = Ids::default();
    let mut cards = Vec::new();
    for (index, entry) in fields.tables(reading, "card", "Card").iter().enumerate() {
        entry.only_known(reading, keys::CARD);
        let mut symptoms = entry.list(reading, "symptoms");
        symptoms.extend(entry.text(reading, "symptom"));
        cards.push(Card {
            id: ids.take(entry, reading, Need::Optional("card", index + 1)),
            issue: entry.needed(reading, "issue", "\"…\""),
            symptoms,
            solution: entry.needed(reading, "solution", "\"…\""),
            steps: entry
                .references(reading, "steps", Kin::Step)
                .unwrap_or_default(),
        });
    }
    cards
}

/// Returns the title, or the id where there is none.
pub(crate) fn titled(entry: &Fields, reading: &mut Reading, id: &str) -> String {
    entry
        .word(reading, "title")
        .unwrap_or_else(|| id.to_owned())
}
