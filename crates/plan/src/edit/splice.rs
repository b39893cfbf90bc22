//! Splices of a text, and its lines.

use std::ops::Range;

/// Replaces a range of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Splice {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

impl Splice {
    pub(crate) fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
        }
    }

    pub(crate) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }

    pub(crate) fn delete(range: Range<usize>) -> Self {
        Self::new(range, "")
    }
}

/// Returns the text with all splices applied. They must not overlap; at one place they go in in their order.
pub(crate) fn apply(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    let mut edited = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for splice in splices {
        edited.push_str(&text[at.min(splice.range.start)..splice.range.start]);
        edited.push_str(&splice.text);
        at = at.max(splice.range.end);
    }
    edited.push_str(&text[at..]);
    edited
}

/// Returns the line end of the file: that of its first line.
pub(crate) fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Returns the offset of the beginning of the line `at` stands in.
pub(crate) fn start_of_line(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    // A byte order mark stays before everything.
    if start == 0 && text.starts_with('\u{feff}') {
        3.min(at)
    } else {
        start
    }
}

/// Returns the offset after the line end of the line `at` stands in.
pub(crate) fn end_of_line(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

/// Returns the spaces and tabs a line begins with.
pub(crate) fn indent(text: &str, at: usize) -> &str {
    let line = &text[start_of_line(text, at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Returns the insertion of whole lines after the line that ends at `at`; `lines` have no line end at their end.
pub(crate) fn insert_lines(text: &str, at: usize, lines: &str) -> Splice {
    let newline = line_end(text);
    if at == 0 || text[..at].ends_with('\n') || text[..at] == *"\u{feff}" {
        Splice::insert(at, format!("{lines}{newline}"))
    } else {
        Splice::insert(at, format!("{newline}{lines}"))
    }
}

/// Returns the insertion of a block of lines with a blank line on either side.
pub(crate) fn insert_block(text: &str, at: usize, block: &str) -> Splice {
    let newline = line_end(text);
    let before = &text[..at];
    let mut words = String::new();
    if !before.is_empty() && before != "\u{feff}" {
        if !before.ends_with('\n') {
            words.push_str(newline);
        }
        if !before.ends_with("\n\n") && !before.ends_with("\n\r\n") {
            words.push_str(newline);
        }
    }
    words.push_str(block);
    if !block.ends_with('\n') {
        words.push_str(newline);
    }
    if at < text.len() && !blank_line_at(text, at) {
        words.push_str(newline);
    }
    Splice::insert(at, words)
}

fn blank_line_at(text: &str, at: usize) -> bool {
    text[at..end_of_line(text, at)].trim().is_empty()
}

/// Returns the removal of ranges of whole lines, and of the blank lines that would be left double.
pub(crate) fn cut_lines(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
        .into_iter()
        .map(|range| with_blank_lines(text, range))
        .collect()
}

/// Widens a range of whole lines to take along the blank lines that would be left double.
fn with_blank_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let mut range = range;
    let before = &text[..range.start];
    let parted = before.is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n");
    if parted {
        while range.end < text.len() && blank_line_at(text, range.end) {
            range.end = end_of_line(text, range.end);
        }
        if range.end == text.len() {
            while range.start > 0 {
                let above = start_of_line(text, range.start - 1);
                if above == range.start || !text[above..range.start].trim().is_empty() {
                    break;
                }
                range.start = above;
            }
        }
    }
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, splices: &[(Range<usize>, &str)], expect: &str) {
        let splices = splices
            .iter()
            .map(|(range, text)| Splice::new(range.clone(), *text))
            .collect();
        assert_eq!(apply(text, splices), expect);
    }

    #[test]
    fn splices_apply_in_any_order() {
        check("abc", &[], "abc");
        check("abc", &[(2..3, "C"), (0..1, "A")], "AbC");
        check("abc", &[(1..1, "x"), (1..1, "y"), (1..2, "")], "axyc");
    }

    #[test]
    fn a_block_stands_between_blank_lines() {
        let block = |text: &str, at: usize| apply(text, vec![insert_block(text, at, "x = 1\n")]);
        assert_eq!(block("", 0), "x = 1\n");
        assert_eq!(block("a = 1", 5), "a = 1\n\nx = 1\n");
        assert_eq!(block("a = 1\n\nb = 1\n", 6), "a = 1\n\nx = 1\n\nb = 1\n");
        assert_eq!(block("a = 1\nb = 1\n", 6), "a = 1\n\nx = 1\n\nb = 1\n");
        assert_eq!(block("a = 1\n\nb = 1\n", 7), "a = 1\n\nx = 1\n\nb = 1\n");
    }

    #[test]
    fn a_removed_block_leaves_one_blank_line() {
        let cut = |text: &str, range: Range<usize>| {
            let ranges = cut_lines(text, vec![range]);
            apply(text, ranges.into_iter().map(Splice::delete).collect())
        };
        assert_eq!(cut("a\n\nb\n\nc\n", 3..5), "a\n\nc\n");
        assert_eq!(cut("a\n\nb\n", 3..5), "a\n");
        assert_eq!(cut("a\n\nb\n", 0..2), "b\n");
        assert_eq!(cut("a\nb\n\nc\n", 2..4), "a\n\nc\n");
    }
}
