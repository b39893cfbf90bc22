//! `stopover report`: writes the report of a session.

use std::path::Path;

use super::Done;
use crate::args::ReportArgs;
use crate::output::Output;

pub(crate) fn run(out: &Output, journal: &Path, args: &ReportArgs) -> Done {
    let written = stopover_runner::write_report(
        journal,
        &args.session,
        &args.output,
        stopover_runner::Existing::Replace,
    )?;
    out.document(&written, || {
        format!(
            "{} ({} bytes, sha256 {})",
            written.file.display(),
            written.bytes,
            written.sha256
        )
    });
    Ok(0)
}
