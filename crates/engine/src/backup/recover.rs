//! Finds the backup of a step again whose session lost its journal: the record beside it names both.

use std::path::Path;

use stopover_plan::event::Artifact;
use stopover_plan::model::Engine;

use super::manifest::Manifest;
use super::name::candidates;
use super::{BackupError, verify_file};

/// Returns the newest backup that a step of a session left at `file`, which may contain `{time}`, once its size and hash
/// are those recorded beside it and it is complete; `None` when there is none.
///
/// # Errors
/// When the newest one is not what was recorded; an older one is not taken for it.
pub async fn recover(
    file: &Path,
    session: &str,
    step: &str,
    engine: Engine,
) -> Result<Option<Artifact>, BackupError> {
    let newest = candidates(file, "")
        .into_iter()
        .filter_map(|candidate| Some((Manifest::read(&candidate.path)?, candidate)))
        .filter(|(manifest, _)| {
            manifest.session == session && manifest.step == step && manifest.engine == engine
        })
        .max_by(|(_, one), (_, other)| (&one.time, one.number).cmp(&(&other.time, other.number)));
    let Some((manifest, candidate)) = newest else {
        return Ok(None);
    };
    let artifact = Artifact {
        path: candidate.path.display().to_string(),
        ..manifest.artifact
    };
    verify_file(&artifact, engine).await?;
    Ok(Some(artifact))
}
