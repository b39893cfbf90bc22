//! What a query must return: `expect`.

use toml_edit::Value;

use super::fields::{Fields, Reading};
use super::keys;
use crate::model::Expect;

/// Reads `expect`; `None` when it is absent or wrong.
pub(crate) fn read(fields: &Fields, reading: &mut Reading) -> Option<Expect> {
    let item = fields.item("expect")?;
    if let Some(value) = item.as_value().and_then(scalar) {
        return Some(Expect::Value(value));
    }
    let Some(table) = fields.table("expect", format!("{}, expect", fields.what)) else {
        let needs = "a value, or a table with `min` and `max`, `rows` or `table`";
        fields.wrong(reading, "expect", needs, "0");
        return None;
    };
    table.only_known(reading, keys::EXPECT);
    let range = table.has("min") || table.has("max");
    let forms = [range, table.has("rows"), table.has("table")];
    if forms.iter().filter(|there| **there).count() != 1 {
        let what = &table.what;
        reading.found.add(table.at, "bad-expect", || {
            (
                format!(
                    "{what} must have `min` and `max`, or `rows`, or `table`, and only one of these"
                ),
                "Write a value, `{ min = 1 }`, `{ rows = 3 }` or `{ table = [[\"a\", 1]] }`."
                    .to_owned(),
            )
        });
        return None;
    }
    if range {
        return between(&table, reading);
    }
    if table.has("rows") {
        let rows = table.number(reading, "rows", 0..=i64::MAX)?;
        return u64::try_from(rows).ok().map(Expect::Rows);
    }
    rows(&table, reading)
}

fn between(table: &Fields, reading: &mut Reading) -> Option<Expect> {
    let min = bound(table, reading, "min")?;
    let max = bound(table, reading, "max")?;
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        table.bad(reading, "min", "empty-range", || {
            (
                format!("`min` is {min}, above `max`, which is {max}, so no number passes"),
                "Swap them.".to_owned(),
            )
        });
        return None;
    }
    Some(Expect::Range { min, max })
}

/// Returns one end of a range; `None` when it is wrong.
#[expect(
    clippy::option_option,
    reason = "outside: was it readable; inside: was it there"
)]
fn bound(table: &Fields, reading: &mut Reading, key: &str) -> Option<Option<f64>> {
    let Some(item) = table.item(key) else {
        return Some(None);
    };
    // A count beyond 2^53 loses its last digits here; a range is not meant for such.
    #[expect(
        clippy::cast_precision_loss,
        reason = "ranges are compared as floating point"
    )]
    let number = item
        .as_float()
        .or_else(|| item.as_integer().map(|whole| whole as f64));
    match number {
        Some(number) if number.is_finite() => Some(Some(number)),
        _ => {
            table.wrong(reading, key, "a finite number", "1");
            None
        }
    }
}

fn rows(table: &Fields, reading: &mut Reading) -> Option<Expect> {
    let rows: Option<Vec<Vec<Option<String>>>> = table
        .item("table")
        .and_then(|item| item.as_array())
        .and_then(|rows| {
            rows.iter()
                .map(|row| row.as_array()?.iter().map(cell).collect())
                .collect()
        });
    if rows.is_none() {
        table.wrong(
            reading,
            "table",
            "a list of rows, each a list of values",
            "[[\"a\", 1]]",
        );
    }
    rows.map(Expect::Table)
}

/// Returns the text of a cell; `{ null = true }` stands for NULL, which TOML has no word for.
#[expect(
    clippy::option_option,
    reason = "outside: was it readable; inside: NULL"
)]
fn cell(value: &Value) -> Option<Option<String>> {
    if let Some(table) = value.as_inline_table() {
        let null = table.len() == 1 && table.get("null").and_then(Value::as_bool) == Some(true);
        return null.then_some(None);
    }
    scalar(value).map(Some)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Float(number) => Some(number.value().to_string()),
        Value::Boolean(word) => Some(word.value().to_string()),
        Value::Datetime(time) => Some(time.value().to_string()),
        Value::Array(_) | Value::InlineTable(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::found::Found;
    use super::*;

    fn check(text: &str, expect: Result<Expect, &str>) {
        let document = toml_edit::Document::parse(text).expect(text);
        let mut found = Found::default();
        let mut reading = Reading {
            found: &mut found,
            references: Vec::new(),
        };
        let got = read(&Fields::new(document.as_table(), "it", 0), &mut reading);
        match expect {
            Ok(expect) => assert_eq!((got, found.placed(text)), (Some(expect), vec![]), "{text}"),
            Err(code) => {
                assert_eq!(got, None, "{text}");
                assert_eq!(found.placed(text)[0].code, code, "{text}");
            }
        }
    }

    #[test]
    fn a_scalar_is_a_value() {
        check("expect = 0", Ok(Expect::Value("0".into())));
        check("expect = 1_000", Ok(Expect::Value("1000".into())));
        check("expect = 0.5", Ok(Expect::Value("0.5".into())));
        check("expect = \"a b\"", Ok(Expect::Value("a b".into())));
        check("expect = true", Ok(Expect::Value("true".into())));
    }

    #[test]
    fn a_table_is_a_range_a_count_or_rows() {
        let range = |min, max| Ok(Expect::Range { min, max });
        check("expect = { min = 1 }", range(Some(1.0), None));
        check("expect.max = 2.5", range(None, Some(2.5)));
        check("[expect]\nrows = 3", Ok(Expect::Rows(3)));
        check(
            "expect = { table = [[\"a\", 1], [{ null = true }, true]] }",
            Ok(Expect::Table(vec![
                vec![Some("a".into()), Some("1".into())],
                vec![None, Some("true".into())],
            ])),
        );
        check("expect = { table = [] }", Ok(Expect::Table(vec![])));
    }

    #[test]
    fn anything_else_is_a_problem() {
        check("expect = [1]", Err("wrong-type"));
        check("expect = {}", Err("bad-expect"));
        check("expect = { min = 1, rows = 2 }", Err("bad-expect"));
        check("expect = { min = 3, max = 2 }", Err("empty-range"));
        check("expect = { min = nan }", Err("wrong-type"));
        check("expect = { rows = -1 }", Err("out-of-range"));
        check("expect = { table = [1] }", Err("wrong-type"));
        check(
            "expect = { table = [[{ null = false }]] }",
            Err("wrong-type"),
        );
    }
}
