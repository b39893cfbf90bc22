//! Bytes of unknown origin as harmless text, and back.

use std::fmt::Write;

/// Appends `bytes` to `text`: newline, tab and printable characters stay; a backslash is doubled; NUL becomes `\0`,
/// other control bytes and invalid UTF-8 `\x1b`, characters that reorder or hide text `\u{202e}`.
pub(crate) fn escape_into(bytes: &[u8], text: &mut String) {
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\n' | '\t' => text.push(letter),
                '\\' => text.push_str("\\\\"),
                '\0' => text.push_str("\\0"),
                '\r' => text.push_str("\\r"),
                _ if letter.is_ascii_control() => {
                    let _ = write!(text, "\\x{:02x}", u32::from(letter));
                }
                _ if letter.is_control() || reorders(letter) => {
                    let _ = write!(text, "\\u{{{:x}}}", u32::from(letter));
                }
                _ => text.push(letter),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
}

/// Returns `bytes` as [`escape_into`] writes them.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    escape_into(bytes, &mut text);
    text
}

/// Returns the bytes that [`escape`] made `text` of; `None` when it made no such text.
pub fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        let taken = match rest.chars().next()? {
            '\\' => {
                bytes.push(b'\\');
                1
            }
            '0' => {
                bytes.push(0);
                1
            }
            'r' => {
                bytes.push(b'\r');
                1
            }
            'x' => {
                bytes.push(u8::from_str_radix(rest.get(1..3)?, 16).ok()?);
                3
            }
            'u' => {
                let end = rest.find('}')?;
                let number = u32::from_str_radix(rest.get(2..end)?, 16).ok()?;
                let mut room = [0; 4];
                bytes.extend_from_slice(char::from_u32(number)?.encode_utf8(&mut room).as_bytes());
                end + 1
            }
            _ => return None,
        };
        rest = &rest[taken..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

/// Returns how many bytes at the end may be the beginning of a character whose rest has not arrived yet.
pub(crate) fn unfinished(bytes: &[u8]) -> usize {
    let start = bytes.len().saturating_sub(3);
    for at in (start..bytes.len()).rev() {
        let needs = match bytes[at] {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            0x80..=0xbf => continue,
            _ => return 0,
        };
        let has = bytes.len() - at;
        return if has < needs { has } else { 0 };
    }
    0
}

/// Returns true for characters that change the direction of text or are line ends to some screens only.
fn reorders(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(input: &[u8], expect: &str) {
        assert_eq!(escape(input), expect);
        assert_eq!(unescape(expect).as_deref(), Some(input));
    }

    #[test]
    fn control_bytes_and_invalid_text_are_kept_as_visible_escapes() {
        check(b"plain\n\ttext", "plain\n\ttext");
        check(b"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m");
        check(b"a\0b\xff\xfec\r\n", "a\\0b\\xff\\xfec\\r\n");
        check(b"C:\\temp \x7f", "C:\\\\temp \\x7f");
        check("é 漢 😀".as_bytes(), "é 漢 😀");
        check("\u{202e}evil\u{85}".as_bytes(), "\\u{202e}evil\\u{85}");
        check(b"\xe6\xbc", "\\xe6\\xbc");
    }

    #[test]
    fn a_character_cut_in_two_is_noticed() {
        assert_eq!(unfinished("a漢".as_bytes()), 0);
        assert_eq!(unfinished(&"a漢".as_bytes()[..3]), 2);
        assert_eq!(unfinished(&"😀".as_bytes()[..3]), 3);
        assert_eq!(unfinished(b"ok"), 0);
        assert_eq!(unfinished(b"\xff"), 0);
        assert_eq!(unfinished(b"\x80\x80\x80\x80"), 0);
    }

    proptest! {
        #[test]
        fn every_byte_string_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = escape(&bytes);
            prop_assert!(text.chars().all(|letter| !letter.is_control() || letter == '\n' || letter == '\t'));
            prop_assert_eq!(unescape(&text), Some(bytes));
        }
    }
}
