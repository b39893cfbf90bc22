//! From byte offsets to lines and columns.

use crate::model::Plan;

/// Walks a text forward and tells the place of ascending offsets, in one pass over the text altogether.
pub(crate) struct Walker<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    column: u32,
}

impl<'a> Walker<'a> {
    /// Starts at the first character; a byte order mark counts as none.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text: text.strip_prefix('\u{feff}').unwrap_or(text),
            offset: 0,
            line: 1,
            column: 1,
        }
    }

    /// Returns line and column, from 1, in characters, of an offset into the text given to `new`.
    ///
    /// Offsets must ascend; an earlier one has the place of the last one, one past the end that of the end.
    pub(crate) fn place(&mut self, offset: usize, mark: usize) -> (u32, u32) {
        let mut to = offset.saturating_sub(mark).min(self.text.len());
        while !self.text.is_char_boundary(to) {
            to -= 1;
        }
        if to > self.offset {
            let passed = &self.text[self.offset..to];
            let lines = count(passed.bytes().filter(|byte| *byte == b'\n').count());
            if lines > 0 {
                self.line = self.line.saturating_add(lines);
                self.column = 1;
            }
            let last = passed.rfind('\n').map_or(0, |at| at + 1);
            let characters = count(passed[last..].chars().count());
            self.column = self.column.saturating_add(characters);
            self.offset = to;
        }
        (self.line, self.column)
    }
}

/// Returns the length of the byte order mark the text begins with, or 0.
pub(crate) fn mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

/// Returns line and column of the end of `text`.
pub(crate) fn end_of(text: &str) -> (u32, u32) {
    Walker::new(text).place(text.len(), mark(text))
}

/// Replaces the byte offsets, which reading leaves in `Step::line`, by line numbers.
pub(crate) fn set_lines(plan: &mut Plan, text: &str) {
    let mut order: Vec<usize> = (0..plan.steps.len()).collect();
    order.sort_by_key(|index| plan.steps[*index].line);
    let mut walker = Walker::new(text);
    for index in order {
        let step = &mut plan.steps[index];
        step.line = walker.place(step.line as usize, mark(text)).0;
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: usize, expect: (u32, u32)) {
        assert_eq!(
            Walker::new(text).place(offset, mark(text)),
            expect,
            "{text:?} {offset}"
        );
    }

    #[test]
    fn places_count_lines_and_characters_from_one() {
        check("", 0, (1, 1));
        check("abc", 2, (1, 3));
        check("a\nbc", 3, (2, 2));
        check("ä\r\nüx", 5, (2, 1));
        check("ä\r\nüx", 4, (2, 1));
        check("ä\r\nüx", 6, (2, 2));
        check("a\n", 99, (2, 1));
        check("\u{feff}ab", 4, (1, 2));
    }

    #[test]
    fn a_walker_goes_on_where_it_stands() {
        let mut walker = Walker::new("ab\ncd\nef");
        assert_eq!(walker.place(1, 0), (1, 2));
        assert_eq!(walker.place(2, 0), (1, 3));
        assert_eq!(walker.place(4, 0), (2, 2));
        assert_eq!(walker.place(7, 0), (3, 2));
    }
}
