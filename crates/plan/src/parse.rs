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
mod forms;
mod found;
mod keys;
mod kinds;
mod names;
mod place;
mod references;
mod secrets;
mod short;
mod similar;
mod size;
mod slug;
mod step;
mod time;
mod undo;
mod values;
mod waits;

use std::sync::Arc;

use sha2::{Digest, Sha256};
use toml_edit::Document;

pub(crate) use keys::KINDS;
pub use keys::{KEYS, LATER};
pub use size::LARGEST;

use crate::model::Plan;
use crate::problem::Problem;
pub(crate) use fields::{Kin, Reference};
use found::Found;
pub(crate) use secrets::in_value;
pub use secrets::is_secret_name;
pub(crate) use slug::is_slug;

/// Reads a plan.
///
/// What could not be read is left out of the plan and named by a problem with line and column; the problems
/// come in the order of the file, at most 200 and one that says how many more there are. A text that is not
/// TOML yields an empty plan. The `after` of the steps may hold a cycle or an unknown id when problems say so.
pub fn open(text: &str) -> (Plan, Vec<Problem>) {
    match document(text) {
        Ok(document) => read(&document),
        Err(problem) => (Plan::default(), vec![problem]),
    }
}

/// Reads a plan as [`open`] does, from a text that was read as TOML before.
pub(crate) fn read<S: AsRef<str>>(document: &Document<S>) -> (Plan, Vec<Problem>) {
    let mut found = Found::default();
    let text = document.raw();
    let mut plan = document::read(document.as_table(), &mut found).0;
    place::set_lines(&mut plan, text);
    (plan, found.placed(text))
}

/// A text read as TOML that keeps it.
pub(crate) type Toml = Document<Arc<str>>;

/// Returns the TOML document, or the one problem that makes it unreadable.
pub(crate) fn document<S: AsRef<str> + Clone>(source: S) -> Result<Document<S>, Problem> {
    let text = source.as_ref();
    if text.len() > LARGEST {
        return Err(too_large(text.len()));
    }
    if size::is_too_dense(text) {
        return Err(Problem::new(
            "too-large",
            "The plan file has millions of words and signs, more than are read",
            "Split the plan into several plans.",
        )
        .at(1, 1));
    }
    Document::parse(source.clone()).map_err(|error| {
        let at = error.span().map_or(text.len(), |span| span.start);
        let (line, column) = place::Walker::new(text).place(at, place::mark(text));
        Problem::new(
            "toml-syntax",
            format!(
                "The plan file is not valid TOML: {}",
                short::short(error.message())
            ),
            "Mend the line; what follows it could not be read.",
        )
        .at(line, column)
    })
}

/// Returns every reference a document makes, with the bytes it stands at.
pub(crate) fn references<S>(document: &Document<S>) -> Vec<Reference> {
    document::read(document.as_table(), &mut Found::default()).1
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
