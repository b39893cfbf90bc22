//! The last guard on every text of a report: hides secrets and makes invisible characters visible.

use stopover_plan::sql::redact;

/// Largest part of one output or value that a report repeats, in bytes.
pub(crate) const CUT: usize = 8 * 1024;

/// Returns the text with secrets hidden and control characters, text-direction overrides and other
/// invisible characters written as escapes. Line breaks and tabs stay.
pub(crate) fn clean(text: &str) -> String {
    visible(&redact(text))
}

/// As [`clean`], for a drawing: a hidden character is written as the window writes it, `⟨U+202E⟩`.
pub(crate) fn clean_drawn(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in redact(text).chars() {
        match c {
            '\n' | '\t' | '\r' => clean.push(' '),
            _ if is_hidden(c) => clean.push_str(&format!("⟨U+{:04X}⟩", u32::from(c))),
            _ => clean.push(c),
        }
    }
    clean
}

/// As [`clean`], cut to [`CUT`] bytes with a note of how much was left out. Secrets are hidden before the cut,
/// because half a secret is no longer recognised.
pub(crate) fn clean_cut(text: &str) -> String {
    let mut text = clean(text);
    if text.len() > CUT {
        let end = (0..=CUT)
            .rev()
            .find(|&end| text.is_char_boundary(end))
            .unwrap_or(0);
        let left_out = text.len() - end;
        text.truncate(end);
        text.push_str(&format!("… ({left_out} bytes left out of this report)"));
    }
    text
}

fn visible(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' | '\t' => clean.push(c),
            '\r' if rest.peek() == Some(&'\n') => {}
            _ if is_hidden(c) => clean.extend(c.escape_default()),
            _ => clean.push(c),
        }
    }
    clean
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(clean(text), expect, "{text:?}");
    }

    #[test]
    fn passwords_in_urls_are_hidden() {
        check(
            "connect postgres://ann:s3cret@db:5432/shop and go",
            "connect postgres://ann:***@db:5432/shop and go",
        );
        check("CREATE USER a PASSWORD 'x'", "CREATE USER a PASSWORD '***'");
        check("postgres://ann@db/shop", "postgres://ann@db/shop");
    }

    #[test]
    fn what_the_eye_cannot_see_is_written_out() {
        check("a\u{1b}[31mred\0", "a\\u{1b}[31mred\\u{0}");
        check("x\u{202e}gpj.exe", "x\\u{202e}gpj.exe");
        check("one\r\ntwo\tthree\rfour", "one\ntwo\tthree\\rfour");
        check("grüße 👩‍🚒", "grüße 👩‍🚒");
    }

    #[test]
    fn a_drawing_names_what_the_eye_cannot_see() {
        assert_eq!(
            clean_drawn("x\u{202e}gpj\r\n\0 postgres://ann:s3cret@db"),
            "x⟨U+202E⟩gpj  ⟨U+0000⟩ postgres://ann:***@db"
        );
    }

    #[test]
    fn a_secret_is_hidden_before_the_text_is_cut() {
        let text = format!(
            "{}postgres://u:secretsecretsecret@h/d",
            "x".repeat(CUT - 20)
        );
        let cut = clean_cut(&text);
        assert!(!cut.contains("secret"), "{cut}");
        assert!(cut.ends_with("left out of this report)") || cut.len() <= CUT);
    }
}
