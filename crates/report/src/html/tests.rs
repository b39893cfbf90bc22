//! The page is well formed, says what it must, and whatever a stranger wrote stays text.

use proptest::prelude::*;

use crate::sample;

const VOID: [&str; 3] = ["meta", "br", "!DOCTYPE"];

/// Returns the first tag that is not closed in order.
fn unbalanced(page: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let tag = &rest[..rest.find('>')?];
        let name = tag.split_whitespace().next().unwrap_or_default();
        if let Some(closed) = name.strip_prefix('/') {
            if open.pop() != Some(closed) {
                return Some(name.to_owned());
            }
        } else if !VOID.contains(&name) {
            open.push(name);
        }
    }
    open.pop().map(str::to_owned)
}

#[test]
fn the_page_is_well_formed_and_loads_nothing() {
    for sample in [
        sample::mended(),
        sample::rolled_back(),
        sample::hostile("<b a='1' \"2\">"),
    ] {
        let page = crate::html(&sample.material());
        assert_eq!(unbalanced(&page), None);
        for forbidden in [
            "<script", "<link", "<img", "<iframe", "url(", "@import", " href=", " src=", " onload",
        ] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }
}

#[test]
fn the_page_says_how_it_ended() {
    let page = crate::html(&sample::mended().material());
    for text in [
        "Succeeded with open points",
        "2026-12-05 02:00:00 CET (UTC+01:00)",
        "2026-12-05T01:00:00Z",
        "PostgreSQL 15.8",
        "275.1 MB",
        "275,123,456",
        "Every item has a creator",
        "The nightly job rebuilds them.",
        "Deploy release 41 first.",
        "ALTER TABLE items ADD COLUMN created_by bigint;",
        sample::HEAD,
        "stopover journal verify",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(
        !page.contains("id=\"rollback\""),
        "empty sections are left out"
    );
}

#[test]
fn a_rolled_back_page_shows_the_rollback() {
    let page = crate::html(&sample::rolled_back().material());
    assert!(page.contains("Rolled back"));
    assert!(page.contains("DROP COLUMN created_by"));
    assert!(page.contains("maintenance-on"));
}

#[test]
fn an_empty_session_has_a_page_that_says_none() {
    let session = stopover_plan::Session::default();
    let plan = stopover_plan::Plan::default();
    let material = crate::Material {
        plan: &plan,
        session: &session,
        events: &[],
        head_hash: "",
        written_at_ms: i64::MIN,
    };
    let page = crate::html(&material);
    assert_eq!(unbalanced(&page), None);
    assert!(page.contains("<h2>Checks</h2><p>none</p>"));
    assert!(page.contains("<h2>Checklist</h2><p>none</p>"));
}

#[test]
fn invisible_characters_are_shown() {
    let page = crate::html(&sample::hostile("a\u{1b}[31mb\0c\u{202e}d").material());
    assert!(page.contains("a\\u{1b}[31mb\\u{0}c\\u{202e}d"));
    assert!(!page.contains(['\u{1b}', '\0', '\u{202e}']));
}

#[test]
fn a_password_in_an_address_is_not_repeated() {
    let sample = sample::hostile("psql postgres://ann:canary-7d1f@db/shop");
    for text in [
        crate::html(&sample.material()),
        crate::markdown(&sample.material()),
        crate::csv(&sample.material()),
        crate::json(&sample.material()).to_string(),
    ] {
        assert!(!text.contains("canary-7d1f"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_a_stranger_wrote_stays_text(around in "\\PC{0,20}") {
        let text = format!("{around}<zqx onclick=\"a\">{around}");
        let page = crate::html(&sample::hostile(&text).material());
        prop_assert!(!page.contains("<zqx"));
        prop_assert!(!page.contains("onclick=\"a\""));
        prop_assert_eq!(unbalanced(&page), None);
    }
}
