//! The difference of two texts as a person is shown it.

use diffy::{DiffOptions, Line};

use crate::view::{DiffLine, DiffSign};

/// Most lines shown of one difference.
const LINES: usize = 400;
/// Most characters shown of one line.
const WIDTH: usize = 300;

/// Returns the changed lines with two lines around them.
pub(crate) fn difference(from: &str, to: &str) -> Vec<DiffLine> {
    let mut options = DiffOptions::new();
    options.set_context_len(2);
    let patch = options.create_patch(from, to);
    let mut lines = Vec::new();
    for hunk in patch.hunks() {
        if !lines.is_empty() {
            lines.push(gap(hunk.new_range().start()));
        }
        let (mut old, mut new) = (hunk.old_range().start(), hunk.new_range().start());
        for line in hunk.lines() {
            let (sign, number, text) = match line {
                Line::Context(text) => (DiffSign::Same, new, text),
                Line::Insert(text) => (DiffSign::Added, new, text),
                Line::Delete(text) => (DiffSign::Removed, old, text),
            };
            lines.push(DiffLine {
                sign,
                line: u32::try_from(number).unwrap_or(u32::MAX),
                text: bounded(text.trim_end_matches(['\r', '\n'])),
            });
            old += usize::from(sign != DiffSign::Added);
            new += usize::from(sign != DiffSign::Removed);
            if lines.len() >= LINES {
                lines.push(gap(new));
                return lines;
            }
        }
    }
    lines
}

fn gap(line: usize) -> DiffLine {
    DiffLine {
        sign: DiffSign::Gap,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        text: String::new(),
    }
}

fn bounded(line: &str) -> String {
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, expect: &[(DiffSign, u32, &str)]) {
        let lines = difference(from, to);
        let found: Vec<_> = lines
            .iter()
            .map(|line| (line.sign, line.line, line.text.as_str()))
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn changed_lines_are_shown_with_their_neighbours() {
        use DiffSign::{Added, Gap, Removed, Same};
        check("a\n", "a\n", &[]);
        check(
            "1\r\n2\r\n3\r\n4\r\n",
            "1\r\n2\r\nthree\r\n4",
            &[
                (Same, 1, "1"),
                (Same, 2, "2"),
                (Removed, 3, "3"),
                (Removed, 4, "4"),
                (Added, 3, "three"),
                (Added, 4, "4"),
            ],
        );
        let from = "a\n1\n2\n3\n4\n5\n6\nb\n";
        check(
            from,
            &from.replace('a', "A").replace('b', "B"),
            &[
                (Removed, 1, "a"),
                (Added, 1, "A"),
                (Same, 2, "1"),
                (Same, 3, "2"),
                (Gap, 6, ""),
                (Same, 6, "5"),
                (Same, 7, "6"),
                (Removed, 8, "b"),
                (Added, 8, "B"),
            ],
        );
    }

    #[test]
    fn a_large_difference_is_bounded() {
        let lines = difference("", &format!("{}\n", "ä".repeat(10_000)).repeat(1_000));
        assert_eq!(lines.len(), LINES + 1);
        assert!(lines[0].text.chars().count() == WIDTH + 1);
    }
}
