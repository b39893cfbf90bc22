//! ARCHITECTURE.md is held to its word: every invariant names tests, and these tests exist.

use std::collections::HashSet;

use crate::none;
use crate::sources::sources;

/// Returns the invariants as (what it says, names of its tests).
///
/// An invariant is a paragraph that starts with `**Architecture invariant:**`; its last sentence is `Held by` and the
/// names in backticks.
fn invariants() -> Vec<(String, Vec<String>)> {
    let text = sources()
        .into_iter()
        .find(|source| source.path == "ARCHITECTURE.md")
        .map(|source| source.text)
        .unwrap_or_default();
    text.split("\n\n")
        .filter_map(|paragraph| paragraph.trim().strip_prefix("**Architecture invariant:**"))
        .map(|paragraph| {
            let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            let (says, held) = paragraph.rsplit_once("Held by").unwrap_or((&paragraph, ""));
            let names = held.split('`').skip(1).step_by(2).map(str::to_owned);
            let says: Vec<&str> = says.split_whitespace().take(12).collect();
            (says.join(" "), names.collect())
        })
        .collect()
}

/// Returns the names of all tests: functions after a test attribute, and sentences of the interface's tests.
fn tests() -> HashSet<String> {
    let mut names = HashSet::new();
    for source in sources() {
        let lines: Vec<&str> = source.text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            if source.has("rs") {
                let function = line
                    .trim_start_matches("pub ")
                    .trim_start_matches("async ")
                    .strip_prefix("fn ")
                    .and_then(|rest| rest.split(['(', '<']).next());
                let above = lines[..at]
                    .iter()
                    .rev()
                    .take_while(|line| !line.is_empty() && !line.ends_with('}'));
                let is_test = above
                    .clone()
                    .any(|line| line.starts_with("#[test") || line.starts_with("#[tokio::test"));
                if let (Some(name), true) = (function, is_test) {
                    names.insert(name.to_owned());
                }
            } else if source.has("ts") {
                for opening in ["it('", "test('", "it(\"", "test(\""] {
                    let rest = line.strip_prefix(opening);
                    if let Some(name) = rest.and_then(|rest| rest.split(['\'', '"']).next()) {
                        names.insert(name.to_owned());
                    }
                }
            }
        }
    }
    names
}

#[test]
fn every_invariant_names_tests_that_exist() {
    let tests = tests();
    let invariants = invariants();
    assert!(
        invariants.len() >= 8,
        "ARCHITECTURE.md has {} invariants",
        invariants.len()
    );
    let mut broken = Vec::new();
    for (says, names) in invariants {
        if names.is_empty() {
            broken.push(format!("no test: {says} …"));
        }
        for name in names {
            if !tests.contains(&name) {
                broken.push(format!("there is no test {name}: {says} …"));
            }
        }
    }
    none("write these tests or correct ARCHITECTURE.md", broken);
}

#[test]
fn the_code_map_names_every_room_and_no_other() {
    let top = stopover_tests::workspace();
    let text = std::fs::read_to_string(top.join("ARCHITECTURE.md")).unwrap();
    let mut broken = Vec::new();
    for entry in std::fs::read_dir(top.join("crates")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !text.contains(&format!("`crates/{name}`")) {
            broken.push(format!("crates/{name} is not in the code map"));
        }
    }
    for word in text.split('`').skip(1).step_by(2) {
        let path = word.trim_end_matches('/');
        let is_path = path.contains('/') && !path.contains([' ', '*', ':', '@']);
        if is_path && !top.join(path).exists() {
            broken.push(format!("{path} does not exist"));
        }
    }
    none("correct the code map of ARCHITECTURE.md", broken);
}
