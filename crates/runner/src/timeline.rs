//! Writing the timeline of a plan.

use std::path::Path;

use chrono::{DateTime, Utc};
use stopover_report::TimelineFormat;

use crate::file::{Existing, Written, write_whole};
use crate::plan_file::open_plan;
use crate::trouble::Trouble;

/// Returns the timeline of a plan file in this format, from `start` or the plan's own start.
///
/// # Errors
/// When the plan cannot be read or has problems, or has no start and is to become a calendar.
pub fn timeline(
    plan: &Path,
    start: Option<DateTime<Utc>>,
    format: TimelineFormat,
) -> Result<String, Trouble> {
    let opened = open_plan(plan)?;
    if !opened.problems.is_empty() {
        return Err(Trouble::Problems(opened.problems));
    }
    stopover_report::timeline(&opened.plan, start, Utc::now(), format)
        .map_err(|problem| Trouble::Problems(vec![problem]))
}

/// Writes the timeline of a plan file; the suffix of `file` chooses its format.
///
/// # Errors
/// As [`timeline`], when the suffix names no format, and as [`write_whole`].
pub fn write_timeline(plan: &Path, file: &Path, existing: Existing) -> Result<Written, Trouble> {
    let format = TimelineFormat::of_path(&file.to_string_lossy())
        .map_err(|problem| Trouble::Problems(vec![problem]))?;
    let text = timeline(plan, None, format)?;
    write_whole(file, text.as_bytes(), existing)
}
