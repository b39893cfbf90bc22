//! Which crate may know which: the picture of ARCHITECTURE.md, read from the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use stopover_tests::{run, workspace};
use toml_edit::DocumentMut;

use crate::none;

/// Every package of the workspace with the packages of the workspace it may depend on.
const HOUSE: &[(&str, &[&str])] = &[
    ("plan", &[]),
    ("import", &["plan"]),
    ("lint", &["plan"]),
    ("report", &["plan"]),
    ("journal", &["plan"]),
    ("engine", &["plan"]),
    ("runner", &["plan", "report", "journal", "engine"]),
    (
        "cli",
        &[
            "plan", "import", "lint", "report", "journal", "engine", "runner",
        ],
    ),
    (
        "window",
        &[
            "plan", "import", "lint", "report", "journal", "engine", "runner",
        ],
    ),
];

/// Crates from outside that only the packages named may depend on, each with the reason.
const DOORS: &[(&str, &[&str], &str)] = &[
    (
        "sqlx",
        &["engine"],
        "only the engine speaks to target databases",
    ),
    (
        "rusqlite_migration",
        &["journal"],
        "only the journal has a schema of its own",
    ),
    (
        "rusqlite",
        &["journal", "engine"],
        "the journal is SQLite, and the engine needs SQLite's backup interface",
    ),
    ("anyhow", &["cli", "window"], "libraries name their errors"),
    ("clap", &["cli"], "only the terminal door reads arguments"),
    (
        "tauri",
        &["window"],
        "only the window's door knows the window",
    ),
    (
        "ts-rs",
        &["window"],
        "only the window's door writes TypeScript",
    ),
    ("keyring", &["engine"], "one place resolves secrets"),
    (
        "tokio",
        &["engine", "runner", "cli", "window"],
        "pure crates and the journal do not wait",
    ),
    (
        "tracing-subscriber",
        &["cli", "window"],
        "only doors install a subscriber",
    ),
];

/// Returns the dependencies of every package of the house: those it is built with, not those of its tests.
fn manifests() -> BTreeMap<String, BTreeSet<String>> {
    let top = workspace();
    let mut files = vec![top.join("Cargo.toml")];
    for entry in std::fs::read_dir(top.join("crates")).unwrap() {
        files.push(entry.unwrap().path().join("Cargo.toml"));
    }
    let mut found = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let manifest: DocumentMut = text.parse().unwrap();
        let name = manifest["package"]["name"].as_str().unwrap();
        let name = name.strip_prefix("stopover-").unwrap().to_owned();
        let dependencies = manifest["dependencies"].as_table().unwrap();
        let names = dependencies.iter().map(|(key, _)| key.to_owned()).collect();
        found.insert(name, names);
    }
    found
}

#[test]
fn crates_know_only_the_crates_below_them() {
    let mut broken = Vec::new();
    for (name, dependencies) in manifests() {
        let Some((_, allowed)) = HOUSE.iter().find(|(member, _)| *member == name) else {
            broken.push(format!("{name} has no place in the house"));
            continue;
        };
        for dependency in &dependencies {
            if let Some(other) = dependency.strip_prefix("stopover-")
                && !allowed.contains(&other)
            {
                broken.push(format!("{name} depends on {other}"));
            }
        }
    }
    none("these crates must not know each other", broken);
}

#[test]
fn heavy_dependencies_stay_behind_their_doors() {
    let mut broken = Vec::new();
    for (name, dependencies) in manifests() {
        for (foreign, doors, reason) in DOORS {
            if dependencies.contains(*foreign) && !doors.contains(&name.as_str()) {
                broken.push(format!("{name} depends on {foreign}: {reason}"));
            }
        }
    }
    none("remove these dependencies", broken);
}

#[test]
fn every_dependency_takes_its_version_from_the_workspace() {
    let mut broken = Vec::new();
    let top = workspace();
    for (name, _) in HOUSE {
        let file = match *name {
            "window" => top.join("Cargo.toml"),
            other => top.join(format!("crates/{other}/Cargo.toml")),
        };
        // A crate of the drawing that is not built yet has no manifest.
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let manifest: DocumentMut = text.parse().unwrap();
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(table).and_then(|item| item.as_table()) else {
                continue;
            };
            for (key, item) in table {
                let shared = item.get("workspace").and_then(toml_edit::Item::as_bool);
                if shared != Some(true) {
                    broken.push(format!("{name}: {key}"));
                }
            }
        }
    }
    none("write `workspace = true` for these", broken);
}

/// Returns true when one of the ways an SPDX expression offers needs only allowed licences.
///
/// The grammar is `way OR way`, `licence AND licence`, brackets, and the old `/` for OR.
fn allows(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    any(&words, &mut at, allowed) && at == words.len()
}

fn any(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut found = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        found |= all(words, at, allowed);
    }
    found
}

fn all(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut found = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        found &= one(words, at, allowed);
    }
    found
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let Some(word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if *word == "(" {
        let found = any(words, at, allowed);
        *at += 1;
        return found;
    }
    let mut licence = (*word).to_owned();
    if words.get(*at) == Some(&"WITH") {
        licence = format!("{licence} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&licence)
}

#[test]
fn every_dependency_has_a_licence_we_may_use() {
    let top = workspace();
    let text = std::fs::read_to_string(top.join("deny.toml")).unwrap();
    let deny: DocumentMut = text.parse().unwrap();
    let allowed: BTreeSet<String> = deny["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|licence| licence.as_str().unwrap().to_owned())
        .collect();
    let host = run(Command::new("rustc").arg("-vV"));
    let host = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let metadata = run(Command::new("cargo")
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", host])
        .current_dir(&top));
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    let broken = packages
        .iter()
        .filter(|package| {
            let licence = package["license"].as_str().unwrap_or_default();
            !package["source"].is_null() && !allows(licence, &allowed)
        })
        .map(|package| format!("{}: {}", package["name"], package["license"]));
    none("allow these in deny.toml or do without", broken.collect());
}

#[test]
fn a_choice_of_licences_needs_one_and_a_sum_all() {
    let allowed = BTreeSet::from(["MIT".to_owned(), "A WITH B".to_owned()]);
    for (expression, expect) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND A WITH B", true),
        ("(GPL-3.0 OR MIT) AND A", false),
        ("", false),
    ] {
        assert_eq!(allows(expression, &allowed), expect, "{expression}");
    }
}
