//! How large a plan file may be: in bytes, and in words and signs, since each of these costs memory.

/// Largest plan file that is read, in bytes.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// Most words and signs outside of strings and comments. A hundred thousand steps have fewer.
const MOST_TOKENS: usize = 3_000_000;

/// Returns true when the text has more words and signs than are read.
///
/// The count is that of TOML for valid files, and near it for others.
pub(crate) fn is_too_dense(text: &str) -> bool {
    text.len() > MOST_TOKENS && tokens(text.as_bytes()) > MOST_TOKENS
}

fn tokens(text: &[u8]) -> usize {
    let (mut count, mut at) = (0, 0);
    while let Some(byte) = text.get(at) {
        at = match byte {
            b'"' | b'\'' => end_of_string(text, at),
            b'#' => end_of(text, at, |byte| byte != b'\n'),
            b' ' | b'\t' | b'\r' => end_of(text, at, |byte| matches!(byte, b' ' | b'\t' | b'\r')),
            byte if is_word(*byte) => end_of(text, at, is_word),
            _ => at + 1,
        };
        count += 1;
    }
    count
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80
}

fn end_of(text: &[u8], from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    text[from..]
        .iter()
        .position(|byte| !belongs(*byte))
        .map_or(text.len(), |length| from + length)
}

/// Returns the offset after the string that begins at `from`: after its quotes, or the line it does not close in.
fn end_of_string(text: &[u8], from: usize) -> usize {
    let quote = text[from];
    let triple = text[from..].starts_with(&[quote; 3]);
    let width = if triple { 3 } else { 1 };
    let mut at = from + width;
    while let Some(byte) = text.get(at) {
        if *byte == b'\\' && quote == b'"' {
            at += 1;
        } else if text[at..].starts_with(&[quote; 3][..width]) {
            return at + width;
        } else if *byte == b'\n' && !triple {
            return at;
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: usize) {
        assert_eq!(tokens(text.as_bytes()), expect, "{text}");
    }

    #[test]
    fn words_and_signs_are_counted_and_what_is_inside_strings_is_not() {
        check("", 0);
        check("a = 1\n", 6);
        check("[[step]]\n", 6);
        check("a=\"x, y\\\" = z\"", 3);
        check("a='''\nx = 'y'\n'''# b = c\n", 5);
        check("a=\"\"\"x\"\"y\"\"\"\n", 4);
        check("\"open\nb", 3);
        check("\"\\", 1);
    }
}
