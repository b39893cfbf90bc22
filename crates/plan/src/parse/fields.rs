//! One table of the file: where its keys stand, which it may have, and the tables below it.

use std::ops::Range;
use std::rc::Rc;

use toml_edit::{Item, TableLike, Value};

use super::found::Found;
use super::short::short;
use super::{keys, secrets, similar};

/// What a value refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kin {
    Target,
    Project,
    Phase,
    Step,
    /// A step whose kind is `backup`.
    BackupStep,
    /// `step` or `step/check`.
    Check,
    Item,
}

/// One reference, to be checked when all ids are known.
pub(crate) struct Reference {
    /// Bytes of the value in the text.
    pub(crate) span: Range<usize>,
    /// What refers, for messages.
    pub(crate) from: Rc<str>,
    /// Key it refers with.
    pub(crate) key: &'static str,
    /// What it refers to.
    pub(crate) kin: Kin,
    /// Id as written.
    pub(crate) id: String,
}

/// What reading gathers beside the plan.
pub(crate) struct Reading<'f> {
    /// Problems.
    pub(crate) found: &'f mut Found,
    /// References.
    pub(crate) references: Vec<Reference>,
}

/// A text with its place.
pub(crate) struct Placed {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

/// One table of the file.
pub(crate) struct Fields<'a> {
    table: &'a dyn TableLike,
    /// How messages call it, e.g. `Step "backup"`.
    pub(crate) what: Rc<str>,
    /// Byte offset of its beginning.
    pub(crate) at: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(table: &'a dyn TableLike, what: impl Into<Rc<str>>, at: usize) -> Self {
        Self {
            table,
            what: what.into(),
            at,
        }
    }

    /// Names the table after its id, or after its position from 1 when it has none.
    fn named(table: &'a dyn TableLike, word: &str, position: usize, at: usize) -> Self {
        let what = match table.get("id").and_then(Item::as_str) {
            Some(id) => format!("{word} \"{}\"", short(id)),
            None => format!("{word} {position}"),
        };
        Self::new(table, what, at)
    }

    pub(crate) fn item(&self, key: &str) -> Option<&'a Item> {
        self.table.get(key).filter(|item| !item.is_none())
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.item(key).is_some()
    }

    /// Returns the bytes of a key's value; the beginning of the table when the key is absent.
    pub(crate) fn value_span(&self, key: &str) -> Range<usize> {
        self.item(key)
            .and_then(Item::span)
            .or_else(|| self.table.key(key).and_then(toml_edit::Key::span))
            .unwrap_or(self.at..self.at)
    }

    /// Returns the byte offset of a key's value, of the table when the key is absent.
    pub(crate) fn value_at(&self, key: &str) -> usize {
        self.value_span(key).start
    }

    /// Returns the byte offset of a key.
    pub(crate) fn key_at(&self, key: &str) -> usize {
        self.table
            .key(key)
            .and_then(toml_edit::Key::span)
            .map_or(self.at, |span| span.start)
    }

    /// Reports keys that `table` of [`keys::KEYS`] does not have.
    pub(crate) fn only_known(&self, reading: &mut Reading, table: &str) {
        let known = keys::of(table);
        for (key, item) in self.table.iter() {
            // A key that holds a secret has its own problem already.
            let secret = item.is_value() && secrets::is_secret_name(key);
            if item.is_none() || known.contains(&key) || secret {
                continue;
            }
            reading.found.add(self.key_at(key), "unknown-key", || {
                let hint = match similar::nearest(key, known.iter().copied()) {
                    Some(near) => format!("Write `{near}`, if that is meant, or remove the key."),
                    None => format!("Remove the key; known are {}.", known.join(", ")),
                };
                let what = &self.what;
                (format!("{what}: unknown key `{}`", short(key)), hint)
            });
        }
    }

    /// Reports that a value is not what its key needs.
    pub(crate) fn wrong(&self, reading: &mut Reading, key: &str, needs: &str, example: &str) {
        let is = self.item(key).map_or("nothing", type_words);
        let what = &self.what;
        reading.found.add(self.value_at(key), "wrong-type", || {
            (
                format!("{what}: `{key}` must be {needs}, not {is}"),
                format!("Write `{key} = {example}`."),
            )
        });
    }

    /// Reports a problem at a key's value.
    pub(crate) fn bad(
        &self,
        reading: &mut Reading,
        key: &str,
        code: &str,
        words: impl FnOnce() -> (String, String),
    ) {
        let what = &self.what;
        reading.found.add(self.value_at(key), code, || {
            let (message, hint) = words();
            (format!("{what}: {message}"), hint)
        });
    }

    /// Reports that a key is missing.
    pub(crate) fn missing(&self, reading: &mut Reading, key: &str, example: &str) {
        let what = &self.what;
        reading.found.add(self.at, "missing-key", || {
            (
                format!("{what} has no `{key}`"),
                format!("Add `{key} = {example}`."),
            )
        });
    }

    /// Returns the sub-table of a key, spelled inline, with a header or with dotted keys.
    pub(crate) fn table(&self, key: &str, what: impl Into<Rc<str>>) -> Option<Fields<'a>> {
        let table = self.item(key)?.as_table_like()?;
        Some(Fields::new(table, what, self.value_at(key)))
    }

    /// Returns the tables of a key that holds an array of tables, or one table, in either spelling.
    pub(crate) fn tables(&self, reading: &mut Reading, key: &str, word: &str) -> Vec<Fields<'a>> {
        let Some(item) = self.item(key) else {
            return Vec::new();
        };
        let mut tables = Vec::new();
        if let Some(array) = item.as_array_of_tables() {
            for (index, table) in array.iter().enumerate() {
                let at = table.span().map_or(self.at, |span| span.start);
                tables.push(Fields::named(table, word, index + 1, at));
            }
        } else if let Some(array) = item.as_array() {
            for (index, value) in array.iter().enumerate() {
                let at = value.span().map_or(self.at, |span| span.start);
                match value.as_inline_table() {
                    Some(table) => tables.push(Fields::named(table, word, index + 1, at)),
                    None => {
                        let what = &self.what;
                        reading.found.add(at, "wrong-type", || {
                            (
                                format!(
                                    "{what}: `{key}` holds {}, not a table",
                                    value_words(value)
                                ),
                                "Write a table in braces.".to_owned(),
                            )
                        });
                    }
                }
            }
        } else if let Some(table) = item.as_table_like() {
            tables.push(Fields::named(table, word, 1, self.value_at(key)));
        } else {
            let example = format!("[{{ … }}]` or `[[{key}]]");
            self.wrong(reading, key, "a list of tables", &example);
        }
        tables
    }

    /// Returns the keys and tables of a table of tables such as `[target.ID]`.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a str, &'a Item, usize)> {
        let table = self.table;
        let own = self.at;
        table
            .iter()
            .filter(|(_, item)| !item.is_none())
            .map(move |(key, item)| {
                let at = item
                    .span()
                    .or_else(|| table.key(key).and_then(toml_edit::Key::span))
                    .map_or(own, |span| span.start);
                (key, item, at)
            })
    }
}

/// Returns the type of an item with its article.
pub(crate) fn type_words(item: &Item) -> &'static str {
    match item {
        Item::None => "nothing",
        Item::Table(_) => "a table",
        Item::ArrayOfTables(_) => "a list of tables",
        Item::Value(value) => value_words(value),
    }
}

pub(crate) fn value_words(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date or time",
        Value::Array(_) => "a list",
        Value::InlineTable(_) => "a table",
    }
}
