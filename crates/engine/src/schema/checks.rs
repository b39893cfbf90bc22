//! The CHECK constraints of an SQLite table, which only the text of its CREATE TABLE tells.

use super::{Constraint, ConstraintKind};

/// Returns the checks in the text of a `CREATE TABLE`, in order.
pub(super) fn checks(sql: &str) -> Vec<Constraint> {
    let mut found = Vec::new();
    let mut named: Option<String> = None;
    let mut last = "";
    let mut at = 0;
    while let Some((token, end)) = token(sql, at) {
        at = end;
        let is = |word: &str| token.eq_ignore_ascii_case(word);
        if last.eq_ignore_ascii_case("constraint") {
            named = Some(token.trim_matches(['"', '`', '[', ']']).to_owned());
        } else if is("check")
            && let Some((inner, end)) = parentheses(sql, at)
        {
            found.push(Constraint {
                name: named.take().unwrap_or_default(),
                kind: ConstraintKind::Check,
                columns: Vec::new(),
                definition: format!("CHECK ({})", inner.trim()),
                other_schema: String::new(),
                other: None,
                validated: true,
            });
            at = end;
        } else if [
            "unique",
            "primary",
            "foreign",
            "references",
            "not",
            "default",
        ]
        .iter()
        .any(|word| is(word))
            || token == ","
        {
            named = None;
        }
        last = token;
    }
    found
}

/// Returns the next token and where it ends: a word, a quoted text, or one other character. Blanks and comments are
/// stepped over.
fn token(sql: &str, from: usize) -> Option<(&str, usize)> {
    let mut at = from;
    loop {
        let rest = &sql[at..];
        let first = rest.chars().next()?;
        let skip = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            let length = match first {
                '\'' | '"' | '`' => quoted(rest, first),
                '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
                c if c.is_alphanumeric() || c == '_' => rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len()),
                c => c.len_utf8(),
            };
            return Some((&rest[..length], at + length));
        };
        at += skip;
    }
}

/// Returns the length of a quoted text, in which a doubled mark stands for one.
fn quoted(text: &str, mark: char) -> usize {
    let mut at = 1;
    while let Some(found) = text[at..].find(mark) {
        at += found + 1;
        if !text[at..].starts_with(mark) {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// Returns what stands between the parenthesis that is next and the one that closes it, and where that ends.
fn parentheses(sql: &str, from: usize) -> Option<(&str, usize)> {
    let (open, start) = token(sql, from)?;
    if open != "(" {
        return None;
    }
    let mut depth = 1;
    let mut at = start;
    while let Some((token, end)) = token(sql, at) {
        match token {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&sql[start..at + (end - at) - 1], end));
        }
        at = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, expect: &[(&str, &str)]) {
        let found = checks(sql);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (one.name.as_str(), one.definition.as_str()))
            .collect();
        assert_eq!(found, expect, "{sql}");
    }

    #[test]
    fn checks_are_found_whatever_surrounds_them() {
        check(
            "CREATE TABLE t (a int CHECK (a > 0), \"check\" text, CONSTRAINT \"b c\" CHECK (b IN (')', 1)))",
            &[("", "CHECK (a > 0)"), ("b c", "CHECK (b IN (')', 1))")],
        );
        check(
            "CREATE TABLE t (a /* CHECK (no) */ int, -- CHECK (no)\n CONSTRAINT k UNIQUE (a), CHECK(a))",
            &[("", "CHECK (a)")],
        );
        check("CREATE TABLE t (a text DEFAULT 'CHECK (a)')", &[]);
        check("CREATE TABLE t (a CHECK (", &[]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(check|constraint|[(')\"é ,/*-]){0,30}") {
            let _ = checks(&text);
        }
    }
}
