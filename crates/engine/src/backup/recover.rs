//! Finds the backup of a step again whose session lost its journal: the record beside it names both.

use std::path::{Path, PathBuf};

use stopover_plan::event::Artifact;
use stopover_plan::model::Engine;

use super::files::folder_of;
use super::manifest::Manifest;
use super::{BackupError, verify_file};

/// Stands in a path for the time at which a backup starts.
const TIME: &str = "{time}";

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
    let newest = candidates(file)
        .into_iter()
        .filter_map(|candidate| Some((Manifest::read(&candidate.path)?, candidate)))
        .filter(|(manifest, _)| {
            manifest.session == session && manifest.step == step && manifest.engine == engine
        })
        .max_by(|(_, one), (_, other)| (&one.time, one.start).cmp(&(&other.time, other.start)));
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

/// A path at which a step may have left its backup.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    /// Time in its name; empty where the plan asks for none.
    time: String,
    /// Start of the step that wrote it, from 1.
    start: u32,
    path: PathBuf,
}

fn candidates(file: &Path) -> Vec<Candidate> {
    let text = file.display().to_string();
    let times = match file
        .iter()
        .position(|part| part.to_string_lossy().contains(TIME))
    {
        None => vec![String::new()],
        Some(position) => {
            let part = file.iter().nth(position).unwrap_or_default();
            let folder: PathBuf = file.iter().take(position).collect();
            times_in(&folder, &part.to_string_lossy())
        }
    };
    let mut found: Vec<Candidate> = times
        .into_iter()
        .flat_map(|time| starts_of(Path::new(&text.replace(TIME, &time)), &time))
        .collect();
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found.dedup();
    found
}

/// Returns the times in the names of a folder that begin as `part` does.
fn times_in(folder: &Path, part: &str) -> Vec<String> {
    let before = part.split(TIME).next().unwrap_or_default();
    names(folder)
        .iter()
        .filter_map(|name| name.strip_prefix(before)?.get(..16))
        .filter(|time| chrono::NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%SZ").is_ok())
        .map(str::to_owned)
        .collect()
}

/// Returns what stands under a name and, with its number, under those of later starts.
fn starts_of(file: &Path, time: &str) -> Vec<Candidate> {
    let text =
        |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let (whole, stem) = (text(file.file_name()), text(file.file_stem()));
    let end = whole.strip_prefix(stem.as_str()).unwrap_or_default();
    let folder = folder_of(file);
    names(&folder)
        .into_iter()
        .filter_map(|name| {
            let start = match name == whole {
                true => 1,
                false => name
                    .strip_prefix(stem.as_str())?
                    .strip_suffix(end)?
                    .strip_prefix('-')?
                    .parse()
                    .ok()?,
            };
            Some(Candidate {
                time: time.to_owned(),
                start,
                path: folder.join(name),
            })
        })
        .collect()
}

/// Returns the names in a folder; none when it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(there: &[&str], pattern: &str, expected: &[(&str, &str, u32)]) {
        let folder = tempfile::tempdir().expect("a folder");
        for name in there {
            let file = folder.path().join(name);
            std::fs::create_dir_all(folder_of(&file)).expect("made");
            std::fs::write(file, "").expect("written");
        }
        let found = candidates(&folder.path().join(pattern));
        let expected: Vec<Candidate> = expected
            .iter()
            .map(|(name, time, start)| Candidate {
                time: (*time).to_owned(),
                start: *start,
                path: folder.path().join(name),
            })
            .collect();
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn a_backup_is_looked_for_where_the_plan_says_and_nowhere_else() {
        let (one, two) = ("20261121T080000Z", "20261122T080000Z");
        check(
            &[
                "a.dump",
                "a-2.dump",
                "a-x.dump",
                "ab.dump",
                "a.dump.stopover.json",
            ],
            "a.dump",
            &[("a-2.dump", "", 2), ("a.dump", "", 1)],
        );
        check(
            &[
                &format!("out/a-{one}.dump"),
                &format!("out/a-{two}.dump"),
                &format!("out/a-{two}-3.dump"),
                &format!("out/a-{two}.dump.stopover.json"),
                "out/a-yesterday-at-eight.dump",
                &format!("out/b-{one}.dump"),
            ],
            "out/a-{time}.dump",
            &[
                (&format!("out/a-{one}.dump"), one, 1),
                (&format!("out/a-{two}-3.dump"), two, 3),
                (&format!("out/a-{two}.dump"), two, 1),
            ],
        );
        check(
            &[&format!("{one}/a-{one}.db"), &format!("{one}/a-{two}.db")],
            "{time}/a-{time}.db",
            &[(&format!("{one}/a-{one}.db"), one, 1)],
        );
        check(&[], "nowhere/{time}/a.db", &[]);
    }
}
