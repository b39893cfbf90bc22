//! Finds elements and their values in a document.

use toml_edit::{ArrayOfTables, Item, Table, TableLike, Value};

use crate::parse::Toml;
use crate::problem::Problem;

/// Sorts of elements a plan has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// `[[step]]`
    Step,
    /// `[[phase]]`
    Phase,
    /// `[[window]]`
    Window,
    /// `[[checklist]]`
    Checklist,
    /// `[[risk]]`
    Risk,
    /// `[[criterion]]`
    Criterion,
    /// `[[card]]`
    Card,
    /// `[target.ID]`
    Target,
    /// `[project.ID]`
    Project,
}

impl Sort {
    /// Returns the key in the file.
    pub fn key(self) -> &'static str {
        match self {
            Sort::Step => "step",
            Sort::Phase => "phase",
            Sort::Window => "window",
            Sort::Checklist => "checklist",
            Sort::Risk => "risk",
            Sort::Criterion => "criterion",
            Sort::Card => "card",
            Sort::Target => "target",
            Sort::Project => "project",
        }
    }
}

/// Where a step goes in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot<'a> {
    /// Before all steps.
    First,
    /// Right after the step with this id.
    After(&'a str),
    /// After all steps.
    Last,
}

/// One element of the plan, or the plan itself.
#[derive(Clone, Copy)]
pub(crate) enum Element<'a> {
    Top,
    Named(Sort, &'a str),
    Numbered(Sort, usize),
}

/// A place in the document.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    Table(&'a Table),
    Tables(&'a ArrayOfTables),
    Value(&'a Value),
}

impl<'a> At<'a> {
    pub(crate) fn of(item: &'a Item) -> Option<Self> {
        match item {
            Item::None => None,
            Item::Value(value) => Some(At::Value(value)),
            Item::Table(table) => Some(At::Table(table)),
            Item::ArrayOfTables(tables) => Some(At::Tables(tables)),
        }
    }

    /// Returns what a key, or a number from 0 in a list, leads to.
    pub(crate) fn child(self, name: &str) -> Option<Self> {
        match self {
            At::Table(table) => At::of(table.get(name)?),
            At::Tables(tables) => tables.get(name.parse().ok()?).map(At::Table),
            At::Value(Value::InlineTable(table)) => table.get(name).map(At::Value),
            At::Value(Value::Array(array)) => array.get(name.parse().ok()?).map(At::Value),
            At::Value(_) => None,
        }
    }

    /// Returns true when keys can be added here: under a header, or between braces.
    pub(crate) fn is_home(self) -> bool {
        match self {
            At::Table(table) => !table.is_dotted() && !table.is_implicit(),
            At::Value(Value::InlineTable(table)) => !table.is_dotted(),
            At::Tables(_) | At::Value(_) => false,
        }
    }

    pub(crate) fn is_table(self) -> bool {
        matches!(self, At::Table(_) | At::Value(Value::InlineTable(_)))
    }

    fn id(self) -> Option<&'a str> {
        let table: &dyn TableLike = match self {
            At::Table(table) => table,
            At::Value(Value::InlineTable(table)) => table,
            At::Tables(_) | At::Value(_) => return None,
        };
        table.get("id")?.as_str()
    }
}

/// Returns all elements of a sort, in the order of the file, with their ids.
pub(crate) fn all<'a>(document: &'a Toml, sort: Sort) -> Vec<(Option<&'a str>, At<'a>)> {
    let Some(item) = document.get(sort.key()) else {
        return Vec::new();
    };
    if matches!(sort, Sort::Target | Sort::Project) {
        return item.as_table_like().map_or_else(Vec::new, |table| {
            table
                .iter()
                .filter_map(|(id, item)| Some((Some(id), At::of(item)?)))
                .collect()
        });
    }
    let list: Vec<At> = match item {
        Item::ArrayOfTables(tables) => tables.iter().map(At::Table).collect(),
        Item::Value(Value::Array(array)) => array.iter().map(At::Value).collect(),
        _ => Vec::new(),
    };
    list.into_iter().map(|at| (at.id(), at)).collect()
}

/// Returns the place of an element.
///
/// # Errors
/// When there is none.
pub(crate) fn element<'a>(document: &'a Toml, element: Element) -> Result<At<'a>, Problem> {
    match element {
        Element::Top => Ok(At::Table(document.as_table())),
        Element::Named(sort, id) => {
            let list = all(document, sort);
            position(&list, sort.key(), id)
                .map(|position| list[position].1)
                .ok_or_else(|| missing(sort, id))
        }
        Element::Numbered(sort, index) => all(document, sort)
            .into_iter()
            .nth(index)
            .map(|(_, at)| at)
            .ok_or_else(|| missing(sort, &(index + 1).to_string())),
    }
}

/// Returns the position of an element in a list of its sort. One without an id in the file is named by its word and
/// position, as [`crate::parse`] names it.
pub(crate) fn position(list: &[(Option<&str>, At)], word: &str, id: &str) -> Option<usize> {
    list.iter()
        .position(|(there, _)| *there == Some(id))
        .or_else(|| {
            let number = id.strip_prefix(word)?.strip_prefix('-')?;
            let position = number.parse::<usize>().ok()?.checked_sub(1)?;
            list.get(position)
                .is_some_and(|(there, _)| there.is_none())
                .then_some(position)
        })
}

/// Returns the items of a checklist with their ids.
pub(crate) fn items(list: At<'_>) -> Vec<(Option<&str>, At<'_>)> {
    let items: Vec<At> = match list.child("item") {
        Some(At::Tables(tables)) => tables.iter().map(At::Table).collect(),
        Some(At::Value(Value::Array(array))) => array.iter().map(At::Value).collect(),
        _ => Vec::new(),
    };
    items.into_iter().map(|at| (at.id(), at)).collect()
}

/// Returns the problem that there is no such element.
pub(crate) fn missing(sort: Sort, id: &str) -> Problem {
    let word = sort.key();
    Problem::new(
        format!("missing-{word}"),
        format!("The plan has no {word} \"{id}\""),
        format!("Open the plan again and choose a {word} that is there."),
    )
}
