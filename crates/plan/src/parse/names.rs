//! Names of tables, columns and indexes as written in SQL, plain or quoted.

/// Reads `table.column`; the table may have a schema before it.
pub(crate) fn column(text: &str) -> Option<(String, String)> {
    let parts = parts(text.trim(), '.')?;
    let (column, table) = parts.split_last()?;
    if table.is_empty() {
        return None;
    }
    Some((table.join("."), (*column).to_owned()))
}

/// Reads `table(column, …)`.
pub(crate) fn columns(text: &str) -> Option<(String, Vec<String>)> {
    let inside = text.trim().strip_suffix(')')?;
    let open = outside_quotes(inside, '(').next()?;
    let table = name(&inside[..open])?;
    let columns = parts(&inside[open + 1..], ',')?;
    Some((table, columns.into_iter().map(str::to_owned).collect()))
}

/// Reads a name that may have a schema before it.
pub(crate) fn name(text: &str) -> Option<String> {
    Some(parts(text.trim(), '.')?.join("."))
}

/// Splits at a separator outside quotes and checks that each part is one name.
fn parts(text: &str, separator: char) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut from = 0;
    for at in outside_quotes(text, separator).chain([text.len()]) {
        let part = text[from..at].trim();
        if !is_name(part) {
            return None;
        }
        parts.push(part);
        from = (at + separator.len_utf8()).min(text.len());
    }
    Some(parts)
}

fn outside_quotes(text: &str, wanted: char) -> impl Iterator<Item = usize> {
    let mut quote = None;
    text.char_indices().filter_map(move |(at, c)| {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => return None,
            None if c == '"' || c == '`' => quote = Some(c),
            None => {}
        }
        (quote.is_none() && c == wanted).then_some(at)
    })
}

fn is_name(part: &str) -> bool {
    let quoted = |quote: char| {
        part.len() > 2
            && part
                .strip_prefix(quote)
                .and_then(|rest| rest.strip_suffix(quote))
                // A doubled quote inside a name stands for itself.
                .is_some_and(|inner| {
                    !inner
                        .replace(&format!("{quote}{quote}"), "")
                        .contains(quote)
                })
    };
    quoted('"')
        || quoted('`')
        || (!part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == '$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<(&str, &str)>) {
        let got = column(text);
        assert_eq!(
            got.as_ref().map(|(t, c)| (t.as_str(), c.as_str())),
            expect,
            "{text}"
        );
    }

    #[test]
    fn columns_are_read_plain_quoted_and_with_a_schema() {
        check("t.c", Some(("t", "c")));
        check(" app.t . c ", Some(("app.t", "c")));
        check("\"my.t\".\"C d\"", Some(("\"my.t\"", "\"C d\"")));
        check("`t`.`c`", Some(("`t`", "`c`")));
        check("\"a\"\"b\".c", Some(("\"a\"\"b\"", "c")));
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        for text in [
            "",
            "t",
            "t.",
            ".c",
            "t..c",
            "t.c; DROP TABLE t",
            "t.\"c",
            "a b.c",
            "t.c--",
            "\"\".c",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_list_of_columns_is_read() {
        let expect = Some((
            "app.t".to_owned(),
            vec!["a".to_owned(), "\"b, c\"".to_owned()],
        ));
        assert_eq!(columns("app.t(a, \"b, c\")"), expect);
        for text in ["t", "t()", "t(a", "t(a))", "t(a,)", "(a)"] {
            assert_eq!(columns(text), None, "{text}");
        }
    }
}
