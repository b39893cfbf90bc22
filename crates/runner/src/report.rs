//! Writing a report of a session: everything is read from the journal, nothing from the target.

use std::path::Path;

use stopover_journal::Journal;
use stopover_plan::session::Session;
use stopover_plan::{Event, Plan, Problem};
use stopover_report::{Comparison, Format, Material};

use crate::file::{Existing, Written, write_whole};
use crate::request::plan_of;
use crate::trouble::Trouble;

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

/// Writes a report; the suffix chooses its format.
///
/// # Errors
/// When the suffix is no format, the session does not exist, and as [`write_whole`].
pub fn write_report(
    journal: &Path,
    session: &str,
    file: &Path,
    existing: Existing,
) -> Result<Written, Trouble> {
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
    write_whole(file, text.as_bytes(), existing)
}

/// Writes two sessions of a plan side by side; the suffix, `.csv` or `.md`, chooses the format.
///
/// # Errors
/// When the suffix is neither, a session does not exist, and as [`write_whole`].
pub fn write_comparison(
    journal: &Path,
    left: &str,
    right: &str,
    file: &Path,
    existing: Existing,
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
    write_whole(file, text.as_bytes(), existing)
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
