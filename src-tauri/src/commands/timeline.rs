//! Writing the timeline of a plan as a file.

use std::path::PathBuf;

use stopover_report::TimelineFormat;
use tauri::ipc::{InvokeBody, Request};

use crate::problem::aside;
use crate::view::{Existing, Problem, Written};

/// Returns the drawing of a plan's timeline as SVG.
#[tauri::command]
pub(crate) async fn draw_timeline(path: String) -> Result<String, Problem> {
    aside(move || {
        let plan = PathBuf::from(path);
        Ok(stopover_runner::timeline(&plan, None, TimelineFormat::Svg)?)
    })
    .await
}

/// Writes a plan's timeline; the end of the file's name chooses the format.
#[tauri::command]
pub(crate) async fn write_timeline(
    path: String,
    file: String,
    existing: Existing,
) -> Result<Written, Problem> {
    aside(move || {
        let (plan, file) = (PathBuf::from(path), PathBuf::from(file));
        Ok(stopover_runner::write_timeline(&plan, &file, existing.into())?.into())
    })
    .await
}

/// Writes a picture the window drew: its bytes are the request, its place and what may be replaced the heading.
#[tauri::command]
pub(crate) async fn write_picture(request: Request<'_>) -> Result<Written, Problem> {
    let (file, existing, bytes) = picture(&request).ok_or_else(|| {
        stopover_plan::Problem::new(
            "picture-unreadable",
            "The picture did not arrive whole and was not written",
            "Write it again, or as SVG.",
        )
    })?;
    aside(move || Ok(stopover_runner::write_whole(&file, &bytes, existing)?.into())).await
}

/// Takes a request apart. Only PNG is taken, into a file that is named so.
fn picture(request: &Request<'_>) -> Option<(PathBuf, stopover_runner::Existing, Vec<u8>)> {
    let heading = |name: &str| request.headers().get(name)?.to_str().ok();
    let file = percent_encoding::percent_decode_str(heading("file")?)
        .decode_utf8()
        .ok()?;
    let existing = match heading("existing")? {
        "replace" => stopover_runner::Existing::Replace,
        _ => stopover_runner::Existing::Keep,
    };
    let InvokeBody::Raw(bytes) = request.body() else {
        return None;
    };
    let is_png = bytes.starts_with(b"\x89PNG\r\n\x1a\n") && file.to_lowercase().ends_with(".png");
    is_png.then(|| (PathBuf::from(file.as_ref()), existing, bytes.clone()))
}
