//! Adds and removes whole elements of every sort besides steps, and edits the items of checklists.

use toml_edit::{Item, Key, Value};

use super::find::{At, Element, Sort, all, element, items, missing, position};
use super::ids::free_id;
use super::layout::Layout;
use super::sequence::Sequence;
use super::setting::{Entry, Setting};
use super::splice::{Splice, insert_block, line_end};
use super::{Editor, secrets, values};
use crate::parse::{self, Kin, Toml};
use crate::problem::Problem;

impl Editor {
    /// Adds an element with these values after the others of its sort. A first target comes before every header, a
    /// first phase or window before the steps, anything else at the end.
    ///
    /// # Errors
    /// When the id is taken or cannot be one, or the values do not go together.
    pub fn add_element(&mut self, sort: Sort, id: &str, entries: &[Entry]) -> Result<(), Problem> {
        secrets::refuse_entries(&[], entries)?;
        let document = self.document();
        let others = all(&document, sort);
        free_id(id, position(&others, sort.key(), id))?;
        let newline = line_end(self.text());
        let splice = match document.get(sort.key()) {
            Some(Item::Value(Value::Array(array))) => {
                let table = format!("{{ {} }}", lines(Some(id), entries, newline).join(", "));
                Sequence::of_array(self.text(), array)
                    .map_or_else(Vec::new, |list| list.push(&table))
            }
            _ => {
                let layout = Layout::of(&document, self.text());
                let last = others
                    .last()
                    .and_then(|(_, at)| layout.lines_of(*at).last().map(|lines| lines.end));
                let at = last.unwrap_or_else(|| first_place(&document, &layout, sort, self.text()));
                vec![insert_block(
                    self.text(),
                    at,
                    &block(sort, id, entries, newline),
                )]
            }
        };
        self.apply(splice)
    }

    /// Removes an element with its lines. Steps of a removed phase belong to none, and phases that waited for it do
    /// not.
    ///
    /// # Errors
    /// When there is no such element, or something names it that cannot do without.
    pub fn remove_element(&mut self, sort: Sort, id: &str) -> Result<(), Problem> {
        let document = self.document();
        let list = all(&document, sort);
        let at = position(&list, sort.key(), id).ok_or_else(|| missing(sort, id))?;
        let text = self.text();
        let mut splices = match sort {
            Sort::Step => return self.remove_step(id),
            Sort::Phase => detached(&document, text, id),
            Sort::Target => {
                refuse_named(&document, &[(Kin::Target, id)], "Target", id).map(|()| Vec::new())?
            }
            Sort::Project => refuse_named(&document, &[(Kin::Project, id)], "Project", id)
                .map(|()| Vec::new())?,
            Sort::Checklist => {
                let items = items(list[at].1);
                let named: Vec<(Kin, &str)> = items
                    .iter()
                    .filter_map(|(id, _)| Some((Kin::Item, (*id)?)))
                    .collect();
                refuse_named(&document, &named, "Checklist", id).map(|()| Vec::new())?
            }
            Sort::Window | Sort::Risk | Sort::Criterion | Sort::Card => Vec::new(),
        };
        let number = at.to_string();
        let path = match sort {
            Sort::Target | Sort::Project => [sort.key(), id],
            _ => [sort.key(), number.as_str()],
        };
        splices.extend(values::remove(&document, text, Element::Top, &path)?);
        self.apply(splices)
    }

    /// Sets a value of the plan itself, by the keys that lead to it.
    ///
    /// # Errors
    /// When the path leads through something that is no table.
    pub fn set_plan(&mut self, path: &[&str], value: impl Into<Setting>) -> Result<(), Problem> {
        self.change(Element::Top, path, &value.into())
    }

    /// Removes a key of the plan itself, by the keys that lead to it.
    ///
    /// # Errors
    /// When the file cannot be edited there.
    pub fn remove_plan(&mut self, path: &[&str]) -> Result<(), Problem> {
        self.take_out(Element::Top, path)
    }

    /// Sets a value of a checklist's item, as [`Editor::set`] does.
    ///
    /// # Errors
    /// When there is no such checklist or item.
    pub fn set_item(
        &mut self,
        checklist: &str,
        item: &str,
        path: &[&str],
        value: impl Into<Setting>,
    ) -> Result<(), Problem> {
        let number = self.item_number(checklist, item)?;
        let path = [&["item", number.as_str()], path].concat();
        self.set_in(Sort::Checklist, checklist, &path, value)
    }

