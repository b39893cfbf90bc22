//! Values an edit may set, and how they are written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml_edit::{Array, InlineTable, TableLike, Value};

/// A value to be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// True or false.
    Yes(bool),
    /// A whole number.
    Whole(i64),
    /// Any number.
    Number(f64),
    /// A text; for `start` and `opens` it is written as a time when it is one.
    Text(String),
    /// A list.
    List(Vec<Setting>),
    /// A table, written inline.
    Table(BTreeMap<String, Setting>),
}

/// A key, or keys that lead below a table, and its value.
pub type Entry = (Vec<String>, Setting);

impl From<bool> for Setting {
    fn from(yes: bool) -> Self {
        Setting::Yes(yes)
    }
}

impl From<i64> for Setting {
    fn from(number: i64) -> Self {
        Setting::Whole(number)
    }
}

impl From<&str> for Setting {
    fn from(text: &str) -> Self {
        Setting::Text(text.to_owned())
    }
}

impl From<String> for Setting {
    fn from(text: String) -> Self {
        Setting::Text(text)
    }
}

impl From<&[&str]> for Setting {
    fn from(list: &[&str]) -> Self {
        Setting::List(list.iter().map(|text| Setting::from(*text)).collect())
    }
}

impl From<&[String]> for Setting {
    fn from(list: &[String]) -> Self {
        Setting::List(
            list.iter()
                .map(|text| Setting::from(text.as_str()))
                .collect(),
        )
    }
}

impl Setting {
    /// Returns the text of the value for a key of this name in a file with this line end.
    pub(crate) fn written(&self, key: &str, newline: &str) -> String {
        if let (Setting::Text(text), "start" | "opens") = (self, key)
            && let Ok(time) = text.parse::<toml_edit::Datetime>()
            && time.date.is_some()
            && time.time.is_some()
        {
            return time.to_string();
        }
        let text = self.to_value().to_string();
        // Only the line ends inside multi-line strings stand bare in a value's text.
        if newline == "\n" {
            text
        } else {
            text.replace('\n', newline)
        }
    }

    /// Returns the value as TOML, in a file with plain line ends.
    pub(crate) fn in_toml(&self) -> String {
        self.to_value().to_string()
    }

    fn to_value(&self) -> Value {
        match self {
            Setting::Yes(yes) => Value::from(*yes),
            Setting::Whole(number) => Value::from(*number),
            Setting::Number(number) => Value::from(*number),
            Setting::Text(text) => Value::from(text.replace("\r\n", "\n")),
            Setting::List(list) => {
                Value::Array(list.iter().map(Setting::to_value).collect::<Array>())
            }
            Setting::Table(table) => Value::InlineTable(
                table
                    .iter()
                    .map(|(key, setting)| (key.as_str(), setting.to_value()))
                    .collect::<InlineTable>(),
            ),
        }
    }

    /// Returns true when the file's value already means this.
    pub(crate) fn is(&self, value: &Value) -> bool {
        match (self, value) {
            (Setting::Yes(yes), Value::Boolean(there)) => yes == there.value(),
            (Setting::Whole(number), Value::Integer(there)) => number == there.value(),
            (Setting::Number(number), Value::Float(there)) => number == there.value(),
            (Setting::Text(text), Value::String(there)) => {
                text.replace("\r\n", "\n") == there.value().replace("\r\n", "\n")
            }
            (Setting::Text(text), Value::Datetime(there)) => *text == there.value().to_string(),
            (Setting::List(list), Value::Array(there)) => {
                list.len() == there.len()
                    && list
                        .iter()
                        .zip(there)
                        .all(|(setting, value)| setting.is(value))
            }
            (Setting::Table(_), Value::InlineTable(there)) => self.is_table(there),
            _ => false,
        }
    }

    /// Returns true when the file's table already means this.
    pub(crate) fn is_table(&self, there: &dyn TableLike) -> bool {
        let Setting::Table(table) = self else {
            return false;
        };
        table.len() == there.len()
            && table.iter().all(|(key, setting)| match there.get(key) {
                Some(toml_edit::Item::Value(value)) => setting.is(value),
                Some(toml_edit::Item::Table(inner)) => setting.is_table(inner),
                _ => false,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Editor;

    #[test]
    fn blank_lines_at_either_end_of_a_text_are_written_as_they_are() {
        let text = "name = \"x\"\n\n[[step]]\nid = \"a\" # c\nnotes = \"\"\"\n\nWhy.\n\n\n\"\"\" # d\nmanual = \"m\"\n\n# end\n";
        for newline in ["\n", "\r\n"] {
            let before = text.replace('\n', newline);
            let mut editor = Editor::open(before.as_str()).expect("it opens");
            let notes = editor.plan().0.steps[0].notes.clone();
            assert_eq!(notes.replace("\r\n", "\n"), "\nWhy.\n\n\n");
            editor
                .set("a", &["notes"], notes.clone())
                .expect("it is set");
            assert_eq!(editor.text(), before, "the same text changes nothing");
            let other = notes.replace("Why.", "Why not.");
            editor.set("a", &["notes"], other).expect("it is set");
            assert_eq!(editor.text(), before.replace("Why.", "Why not."));
        }
    }
}
