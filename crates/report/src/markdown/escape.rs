//! Makes any text inert in Markdown: no emphasis, link, image, HTML, table border or heading comes out of it.

/// Returns the text for one cell of a table: line breaks become `<br>`, the only HTML of the report.
pub(crate) fn cell(text: &str) -> String {
    inline(text).replace('\n', "<br>")
}

/// Returns the text for a paragraph or heading: line breaks become spaces, and no line begins a list, quote or heading.
pub(super) fn line(text: &str) -> String {
    let text = inline(text.trim()).replace('\n', " ");
    let marker = text.starts_with(['#', '-', '+', '=', ':']);
    let numbered = text
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .starts_with(['.', ')']);
    match (marker, numbered) {
        (true, _) => format!("\\{text}"),
        (false, true) => text.replacen(['.', ')'], "\\.", 1),
        (false, false) => text,
    }
}

fn inline(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\t' => safe.push(' '),
            '|' | '`' | '*' | '[' | ']' | '\\' | '~' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            // An underscore inside a word is never emphasis; `player_owner` stays readable.
            '_' if !(before.is_alphanumeric()
                && rest.peek().is_some_and(|next| next.is_alphanumeric())) =>
            {
                safe.push_str("\\_");
            }
            // An address is text here: nobody is led out of a report by a database's value.
            ':' if rest.peek() == Some(&'/') => safe.push_str("&#58;"),
            _ => safe.push(c),
        }
        before = c;
    }
    safe
}

/// Returns the text as inline code, also inside a table.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    if text.contains(['`', '|', '\n', '\\']) {
        // Backticks and bars cannot be written inside a code span of a table in every reader.
        return cell(text);
    }
    format!("`{text}`")
}

/// Returns the text as a code block whose fence is longer than any run of backticks in it.
pub(super) fn block(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_does_nothing() {
        let check = |text: &str, expect: &str| assert_eq!(cell(text), expect, "{text:?}");
        check("a|b", "a\\|b");
        check(
            "<script>alert(1)</script>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        );
        check("![x](http://e)", "!\\[x\\](http&#58;//e)");
        check(
            "**b** _i_ player_owner",
            "\\*\\*b\\*\\* \\_i\\_ player_owner",
        );
        check("two\nlines", "two<br>lines");
        check("&lt;", "&amp;lt;");
    }

    #[test]
    fn a_line_begins_nothing() {
        assert_eq!(line("# no heading"), "\\# no heading");
        assert_eq!(line("1. no list"), "1\\. no list");
        assert_eq!(line("- no\nlist"), "\\- no list");
    }

    #[test]
    fn a_block_cannot_be_left() {
        assert_eq!(block("a\n````\nb"), "`````text\na\n````\nb\n`````");
    }
}
