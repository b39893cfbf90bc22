//! Values as text: bounded in length, always valid, whatever the bytes.

use std::fmt::Write;

/// Longest value that is kept, in bytes; what is longer is cut and ends with [`CUT`].
pub(crate) const LONGEST: usize = 64 * 1024;

/// What a cut value ends with.
pub(crate) const CUT: &str = "…";

/// Returns the bytes as text: invalid UTF-8 and NUL become `\xNN`, and what is longer than [`LONGEST`] is cut.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    let (mut text, cut) = head(bytes, LONGEST);
    if cut {
        text.push_str(CUT);
    }
    text
}

/// Returns at most `longest` bytes as text, as [`of_bytes`] does but without a mark, and whether that was not all.
pub(crate) fn head(bytes: &[u8], longest: usize) -> (String, bool) {
    let (bytes, cut) = match bytes.get(..longest) {
        Some(head) if bytes.len() > longest => (whole_characters(head), true),
        _ => (bytes, false),
    };
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let mut parts = chunk.valid().split('\0');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            text.push_str("\\x00");
            text.push_str(part);
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    (text, cut)
}

/// Returns the bytes as a hexadecimal literal `x'…'`, cut as [`of_bytes`] does.
pub(crate) fn of_blob(bytes: &[u8]) -> String {
    let kept = bytes.len().min(LONGEST / 2);
    let cut = if kept < bytes.len() { CUT } else { "" };
    format!("x'{}{cut}'", hex::encode(&bytes[..kept]))
}

/// Drops up to three bytes at the end that begin a character but do not finish it.
fn whole_characters(bytes: &[u8]) -> &[u8] {
    let tail = bytes.len().saturating_sub(3);
    for at in (tail..bytes.len()).rev() {
        let width = match bytes[at] {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => continue,
        };
        return if at + width > bytes.len() {
            &bytes[..at]
        } else {
            bytes
        };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_text_are_escaped() {
        assert_eq!(of_bytes("naïve 🦀".as_bytes()), "naïve 🦀");
        assert_eq!(of_bytes(b"a\xffb\xc3"), "a\\xffb\\xc3");
        assert_eq!(of_bytes(b"\0a\0"), "\\x00a\\x00");
        assert_eq!(of_bytes(b""), "");
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let long = "é".repeat(LONGEST);
        let text = of_bytes(long.as_bytes());
        assert!(text.ends_with(CUT));
        assert_eq!(text.len(), LONGEST + CUT.len());
        let odd = format!("a{long}");
        let text = of_bytes(odd.as_bytes());
        assert!(!text.contains("\\x"), "no half character is escaped");
        assert_eq!(of_bytes("a".repeat(LONGEST).as_bytes()).len(), LONGEST);
    }

    #[test]
    fn a_blob_is_hexadecimal() {
        assert_eq!(of_blob(&[0, 255]), "x'00ff'");
        assert!(of_blob(&vec![1; LONGEST]).ends_with("…'"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_become_text_of_bounded_length(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let text = of_bytes(&bytes);
            proptest::prop_assert!(text.len() <= 4 * bytes.len());
            proptest::prop_assert!(!text.contains('\0'));
        }
    }
}
