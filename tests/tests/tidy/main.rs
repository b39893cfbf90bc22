//! What every file of the repository keeps to, as tests: a rule nobody checks is a wish.

mod architecture;
mod circles;
mod crates;
mod sources;

use sources::{Source, production, sources};

/// Fails with the list of what breaks `rule`.
fn none(rule: &str, mut broken: Vec<String>) {
    broken.sort();
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

fn rust() -> impl Iterator<Item = Source> {
    sources().into_iter().filter(|source| source.has("rs"))
}

#[test]
fn no_file_has_more_than_800_lines() {
    let broken = sources()
        .into_iter()
        // A reference is read by its headings and may be as long as what it lists.
        .filter(|source| !source.has("md") && source.text.lines().count() > 800)
        .map(|source| format!("{}: {} lines", source.path, source.text.lines().count()));
    none("split these files by what they are for", broken.collect());
}

#[test]
fn every_rust_file_opens_with_what_it_is_for() {
    let broken = rust()
        .filter(|source| {
            let first = source.text.lines().next().unwrap_or_default();
            !first.starts_with("//! ") || first.contains("placeholder")
        })
        .map(|source| source.path);
    none(
        "begin these files with one `//!` sentence",
        broken.collect(),
    );
}

#[test]
fn no_test_is_switched_off() {
    // Written in two halves, so that this file does not find itself.
    let words = [
        concat!("#[", "ignore"),
        concat!("test.", "skip"),
        concat!("it.", "skip"),
        concat!("describe.", "skip"),
        concat!("it.", "only"),
        concat!("test.", "only"),
        concat!("describe.", "only"),
    ];
    let broken = sources()
        .into_iter()
        .filter(|source| ["rs", "ts"].iter().any(|suffix| source.has(suffix)))
        .flat_map(|source| source.lines_with(&words));
    none("let these tests run", broken.collect());
}

#[test]
fn only_the_ipc_folder_of_the_interface_speaks_to_tauri() {
    let broken = sources()
        .into_iter()
        .filter(|source| {
            source.path.starts_with("ui/src/") && !source.path.starts_with("ui/src/ipc/")
        })
        .flat_map(|source| source.lines_with(&["@tauri-apps"]));
    none("move these imports into ui/src/ipc", broken.collect());
}

#[test]
fn only_the_views_of_the_window_become_typescript_types() {
    let broken = rust()
        .filter(|source| {
            !source.path.starts_with("src-tauri/src/view")
                && !source.path.starts_with("tests/tests/tidy/")
        })
        .flat_map(|source| source.lines_with(&["ts_rs", "#[ts("]));
    none(
        "derive TypeScript types in src-tauri/src/view.rs only",
        broken.collect(),
    );
}

#[test]
fn pure_crates_do_no_input_or_output() {
    let words = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "std::time::SystemTime",
        "std::time::Instant",
        "SystemTime::now",
        "Instant::now",
        "Utc::now",
        "Local::now",
        "tokio",
        "async fn",
        "println!",
        "eprintln!",
    ];
    let broken = rust()
        .filter(|source| {
            let pure = ["plan", "import", "lint", "report"];
            pure.iter()
                .any(|name| source.path.starts_with(&format!("crates/{name}/src/")))
        })
        .filter_map(production)
        .flat_map(|source| source.without_comments().lines_with(&words));
    none("hand these crates what they need instead", broken.collect());
}

#[test]
fn libraries_name_their_errors() {
    let broken = rust()
        .filter(|source| {
            source.path.starts_with("crates/") && !source.path.starts_with("crates/cli/")
        })
        .filter_map(production)
        .flat_map(|source| {
            source
                .without_comments()
                .lines_with(&["anyhow", "Box<dyn Error"])
        });
    none("give these errors a type", broken.collect());
}

#[test]
fn nothing_secret_and_no_machine_of_ours_is_named() {
    let words = [
        concat!("-----BEGIN ", "PRIVATE"),
        concat!("-----BEGIN ", "RSA"),
        concat!("-----BEGIN ", "OPENSSH"),
        concat!("AK", "IA"),
        concat!("gh", "p_"),
        concat!("xox", "b-"),
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
    ];
    let broken = sources().into_iter().flat_map(|source| {
        let mut found = source.lines_with(&words);
        found.extend(
            source
                .addresses()
                .into_iter()
                .map(|address| format!("{}: {address}", source.path)),
        );
        found
    });
    none("take these out", broken.collect());
}
