//! The problems found while reading, bounded in number, placed at the end in one pass.

use super::place::{Walker, mark};
use crate::problem::Problem;

/// Most problems that are kept; the rest is counted.
const MOST: usize = 200;

/// Collects problems by byte offset.
#[derive(Default)]
pub(crate) struct Found {
    kept: Vec<(usize, Problem)>,
    left_out: usize,
}

impl Found {
    /// Adds a problem at a byte offset; `words` gives message and hint, and is called only if it is kept.
    pub(crate) fn add(&mut self, at: usize, code: &str, words: impl FnOnce() -> (String, String)) {
        if self.kept.len() >= MOST {
            self.left_out += 1;
            return;
        }
        let (message, hint) = words();
        self.kept.push((at, Problem::new(code, message, hint)));
    }

    /// Returns the problems in the order of the text, with line and column.
    pub(crate) fn placed(mut self, text: &str) -> Vec<Problem> {
        self.kept.sort_by_key(|(at, _)| *at);
        let mark = mark(text);
        let mut walker = Walker::new(text);
        let mut problems: Vec<Problem> = self
            .kept
            .into_iter()
            .map(|(at, problem)| {
                let (line, column) = walker.place(at, mark);
                problem.at(line, column)
            })
            .collect();
        if self.left_out > 0 {
            let (line, column) = walker.place(text.len(), mark);
            problems.push(
                Problem::new(
                    "more-problems",
                    format!("{} more problems are not listed", self.left_out),
                    "Mend the ones listed first.",
                )
                .at(line, column),
            );
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_come_in_the_order_of_the_text_and_are_bounded() {
        let mut found = Found::default();
        for at in (0..300).rev() {
            found.add(at, "x", || (format!("at {at}"), String::new()));
        }
        let problems = found.placed(&"a\n".repeat(400));
        assert_eq!(problems.len(), MOST + 1);
        assert!(problems.windows(2).all(|pair| pair[0].line <= pair[1].line));
        assert_eq!(problems[MOST].message, "100 more problems are not listed");
    }
}
