//! Writing a report of a session: everything is read from the journal, nothing from the target.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use stopover_journal::Journal;
use stopover_plan::session::Session;
use stopover_plan::{Event, Plan, Problem};
use stopover_report::{Comparison, Format, Material};

use crate::request::plan_of;
use crate::trouble::Trouble;

/// A report that was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Written {
    /// File, absolute.
    pub file: PathBuf,
    /// Size.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// What a report is made of.
#[derive(Debug)]
pub struct Sources {
    plan: Plan,
    session: Session,
    events: Vec<Event>,
    head: String,
}

impl Sources {
    /// Returns the material of a report written at `written_at_ms`, Unix milliseconds.
    pub fn material(&self, written_at_ms: i64) -> Material<'_> {
        Material {
            plan: &self.plan,
            session: &self.session,
            events: &self.events,
            head_hash: &self.head,
            written_at_ms,
        }
    }
}

/// Reads what a report of the session is made of.
///
/// # Errors
/// When the session does not exist or the journal cannot be read.
pub fn material(journal: &Path, session: &str) -> Result<Sources, Trouble> {
    let journal = Journal::open(journal)?;
    let id = journal.resolve(session)?;
    let events = journal.events(&id, 0, usize::MAX)?;
    let session = Session::fold(&events);
    Ok(Sources {
        plan: plan_of(&journal, &session),
        head: journal.head(&id)?.hash_hex,
        session,
        events,
    })
}

/// Writes a report; the suffix chooses its format. An existing file is replaced whole.
///
/// # Errors
/// When the suffix is no format, the session does not exist, or the file cannot be written.
pub fn write_report(journal: &Path, session: &str, file: &Path) -> Result<Written, Trouble> {
    let format = Format::of_path(&file.to_string_lossy())
        .map_err(|problem| Trouble::Problems(vec![problem]))?;
    let sources = material(journal, session)?;
    let now_ms = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(0));
    let material = sources.material(now_ms);
    let text = match format {
        Format::Html => stopover_report::html(&material),
        Format::Markdown => stopover_report::markdown(&material),
        Format::Csv => stopover_report::csv(&material),
        Format::Json => format!("{:#}\n", stopover_report::json(&material)),
    };
    put(file, &text)
}

/// Writes two sessions of a plan side by side; the suffix, `.csv` or `.md`, chooses the format.
///
/// # Errors
/// When the suffix is neither, a session does not exist, or the file cannot be written.
pub fn write_comparison(
    journal: &Path,
    left: &str,
    right: &str,
    file: &Path,
) -> Result<Written, Trouble> {
    let compared = compare(journal, left, right)?;
    let text = match Format::of_path(&file.to_string_lossy()) {
        Ok(Format::Csv) => compared.csv(),
        Ok(Format::Markdown) => compared.markdown(),
        _ => {
            return Err(Trouble::Problems(vec![Problem::new(
                "comparison-format",
                format!(
                    "{} was not written: a comparison is Markdown or CSV.",
                    file.display()
                ),
                "End the file name with .md or .csv.",
            )]));
        }
    };
    put(file, &text)
}

/// Holds two sessions against each other.
///
/// # Errors
/// When one does not exist or the journal cannot be read.
pub fn compare(journal: &Path, left: &str, right: &str) -> Result<Comparison, Trouble> {
    let journal = Journal::open(journal)?;
    Ok(Comparison::of(
        &journal.session(left)?,
        &journal.session(right)?,
    ))
}

/// Replaces a file whole.
fn put(file: &Path, text: &str) -> Result<Written, Trouble> {
    let unwritable = |error: std::io::Error| {
        Trouble::Unreachable(Problem::new(
            "report-not-written",
            format!(
                "The report {} could not be written: {error}",
                file.display()
            ),
            "Name a file in a folder you may write to.",
        ))
    };
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    std::fs::write(&part, text).map_err(unwritable)?;
    std::fs::rename(&part, file).map_err(unwritable)?;
    Ok(Written {
        file: std::fs::canonicalize(file).map_err(unwritable)?,
        bytes: text.len() as u64,
        sha256: hex::encode(Sha256::digest(text)),
    })
}
