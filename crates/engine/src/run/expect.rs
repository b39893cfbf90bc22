//! Holding the result of a query against what a plan expects of it.

use sha2::{Digest, Sha256};
use stopover_plan::model::Expect;

use crate::db::Rows;

/// Returns an expectation in words.
pub(super) fn expect_text(expect: &Expect) -> String {
    match expect {
        Expect::Value(value) => value.clone(),
        Expect::Range {
            min: Some(min),
            max: Some(max),
        } => format!("{min} to {max}"),
        Expect::Range {
            min: Some(min),
            max: None,
        } => format!("at least {min}"),
        Expect::Range {
            min: None,
            max: Some(max),
        } => format!("at most {max}"),
        Expect::Range {
            min: None,
            max: None,
        } => "a number".to_owned(),
        Expect::Rows(rows) => format!("{rows} rows"),
        Expect::Table(rows) => rows
            .iter()
            .map(|row| row_text(row))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

fn row_text(row: &[Option<String>]) -> String {
    row.iter()
        .map(|value| value.as_deref().unwrap_or("NULL"))
        .collect::<Vec<_>>()
        .join(" | ")
}

/// Returns a result in few words: its single value, or its rows.
pub(super) fn brief(rows: &Rows) -> String {
    match rows.rows.as_slice() {
        [] => "no rows".to_owned(),
        [row] => row_text(row),
        several => {
            let shown: Vec<String> = several.iter().take(5).map(|row| row_text(row)).collect();
            let more = match rows.truncated {
                true => format!("more than {} rows", several.len()),
                false => format!("{} rows", several.len()),
            };
            format!("{more}: {}", shown.join("; "))
        }
    }
}

/// Holds a result against an expectation.
pub(super) fn meets(expect: &Expect, rows: &Rows) -> bool {
    let single = || match rows.rows.as_slice() {
        [row] if row.len() == 1 => row[0].as_deref(),
        _ => None,
    };
    match expect {
        Expect::Value(expected) => single().is_some_and(|found| same_value(expected, found)),
        Expect::Range { min, max } => single()
            .and_then(|found| found.trim().parse::<f64>().ok())
            .is_some_and(|found| {
                min.is_none_or(|min| found >= min) && max.is_none_or(|max| found <= max)
            }),
        Expect::Rows(count) => !rows.truncated && rows.rows.len() as u64 == *count,
        Expect::Table(expected) => {
            !rows.truncated
                && expected.len() == rows.rows.len()
                && expected.iter().zip(&rows.rows).all(|(expected, found)| {
                    expected.len() == found.len()
                        && expected.iter().zip(found).all(|pair| match pair {
                            (Some(expected), Some(found)) => same_value(expected, found),
                            (None, None) => true,
                            _ => false,
                        })
                })
        }
    }
}

/// Compares as text, then as truth values, then as numbers.
fn same_value(expected: &str, found: &str) -> bool {
    if expected == found {
        return true;
    }
    let truth = |text: &str| match text {
        "true" | "t" => Some(true),
        "false" | "f" => Some(false),
        _ => None,
    };
    if let (Some(expected), Some(found)) = (truth(expected), truth(found)) {
        return expected == found;
    }
    if let Some(expected) = truth(expected) {
        return found == if expected { "1" } else { "0" };
    }
    // Beyond 2^53 a float would call neighbours equal.
    if let (Ok(expected), Ok(found)) = (expected.parse::<i128>(), found.parse::<i128>()) {
        return expected == found;
    }
    match (expected.parse::<f64>(), found.parse::<f64>()) {
        (Ok(expected), Ok(found)) => expected == found,
        _ => false,
    }
}

/// Returns the SHA-256 of rows in a canonical form: lengths before values, so that no two results share a text.
pub(super) fn fingerprint(rows: &Rows) -> String {
    let mut hash = Sha256::new();
    for row in &rows.rows {
        hash.update((row.len() as u64).to_be_bytes());
        for value in row {
            match value {
                None => hash.update([0]),
                Some(value) => {
                    hash.update([1]);
                    hash.update((value.len() as u64).to_be_bytes());
                    hash.update(value.as_bytes());
                }
            }
        }
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[&[Option<&str>]]) -> Rows {
        Rows {
            columns: Vec::new(),
            rows: values
                .iter()
                .map(|row| row.iter().map(|value| value.map(str::to_owned)).collect())
                .collect(),
            truncated: false,
        }
    }

    fn check(expect: &Expect, found: &[&[Option<&str>]], holds: bool) {
        assert_eq!(meets(expect, &rows(found)), holds, "{expect:?} {found:?}");
    }

    #[test]
    fn a_value_is_met_by_exactly_one_row_of_one_column() {
        let zero = Expect::Value("0".into());
        check(&zero, &[&[Some("0")]], true);
        check(&zero, &[&[Some("0.0")]], true);
        check(&zero, &[&[None]], false);
        check(&zero, &[], false);
        check(&zero, &[&[Some("0")], &[Some("0")]], false);
        check(&zero, &[&[Some("0"), Some("0")]], false);
    }

    #[test]
    fn large_integers_differ_by_one() {
        check(
            &Expect::Value("9007199254740993".into()),
            &[&[Some("9007199254740992")]],
            false,
        );
    }

    #[test]
    fn truth_is_met_in_every_engine() {
        for found in ["t", "true", "1"] {
            check(&Expect::Value("true".into()), &[&[Some(found)]], true);
        }
    }

    #[test]
    fn a_range_includes_its_ends_and_needs_a_number() {
        let range = Expect::Range {
            min: Some(1.0),
            max: Some(5.0),
        };
        check(&range, &[&[Some("1")]], true);
        check(&range, &[&[Some("5")]], true);
        check(&range, &[&[Some("6")]], false);
        check(&range, &[&[Some("many")]], false);
        check(&range, &[&[None]], false);
    }

    #[test]
    fn fingerprints_tell_neighbouring_values_apart() {
        let a = fingerprint(&rows(&[&[Some("ab"), Some("c")]]));
        let b = fingerprint(&rows(&[&[Some("a"), Some("bc")]]));
        let c = fingerprint(&rows(&[&[Some(""), None]]));
        let d = fingerprint(&rows(&[&[None, Some("")]]));
        assert_ne!(a, b);
        assert_ne!(c, d);
    }
}
