//! Foreign text, cut for a message.

/// Returns at most 80 characters of a foreign text, on one line, for a message.
pub(crate) fn short(text: &str) -> String {
    let mut words: String = text
        .chars()
        .take(80)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(80).is_some() {
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(short(text), expect);
    }

    #[test]
    fn long_texts_are_cut_and_stay_on_one_line() {
        check("a\nb\u{1b}[0m", "a b [0m");
        check("ä", "ä");
        check(&"é".repeat(100), &format!("{}…", "é".repeat(80)));
    }
}
