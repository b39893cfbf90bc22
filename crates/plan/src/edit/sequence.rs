//! What stands between brackets or braces: entries parted by commas, perhaps on lines of their own, perhaps with comments.

use std::ops::Range;

use toml_edit::{Array, InlineTable};

use super::splice::{Splice, end_of_line, indent, line_end, start_of_line};

/// A list or an inline table in the text.
pub(crate) struct Sequence<'a> {
    text: &'a str,
    /// Offset after the opening sign.
    open: usize,
    /// Offset of the closing sign.
    close: usize,
    entries: Vec<Range<usize>>,
    /// Space inside braces that have none yet.
    padding: &'static str,
}

impl<'a> Sequence<'a> {
    pub(crate) fn of_array(text: &'a str, array: &Array) -> Option<Self> {
        let ends = array
            .iter()
            .map(|value| Some(value.span()?.end))
            .collect::<Option<_>>()?;
        Some(Self::new(text, array.span()?, ends, ""))
    }

    pub(crate) fn of_table(text: &'a str, table: &InlineTable) -> Option<Self> {
        let ends = table
            .get_values()
            .iter()
            .map(|(_, value)| Some(value.span()?.end))
            .collect::<Option<_>>()?;
        Some(Self::new(text, table.span()?, ends, " "))
    }

    fn new(text: &'a str, span: Range<usize>, mut ends: Vec<usize>, padding: &'static str) -> Self {
        ends.sort_unstable();
        let open = span.start + 1;
        let mut from = open;
        let mut entries = Vec::with_capacity(ends.len());
        for end in ends {
            let start = skip_blank(text, from);
            entries.push(start..end);
            from = after_comma(text, end).unwrap_or(end);
        }
        Self {
            text,
            open,
            close: span.end - 1,
            entries,
            padding,
        }
    }

    /// Returns the position of the entry whose value ends at `end`.
    pub(crate) fn position(&self, end: usize) -> Option<usize> {
        self.entries.iter().position(|entry| entry.end == end)
    }

    /// Adds an entry at the end.
    pub(crate) fn push(&self, entry: &str) -> Vec<Splice> {
        let Some(last) = self.entries.last() else {
            let bare = self.text[self.open..self.close].is_empty();
            let after = if bare { self.padding } else { "" };
            let words = format!("{}{entry}{after}", self.padding);
            return vec![Splice::insert(self.open, words)];
        };
        let comma = after_comma(self.text, last.end);
        let line = end_of_line(self.text, comma.unwrap_or(last.end));
        let own_lines = line <= self.close && self.begins_line(last);
        if !own_lines {
            return vec![Splice::insert(last.end, format!(", {entry}"))];
        }
        let newline = line_end(self.text);
        let before_newline = self.text[..line].trim_end_matches(['\r', '\n']).len();
        let after = if comma.is_some() { "," } else { "" };
        let words = format!("{newline}{}{entry}{after}", indent(self.text, last.start));
        let mut splices = vec![Splice::insert(before_newline, words)];
        if comma.is_none() {
            splices.insert(0, Splice::insert(last.end, ","));
        }
        splices
    }

    /// Removes the entry at a position.
    pub(crate) fn remove(&self, position: usize) -> Splice {
        let entry = &self.entries[position];
        let past = after_comma(self.text, entry.end).unwrap_or(entry.end);
        let line = end_of_line(self.text, past);
        let rest = self.text[past..line].trim();
        if self.begins_line(entry)
            && line <= self.close
            && (rest.is_empty() || rest.starts_with('#'))
        {
            return Splice::delete(start_of_line(self.text, entry.start)..line);
        }
        if self.entries.len() == 1 {
            let blank = self.text[self.open..entry.start].trim().is_empty()
                && self.text[past..self.close].trim().is_empty();
            return Splice::delete(if blank {
                self.open..self.close
            } else {
                entry.start..past
            });
        }
        match position.checked_sub(1) {
            Some(before) => Splice::delete(self.entries[before].end..entry.end),
            None => Splice::delete(entry.start..self.entries[1].start),
        }
    }

    /// Removes several entries, and adds one when given. The kept ones move together.
    pub(crate) fn rebuild(&self, removed: &[usize], added: Option<&str>) -> Splice {
        let mut kept: Vec<&str> = (0..self.entries.len())
            .filter(|position| !removed.contains(position))
            .map(|position| &self.text[self.entries[position].clone()])
            .collect();
        kept.extend(added);
        let padding = if kept.is_empty() { "" } else { self.padding };
        let words = format!("{padding}{}{padding}", kept.join(", "));
        Splice::new(self.open..self.close, words)
    }

    fn begins_line(&self, entry: &Range<usize>) -> bool {
        let start = start_of_line(self.text, entry.start);
        start >= self.open && self.text[start..entry.start].trim().is_empty()
    }
}

/// Returns the offset of the next thing that is neither space nor comment.
fn skip_blank(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        if !text[at..].starts_with('#') {
            return at;
        }
        at = end_of_line(text, at);
    }
}

fn after_comma(text: &str, at: usize) -> Option<usize> {
    let at = skip_blank(text, at);
    text[at..].starts_with(',').then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::super::splice::apply;
    use super::*;

    fn check(list: &str, push: &str, without_first: &str, without_last: &str) {
        let text = format!("a = {list}\n");
        let document = toml_edit::Document::parse(text.as_str()).expect(list);
        let array = document["a"].as_array().expect(list);
        let sequence = Sequence::of_array(&text, array).expect(list);
        let read = |splices| apply(&text, splices)[4..].trim_end().to_owned();
        assert_eq!(read(sequence.push("9")), push);
        if let Some(last) = sequence.entries.len().checked_sub(1) {
            assert_eq!(read(vec![sequence.remove(0)]), without_first);
            assert_eq!(read(vec![sequence.remove(last)]), without_last);
        }
    }

    #[test]
    fn entries_come_and_go() {
        check("[]", "[9]", "", "");
        check("[1]", "[1, 9]", "[]", "[]");
        check("[ 1 ]", "[ 1, 9 ]", "[]", "[]");
        check("[1, 2,]", "[1, 2, 9,]", "[2,]", "[1,]");
        check("[1,2, 3]", "[1,2, 3, 9]", "[2, 3]", "[1,2]");
        check(
            "[\n  1, # one\n  2, # two\n]",
            "[\n  1, # one\n  2, # two\n  9,\n]",
            "[\n  2, # two\n]",
            "[\n  1, # one\n]",
        );
        check(
            "[\n  1,\n  2 # two, or so\n]",
            "[\n  1,\n  2, # two, or so\n  9\n]",
            "[\n  2 # two, or so\n]",
            "[\n  1,\n]",
        );
        check("[ # why, so\n]", "[9 # why, so\n]", "", "");
    }
}
