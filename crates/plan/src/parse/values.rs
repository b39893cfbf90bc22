//! Typed reading of one key: a value of the wrong type becomes a problem that says the right one.

use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use toml_edit::Value;

use super::fields::{Fields, Kin, Placed, Reading, Reference, value_words};
use super::short::short;
use super::slug::is_slug;
use super::time;
use crate::duration;
use crate::model::Due;

impl Fields<'_> {
    pub(crate) fn text(&self, reading: &mut Reading, key: &str) -> Option<String> {
        let Some(text) = self.item(key)?.as_str() else {
            self.wrong(reading, key, "a text", "\"…\"");
            return None;
        };
        self.without_nul(reading, key, text, self.value_at(key));
        Some(plain(text))
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

    /// Reads a time relative to the start (`"-2h"`, `"30m"`) or a date-time.
    pub(crate) fn due(
        &self,
        reading: &mut Reading,
        key: &str,
        zone: Option<chrono_tz::Tz>,
    ) -> Option<Due> {
        let relative = self.item(key)?.as_str().and_then(|text| {
            let text = text.trim();
            match text.strip_prefix('-') {
                Some(rest) => duration::parse(rest).map(Due::Before),
                None => duration::parse(text.strip_prefix('+').unwrap_or(text)).map(Due::After),
            }
        });
        relative.or_else(|| self.time(reading, key, zone).map(Due::At))
    }

    /// Reads a list of texts; one text stands for a list of one. `None` when the key is absent.
    pub(crate) fn texts(&self, reading: &mut Reading, key: &str) -> Option<Vec<Placed>> {
        let item = self.item(key)?;
        if let Some(text) = item.as_str() {
            let span = self.value_span(key);
            self.without_nul(reading, key, text, span.start);
            return Some(vec![Placed {
                text: plain(text),
                span,
            }]);
        }
        let mut texts = Vec::new();
        let Some(array) = item.as_array() else {
            self.wrong(reading, key, "a list of texts", "[\"…\"]");
            return Some(texts);
        };
        for value in array {
            let span = value.span().unwrap_or(self.at..self.at);
            if let Some(text) = value.as_str() {
                self.without_nul(reading, key, text, span.start);
                texts.push(Placed {
                    text: plain(text),
                    span,
                });
            } else {
                let what = &self.what;
                reading.found.add(span.start, "wrong-type", || {
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
        self.refer(reading, key, kin, &id, self.value_span(key));
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
            self.refer(reading, key, kin, &placed.text, placed.span);
            ids.push(placed.text);
        }
        Some(ids)
    }

    fn refer(
        &self,
        reading: &mut Reading,
        key: &'static str,
        kin: Kin,
        id: &str,
        span: Range<usize>,
    ) {
        reading.references.push(Reference {
            span,
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
        if !is_slug(id) {
            reading.found.add(at, "bad-id", || {
                (
                    format!("\"{}\" cannot be an id", short(id)),
                    "Use letters, digits, `-`, `_` and `.`, with a letter or digit first."
                        .to_owned(),
                )
            });
        }
    }
}

/// Returns a text with plain line ends, so that a plan means the same in a file with CRLF.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
}
