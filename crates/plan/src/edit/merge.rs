//! Joins two changes of one text, when neither takes anything away from the other.

use std::collections::HashSet;

use diffy::MergeOptions;

use crate::parse;
use crate::problem::Problem;

/// Returns the text with the changes from `base` to `mine` and from `base` to `theirs`, line by line.
///
/// `None` when both change the same lines, or when what comes out is no TOML or has a problem that neither side has:
/// two new steps with one id, steps that wait for each other, a name of what the other side removed. Then a person
/// has to look.
pub fn merge(base: &str, mine: &str, theirs: &str) -> Option<String> {
    if mine == theirs || base == theirs {
        return Some(mine.to_owned());
    }
    if base == mine {
        return Some(theirs.to_owned());
    }
    let merged = MergeOptions::new().merge(base, mine, theirs).ok()?;
    parse::document(&merged).ok()?;
    let problems = parse::open(&merged).1;
    if !problems.is_empty() {
        let known: HashSet<(String, String)> = [mine, theirs]
            .into_iter()
            .flat_map(|text| parse::open(text).1)
            .map(named)
            .collect();
        if !problems
            .into_iter()
            .map(named)
            .all(|problem| known.contains(&problem))
        {
            return None;
        }
    }
    Some(merged)
}

/// Returns what tells problems apart wherever they stand.
fn named(problem: Problem) -> (String, String) {
    (problem.code, problem.message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BASE: &str = "name = \"x\"\n\n[[step]]\nid = \"a\"\ntitle = \"A\"\nmanual = \"m\"\n\n# second\n[[step]]\nid = \"b\"\ntitle = \"B\"\nmanual = \"m\"\n";

    fn check(mine: (&str, &str), theirs: (&str, &str), expect: Option<&[(&str, &str)]>) {
        for newline in ["\n", "\r\n"] {
            for end in ["", newline] {
                let base = format!("{}{end}", BASE.trim_end()).replace('\n', newline);
                let base = base.replace("\r\r\n", "\r\n");
                let text = |(from, to): (&str, &str)| {
                    let (from, to) = (from.replace('\n', newline), to.replace('\n', newline));
                    assert!(base.contains(&from), "{from}");
                    base.replacen(&from, &to, 1)
                };
                let expect = expect.map(|changes| {
                    changes.iter().fold(base.clone(), |text, (from, to)| {
                        text.replacen(&from.replace('\n', newline), &to.replace('\n', newline), 1)
                    })
                });
                assert_eq!(merge(&base, &text(mine), &text(theirs)), expect);
                assert_eq!(merge(&base, &text(theirs), &text(mine)), expect);
            }
        }
    }

    #[test]
    fn changes_of_different_lines_are_joined() {
        let (a, b) = (("\"A\"", "\"One\""), ("\"B\"", "\"Two\""));
        check(a, b, Some(&[a, b]));
        let top = ("name = \"x\"\n", "name = \"x\"\nsummary = \"s\"\n");
        check(a, top, Some(&[a, top]));
    }

    #[test]
    fn the_same_change_on_both_sides_is_made_once() {
        let a = ("\"A\"", "\"One\"");
        check(a, a, Some(&[a]));
    }

    #[test]
    fn changes_of_one_line_are_not_joined() {
        check(("\"A\"", "\"One\""), ("\"A\"", "\"Eins\""), None);
        check(("\"A\"", "\"One\""), ("title = \"A\"\n", ""), None);
    }

    #[test]
    fn what_would_be_no_plan_any_more_is_not_joined() {
        // Each side is good; together one key stands twice in a table.
        check(
            ("id = \"a\"\n", "id = \"a\"\nowner = \"ana\"\n"),
            (
                "manual = \"m\"\n\n# second",
                "manual = \"m\"\nowner = \"bo\"\n\n# second",
            ),
            None,
        );
        // Each side is good; together two steps have one id.
        check(
            ("id = \"a\"", "id = \"c\""),
            ("id = \"b\"", "id = \"c\""),
            None,
        );
    }

    fn lines() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(0u8..6, 0..12)
    }

    /// One key per line, so that any selection of lines is TOML.
    fn text(lines: &[u8], newline: &str) -> String {
        let mut text = String::new();
        for (at, line) in lines.iter().enumerate() {
            text.push_str(&format!("# {line} {}{newline}", at % 2));
        }
        text
    }

    proptest! {
        #[test]
        fn a_merge_has_every_line_that_either_side_added(base in lines(), mine in lines(), theirs in lines()) {
            let [base, mine, theirs] = [base, mine, theirs].map(|lines| text(&lines, "\n"));
            if let Some(merged) = merge(&base, &mine, &theirs) {
                let old: HashSet<&str> = base.lines().collect();
                let new: HashSet<&str> = merged.lines().collect();
                for line in mine.lines().chain(theirs.lines()).filter(|line| !old.contains(line)) {
                    prop_assert!(new.contains(line), "{line} is lost");
                }
                prop_assert_eq!(merge(&base, &theirs, &mine), Some(merged));
            }
            prop_assert_eq!(merge(&base, &mine, &base), Some(mine.clone()));
            prop_assert_eq!(merge(&base, &base, &theirs), Some(theirs));
        }
    }
}
