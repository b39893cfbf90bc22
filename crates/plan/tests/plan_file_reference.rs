//! The reference of the plan file is complete and true: every example opens, every key is described and shown.

use stopover_plan::parse::{KEYS, LATER, open};

const REFERENCE: &str = include_str!("../../../docs/plan-file.md");

/// Returns the TOML blocks with the line they begin at.
fn examples() -> Vec<(usize, String)> {
    let mut examples = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in REFERENCE.lines().enumerate() {
        match &mut open {
            Some(_) if line == "```" => examples.extend(open.take()),
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None if line == "```toml" => open = Some((index + 2, String::new())),
            None => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    examples
}

/// Returns the text below the heading of a table, up to the next heading.
fn section(table: &str) -> &'static str {
    let heading = format!("# `{table}`\n");
    let start = REFERENCE
        .find(&heading)
        .unwrap_or_else(|| panic!("no heading for `{table}`"));
    let rest = &REFERENCE[start + heading.len()..];
    let end = rest
        .match_indices("\n#")
        .find(|(at, _)| rest[at + 1..].trim_start_matches('#').starts_with(' '));
    &rest[..end.map_or(rest.len(), |(at, _)| at)]
}

fn has_word(text: &str, word: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(letter) && !text[at + word.len()..].starts_with(letter)
    })
}

#[test]
fn every_example_opens_without_a_problem() {
    let examples = examples();
    assert!(examples.len() >= 20, "{} examples", examples.len());
    for (line, text) in examples {
        let (plan, problems) = open(&text);
        assert_eq!(problems, vec![], "the example at line {line}");
        assert!(
            !plan.steps.is_empty(),
            "the example at line {line} has no step"
        );
    }
}

#[test]
fn every_key_is_described_in_the_section_of_its_table() {
    for (table, keys) in KEYS {
        let section = section(table);
        for key in *keys {
            assert!(
                section.contains(&format!("`{key}`")),
                "`{key}` of `{table}` is not described"
            );
        }
    }
}

#[test]
fn every_key_is_shown_in_an_example() {
    let examples: String = examples().into_iter().map(|(_, text)| text).collect();
    for (table, keys) in KEYS {
        for key in *keys {
            assert!(
                has_word(&examples, key),
                "`{key}` of `{table}` is in no example"
            );
        }
    }
}

#[test]
fn kinds_to_come_are_keys_of_a_step() {
    let (_, keys) = KEYS
        .iter()
        .find(|(table, _)| *table == "step")
        .expect("steps have keys");
    for word in LATER {
        assert!(keys.contains(word), "{word}");
    }
}
