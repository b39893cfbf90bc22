//! What can be undone and done again, as differences of one text.

use std::collections::VecDeque;
use std::sync::Arc;

/// Most changes kept.
const MOST: usize = 500;
/// Most bytes of differences kept.
const BYTES: usize = 16 * 1024 * 1024;

/// The changes of one file, and the text they lead to.
///
/// The text is that of the last change made here. When the file was changed outside since, the next change enters
/// the difference first, as a change without words, which undo passes over.
#[derive(Debug, Default)]
pub(crate) struct History {
    tip: Arc<str>,
    done: VecDeque<Change>,
    undone: Vec<Change>,
    bytes: usize,
}

/// One change: at a place, these bytes were taken out and those put in.
#[derive(Debug, Clone)]
struct Change {
    /// `None` when it came from outside.
    what: Option<String>,
    at: usize,
    removed: String,
    added: String,
}

impl Change {
    fn between(what: Option<String>, from: &str, to: &str) -> Self {
        let (a, b) = (from.as_bytes(), to.as_bytes());
        let mut head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        while !from.is_char_boundary(head) || !to.is_char_boundary(head) {
            head -= 1;
        }
        let rest = a.len().min(b.len()) - head;
        let mut tail = a
            .iter()
            .rev()
            .zip(b.iter().rev())
            .take(rest)
            .take_while(|(a, b)| a == b)
            .count();
        while !from.is_char_boundary(a.len() - tail) || !to.is_char_boundary(b.len() - tail) {
            tail -= 1;
        }
        Self {
            what,
            at: head,
            removed: from[head..a.len() - tail].to_owned(),
            added: to[head..b.len() - tail].to_owned(),
        }
    }

    fn bytes(&self) -> usize {
        self.removed.len() + self.added.len() + self.what.as_ref().map_or(0, String::len)
    }

    fn undone(&self, text: &str) -> Arc<str> {
        swap(text, self.at, &self.added, &self.removed)
    }

    fn redone(&self, text: &str) -> Arc<str> {
        swap(text, self.at, &self.removed, &self.added)
    }
}

fn swap(text: &str, at: usize, out: &str, into: &str) -> Arc<str> {
    format!("{}{into}{}", &text[..at], &text[at + out.len()..]).into()
}

impl History {
    /// Returns the words of the change that undo would take back.
    pub(crate) fn undoable(&self) -> Option<&str> {
        self.done
            .iter()
            .rev()
            .find_map(|change| change.what.as_deref())
    }

    /// Returns the words of the change that redo would make.
    pub(crate) fn redoable(&self) -> Option<&str> {
        self.undone.last()?.what.as_deref()
    }

    /// Enters a change; what was undone before it can no longer be done again.
    pub(crate) fn record(&mut self, what: &str, from: &str, to: &str) {
        self.undone.clear();
        if self.done.is_empty() {
            self.tip = from.into();
        } else if *self.tip != *from {
            let outside = Change::between(None, &self.tip, from);
            self.done.push_back(outside);
        }
        let change = Change::between(Some(what.to_owned()), from, to);
        self.done.push_back(change);
        self.tip = to.into();
        self.bytes = self.done.iter().map(Change::bytes).sum();
        while self.done.len() > MOST || (self.bytes > BYTES && self.done.len() > 1) {
            let Some(oldest) = self.done.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes();
        }
    }

    /// Returns the texts after and before the last change made here.
    pub(crate) fn before_last(&self) -> Option<(Arc<str>, Arc<str>)> {
        let mut text = Arc::clone(&self.tip);
        for change in self.done.iter().rev() {
            let before = change.undone(&text);
            if change.what.is_some() {
                return Some((text, before));
            }
            text = before;
        }
        None
    }

    /// Returns the texts before and after the change that was undone last.
    pub(crate) fn after_next(&self) -> Option<(Arc<str>, Arc<str>)> {
        let next = self.undone.last()?;
        Some((Arc::clone(&self.tip), next.redone(&self.tip)))
    }

    /// Notes that the last change made here was taken back.
    pub(crate) fn undone(&mut self) {
        while let Some(change) = self.done.pop_back() {
            self.tip = change.undone(&self.tip);
            if change.what.is_some() {
                self.undone.push(change);
                return;
            }
        }
    }

    /// Notes that the change undone last was made again.
    pub(crate) fn redone(&mut self) {
        if let Some(change) = self.undone.pop() {
            self.tip = change.redone(&self.tip);
            self.done.push_back(change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(history: &History) -> (Option<&str>, Option<&str>) {
        (history.undoable(), history.redoable())
    }

    #[test]
    fn changes_are_taken_back_and_made_again_in_order() {
        let mut history = History::default();
        let texts = ["", "ä", "äö", "xäö"];
        for (number, pair) in texts.windows(2).enumerate() {
            history.record(&number.to_string(), pair[0], pair[1]);
        }
        for number in (0..3).rev() {
            assert_eq!(history.undoable(), Some(number.to_string().as_str()));
            let (after, before) = history.before_last().expect("there is one");
            assert_eq!((&*after, &*before), (texts[number + 1], texts[number]));
            history.undone();
        }
        assert_eq!(words(&history), (None, Some("0")));
        assert!(history.before_last().is_none());
        for number in 0..3 {
            let (before, after) = history.after_next().expect("there is one");
            assert_eq!((&*before, &*after), (texts[number], texts[number + 1]));
            history.redone();
        }
        assert_eq!(words(&history), (Some("2"), None));
    }

    #[test]
    fn a_new_change_ends_what_could_be_done_again() {
        let mut history = History::default();
        history.record("one", "a", "b");
        history.undone();
        history.record("two", "a", "c");
        assert_eq!(words(&history), (Some("two"), None));
    }

    #[test]
    fn what_came_from_outside_is_passed_over() {
        let mut history = History::default();
        history.record("one", "a\nb", "a\nB");
        history.record("two", "x\na\nB", "x\nA\nB");
        history.undone();
        assert_eq!(words(&history), (Some("one"), Some("two")));
        let (after, before) = history.before_last().expect("there is one");
        assert_eq!((&*after, &*before), ("a\nB", "a\nb"));
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let mut history = History::default();
        for number in 0..MOST + 10 {
            history.record("n", &number.to_string(), &(number + 1).to_string());
        }
        assert_eq!(history.done.len(), MOST);
        let large = "x".repeat(BYTES);
        history.record("large", &(MOST + 10).to_string(), &large);
        assert_eq!(history.done.len(), 1);
        assert_eq!(history.undoable(), Some("large"));
    }

    #[test]
    fn a_difference_never_cuts_a_character() {
        for (from, to) in [
            ("ä", "ö"),
            ("€", "₭"),
            ("aä", "aöb"),
            ("é\u{301}", "e\u{301}"),
        ] {
            let change = Change::between(None, from, to);
            assert_eq!(&*change.redone(from), to);
            assert_eq!(&*change.undone(to), from);
        }
    }
}
