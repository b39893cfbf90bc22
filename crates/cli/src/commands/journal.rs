//! `stopover journal`: verify, export, prune.

use std::path::Path;

use serde_json::json;
use stopover_journal::Journal;
use stopover_plan::Problem;
use stopover_runner::Trouble;

use super::Done;
use crate::args::{JournalArgs, JournalVerb};
use crate::output::Output;
use crate::words::count;

pub(crate) fn run(out: &Output, path: &Path, args: &JournalArgs) -> Done {
    let journal = Journal::open(path)?;
    match &args.verb {
        JournalVerb::Verify => {
            let verified = journal.verify()?;
            out.document(
                &json!({
                    "events": verified.events,
                    "sessions": verified.sessions,
                    "intact": verified.intact,
                    "first_broken": verified.first_broken.as_ref().map(|broken| json!({
                        "session": broken.session, "seq": broken.seq,
                    })),
                }),
                || match &verified.first_broken {
                    None => format!(
                        "intact: {} of {}",
                        count(verified.events, "event"),
                        count(verified.sessions, "session")
                    ),
                    Some(broken) => format!(
                        "BROKEN at event {} of session {}",
                        broken.seq, broken.session
                    ),
                },
            );
            Ok(if verified.intact { 0 } else { 1 })
        }
        JournalVerb::Export { file } => {
            journal.export(file)?;
            out.document(&json!({ "file": file }), || file.display().to_string());
            Ok(0)
        }
        JournalVerb::Prune { older_than } => {
            let age = stopover_plan::duration::parse(older_than).ok_or_else(|| {
                Trouble::Problems(vec![Problem::new(
                    "usage",
                    format!("{older_than:?} is no duration."),
                    "Write it as 90d or 12w.",
                )])
            })?;
            let before = chrono::Utc::now().timestamp_millis()
                - i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
            let pruned = journal.prune(before)?;
            out.document(&pruned, || {
                format!("{} removed", count(pruned.sessions, "session"))
            });
            Ok(0)
        }
    }
}