    /// Removes a key of a checklist's item, or with an empty path the item.
    ///
    /// # Errors
    /// When there is no such checklist or item, or a criterion names the item.
    pub fn remove_item(
        &mut self,
        checklist: &str,
        item: &str,
        path: &[&str],
    ) -> Result<(), Problem> {
        let number = self.item_number(checklist, item)?;
        if path.is_empty() {
            let document = self.document();
            refuse_named(&document, &[(Kin::Item, item)], "Item", item)?;
        }
        let path = [&["item", number.as_str()], path].concat();
        self.remove_in(Sort::Checklist, checklist, &path)
    }

    fn item_number(&self, checklist: &str, item: &str) -> Result<String, Problem> {
        let document = self.document();
        let list = element(&document, Element::Named(Sort::Checklist, checklist))?;
        position(&items(list), "item", item)
            .map(|position| position.to_string())
            .ok_or_else(|| {
                Problem::new(
                    "missing-item",
                    format!("Checklist \"{checklist}\" has no item \"{item}\""),
                    "Choose an item that is there.",
                )
            })
    }
}

/// Returns the lines of a header with its keys.
pub(crate) fn block(sort: Sort, id: &str, entries: &[Entry], newline: &str) -> String {
    let key = sort.key();
    let (header, own) = match sort {
        Sort::Target | Sort::Project => (format!("[{key}.{}]", Key::new(id)), None),
        _ => (format!("[[{key}]]"), Some(id)),
    };
    [vec![header], lines(own, entries, newline)]
        .concat()
        .join(newline)
}

fn lines(id: Option<&str>, entries: &[Entry], newline: &str) -> Vec<String> {
    let line = |path: &[String], value: &Setting| {
        let keys: Vec<String> = path
            .iter()
            .map(|key| Key::new(key.as_str()).to_string())
            .collect();
        let last = path.last().map_or("", String::as_str);
        format!("{} = {}", keys.join("."), value.written(last, newline))
    };
    let own = id.map(|id| line(&["id".to_owned()], &id.into()));
    own.into_iter()
        .chain(entries.iter().map(|(path, value)| line(path, value)))
        .collect()
}

fn first_place(document: &Toml, layout: &Layout, sort: Sort, text: &str) -> usize {
    let before: &[Sort] = match sort {
        Sort::Target => return layout.top_end(),
        Sort::Project | Sort::Phase => &[Sort::Phase, Sort::Window, Sort::Step],
        Sort::Window => &[Sort::Step],
        _ => &[],
    };
    before
        .iter()
        .find_map(|sort| layout.first_of(document, *sort))
        .unwrap_or(text.len())
}

/// Returns the removals of a phase's name from steps and phases.
fn detached(document: &Toml, text: &str, id: &str) -> Vec<Splice> {
    let names = |at: At| matches!(at, At::Value(value) if value.as_str() == Some(id));
    let mut splices = Vec::new();
    for (_, step) in all(document, Sort::Step) {
        if step.child("phase").is_some_and(names) {
            splices.extend(values::remove_below(document, text, step, &["phase"]));
        }
    }
    for (_, phase) in all(document, Sort::Phase) {
        let Some(At::Value(Value::Array(after))) = phase.child("after") else {
            continue;
        };
        if let Some(at) = after.iter().position(|name| name.as_str() == Some(id)) {
            let path = ["after", &at.to_string()];
            splices.extend(values::remove_below(document, text, phase, &path));
        }
    }
    splices
}

/// Refuses to remove what something else names.
fn refuse_named(
    document: &Toml,
    named: &[(Kin, &str)],
    word: &str,
    id: &str,
) -> Result<(), Problem> {
    let by = parse::references(document).into_iter().find(|reference| {
        named
            .iter()
            .any(|(kin, id)| *kin == reference.kin && *id == reference.id)
    });
    match by {
        None => Ok(()),
        Some(by) => Err(Problem::new(
            format!("{}-in-use", word.to_lowercase()),
            format!(
                "{word} \"{id}\" cannot be removed: `{}` of {} names it",
                by.key, by.from
            ),
            format!("Change {} first.", by.from),
        )),
    }
}
