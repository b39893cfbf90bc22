//! Reads a plan file: text in, the plan and its problems out. Never fails and never panics.
//!
//! Reading goes in three passes: the text becomes a TOML document with byte offsets, the document becomes a
//! [`Plan`] with a note of every reference it makes, and the references are checked when all ids are known.

mod checks;
mod cycle;
mod document;
mod elements;
mod expect;
mod fields;
mod found;
mod keys;
mod kinds;
mod names;
mod place;
mod references;
mod secrets;
mod short;
mod similar;
mod step;
mod time;
mod undo;
mod waits;

use sha2::{Digest, Sha256};
use toml_edit::Document;

pub use keys::{KEYS, LATER};

use crate::model::Plan;
use crate::problem::Problem;
use found::Found;

/// Largest plan file that is read, in bytes.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// Reads a plan.
///
/// What could not be read is left out of the plan and named by a problem with line and column; the problems
/// come in the order of the file, at most 200 and one that says how many more there are. A text that is not
/// TOML yields an empty plan. The `after` of the steps may hold a cycle or an unknown id when problems say so.
pub fn open(text: &str) -> (Plan, Vec<Problem>) {
    if text.len() > LARGEST {
        return (Plan::default(), vec![too_large(text.len())]);
    }
    let mut found = Found::default();
    let plan = match Document::parse(text) {
        Ok(document) => document::read(document.as_table(), &mut found),
        Err(error) => {
            let at = error.span().map_or(text.len(), |span| span.start);
            found.add(at, "toml-syntax", || {
                (
                    format!(
                        "The plan file is not valid TOML: {}",
                        short::short(error.message())
                    ),
                    "Mend the line; what follows it could not be read.".to_owned(),
                )
            });
            Plan::default()
        }
    };
    let (mut plan, problems) = (plan, found.placed(text));
    place::set_lines(&mut plan, text);
    (plan, problems)
}

/// Reads a plan from bytes; bytes that are not UTF-8 are a problem with line and column.
pub fn open_bytes(bytes: &[u8]) -> (Plan, Vec<Problem>) {
    if bytes.len() > LARGEST {
        return (Plan::default(), vec![too_large(bytes.len())]);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => open(text),
        Err(error) => {
            let good = &bytes[..error.valid_up_to()];
            let (line, column) = place::end_of(&String::from_utf8_lossy(good));
            let problem = Problem::new(
                "invalid-utf8",
                format!(
                    "The plan file is not UTF-8: byte 0x{:02x} cannot stand here",
                    bytes[error.valid_up_to()]
                ),
                "Save the file as UTF-8.",
            );
            (Plan::default(), vec![problem.at(line, column)])
        }
    }
}

/// Returns the SHA-256, in lower-case hex, of a plan's text and of the files it names.
///
/// Every part goes in with its length before it, so that text cannot move between files unseen. The order of
/// `files` counts; [`Plan::files`] gives it.
pub fn hash(text: &str, files: &[(String, Vec<u8>)]) -> String {
    let mut digest = Sha256::new();
    let mut part = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    part(text.as_bytes());
    for (name, content) in files {
        part(name.as_bytes());
        part(content);
    }
    hex::encode(digest.finalize())
}

fn too_large(bytes: usize) -> Problem {
    Problem::new(
        "too-large",
        format!(
            "The plan file has {} MB; at most {} MB are read",
            bytes.div_ceil(1024 * 1024),
            LARGEST / (1024 * 1024)
        ),
        "Move long SQL into files and name them with `sql = { file = \"…\" }`.",
    )
    .at(1, 1)
}

#[cfg(test)]
mod tests;
