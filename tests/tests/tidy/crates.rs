//! Which crate may know which: the picture of ARCHITECTURE.md, read from the manifests.

use std::collections::{BTreeMap, BTreeSet};

use stopover_tests::workspace;
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
