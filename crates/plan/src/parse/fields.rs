//! Typed reading of one table's keys: every key that has the wrong type becomes a problem that says the right one.

use std::rc::Rc;
use std::time::Duration;

use toml_edit::{Item, TableLike, Value};

use super::found::Found;
use super::short::short;
use super::{keys, secrets, similar, time};
use crate::duration;

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
    /// Byte offset of the value.
    pub(crate) at: usize,
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
    pub(crate) at: usize,
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

    /// Returns the byte offset of a key's value, of the table when the key is absent.
    pub(crate) fn value_at(&self, key: &str) -> usize {
        self.item(key)
            .and_then(Item::span)
            .or_else(|| self.table.key(key).and_then(toml_edit::Key::span))
            .map_or(self.at, |span| span.start)
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

    pub(crate) fn text(&self, reading: &mut Reading, key: &str) -> Option<String> {
        let Some(text) = self.item(key)?.as_str() else {
            self.wrong(reading, key, "a text", "\"…\"");
            return None;
        };
        self.without_nul(reading, key, text, self.value_at(key));
        Some(text.to_owned())
    }

    /// Reports the NUL character, which no database and no program takes in a text.
    fn without_nul(&self, reading: &mut Reading, key: &str, text: &str, at: usize) {
        if text.contains('\0') {
            let what = &self.what;
            reading.found.add(at, "nul-character", || {
                (
                    format!("{what}: `{key}` holds the NUL character"),
                    "Remove `\\u0000` from the text.".to_owned(),
                )
            });
        }
    }

    /// Reads a text that must not be blank.
    pub(crate) fn word(&self, reading: &mut Reading, key: &str) -> Option<String> {
        let text = self.text(reading, key)?;
        if text.trim().is_empty() {
            self.bad(reading, key, "empty-value", || {
                (
                    format!("`{key}` is empty"),
                    format!("Fill `{key}` in, or remove it."),
                )
            });
            return None;
        }
        Some(text)
    }

    /// Reads a text that must be there and not be blank.
    pub(crate) fn needed(&self, reading: &mut Reading, key: &str, example: &str) -> String {
        if !self.has(key) {
            self.missing(reading, key, example);
        }
        self.word(reading, key).unwrap_or_default()
    }

    pub(crate) fn yes(&self, reading: &mut Reading, key: &str) -> bool {
        self.yes_or_no(reading, key).unwrap_or(false)
    }

    pub(crate) fn yes_or_no(&self, reading: &mut Reading, key: &str) -> Option<bool> {
        let item = self.item(key)?;
        let value = item.as_bool();
        if value.is_none() {
            self.wrong(reading, key, "true or false", "true");
        }
        value
    }

    /// Reads a whole number in a range.
    pub(crate) fn number(
        &self,
        reading: &mut Reading,
        key: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let item = self.item(key)?;
        let Some(value) = item.as_integer() else {
            let example = range.start().to_string();
            self.wrong(reading, key, "a whole number", &example);
            return None;
        };
        if !range.contains(&value) {
            self.bad(reading, key, "out-of-range", || {
                (
                    format!(
                        "`{key}` is {value}, outside {} to {}",
                        range.start(),
                        range.end()
                    ),
                    format!("Write `{key} = {}` or more.", range.start()),
                )
            });
            return None;
        }
        Some(value)
    }

    pub(crate) fn duration(&self, reading: &mut Reading, key: &str) -> Option<Duration> {
        let item = self.item(key)?;
        let Some(text) = item.as_str() else {
            self.wrong(reading, key, "a duration as text", "\"30s\"");
            return None;
        };
        let duration = duration::parse(text);
        if duration.is_none() {
            self.bad(reading, key, "bad-duration", || {
                (
                    format!("`{key}` is \"{}\", which is no duration", short(text)),
                    format!("Write `{key} = \"1h30m\"`; units are ms, s, m, h, d and w."),
                )
            });
        }
        duration
    }

    /// Reads a date-time and returns it in one spelling: `2026-12-05T01:00:00`, with an offset when it has one.
    pub(crate) fn time(
        &self,
        reading: &mut Reading,
        key: &str,
        zone: Option<chrono_tz::Tz>,
    ) -> Option<String> {
        let item = self.item(key)?;
        let written = match item.as_value() {
            Some(Value::Datetime(value)) => value.value().to_string(),
            Some(Value::String(value)) => value.value().clone(),
            _ => {
                self.wrong(reading, key, "a date and time", "2026-12-05T01:00:00");
                return None;
            }
        };
        match time::read(&written, zone) {
            Ok(text) => Some(text),
            Err(fault) => {
                self.bad(reading, key, fault.code(), || {
                    (fault.message(key, &short(&written)), fault.hint(key))
                });
                None
            }
        }
    }

    /// Reads a list of texts; one text stands for a list of one. `None` when the key is absent.
    pub(crate) fn texts(&self, reading: &mut Reading, key: &str) -> Option<Vec<Placed>> {
        let item = self.item(key)?;
        if let Some(text) = item.as_str() {
            let at = self.value_at(key);
            self.without_nul(reading, key, text, at);
            return Some(vec![Placed {
                text: text.to_owned(),
                at,
            }]);
        }
        let mut texts = Vec::new();
        let Some(array) = item.as_array() else {
            self.wrong(reading, key, "a list of texts", "[\"…\"]");
            return Some(texts);
        };
        for value in array {
            let at = value.span().map_or(self.at, |span| span.start);
            if let Some(text) = value.as_str() {
                self.without_nul(reading, key, text, at);
                texts.push(Placed {
                    text: text.to_owned(),
                    at,
                });
            } else {
                let what = &self.what;
                reading.found.add(at, "wrong-type", || {
                    (
                        format!("{what}: `{key}` holds {}, not a text", value_words(value)),
                        format!("Write `{key} = [\"…\"]`."),
                    )
                });
            }
        }
        Some(texts)
    }

    /// Reads a list of texts without their places.
    pub(crate) fn list(&self, reading: &mut Reading, key: &str) -> Vec<String> {
        self.texts(reading, key)
            .unwrap_or_default()
            .into_iter()
            .map(|placed| placed.text)
            .collect()
    }

    /// Reads the id of another element.
    pub(crate) fn reference(
        &self,
        reading: &mut Reading,
        key: &'static str,
        kin: Kin,
    ) -> Option<String> {
        let id = self.word(reading, key)?;
        self.refer(reading, key, kin, &id, self.value_at(key));
        Some(id)
    }

    /// Reads a list of ids of other elements.
    pub(crate) fn references(
        &self,
        reading: &mut Reading,
        key: &'static str,
        kin: Kin,
    ) -> Option<Vec<String>> {
        let texts = self.texts(reading, key)?;
        let mut ids: Vec<String> = Vec::with_capacity(texts.len());
        for placed in texts {
            self.refer(reading, key, kin, &placed.text, placed.at);
            ids.push(placed.text);
        }
        Some(ids)
    }

    fn refer(&self, reading: &mut Reading, key: &'static str, kin: Kin, id: &str, at: usize) {
        reading.references.push(Reference {
            at,
            from: Rc::clone(&self.what),
            key,
            kin,
            id: id.to_owned(),
        });
    }

    /// Reads an id, and reports one that is missing or not a slug.
    pub(crate) fn id(&self, reading: &mut Reading) -> Option<String> {
        let id = self.word(reading, "id")?;
        self.slug(reading, &id, self.value_at("id"));
        Some(id)
    }

    /// Reports an id that is not a slug.
    pub(crate) fn slug(&self, reading: &mut Reading, id: &str, at: usize) {
        let good = id.chars().next().is_some_and(char::is_alphanumeric)
            && id.len() <= 200
            && id
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if !good {
            reading.found.add(at, "bad-id", || {
                (
                    format!("\"{}\" cannot be an id", short(id)),
                    "Use letters, digits, `-`, `_` and `.`, with a letter or digit first."
                        .to_owned(),
                )
            });
        }
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

fn value_words(value: &Value) -> &'static str {
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
