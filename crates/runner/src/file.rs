//! Writing a file a person named: whole or not at all, and over nothing nobody asked about.

use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use stopover_plan::Problem;

use crate::trouble::Trouble;
use crate::why::unwritten;

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Written {
    /// File, absolute.
    pub file: PathBuf,
    /// Size.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is written.
    Keep,
    /// It is replaced whole.
    Replace,
}

/// Writes a file whole or not at all.
///
/// # Errors
/// When there is a file that is to stay, or it cannot be written.
pub fn write_whole(file: &Path, content: &[u8], existing: Existing) -> Result<Written, Trouble> {
    let unwritable = |error| unwritable(file, &error);
    let part = beside(file);
    let mut written = std::fs::File::create_new(&part).map_err(unwritable)?;
    let placed = written
        .write_all(content)
        .and_then(|()| written.sync_all())
        .map_err(unwritable)
        .and_then(|()| place(&part, file, existing));
    if placed.is_err() {
        // What was begun is of no use to anybody; that it cannot be removed either is no further news.
        let _ = std::fs::remove_file(&part);
    }
    placed?;
    Ok(Written {
        file: std::fs::canonicalize(file).map_err(unwritable)?,
        bytes: content.len() as u64,
        sha256: hex::encode(Sha256::digest(content)),
    })
}

fn unwritable(file: &Path, error: &std::io::Error) -> Trouble {
    Trouble::Unreachable(Problem::new(
        "file-not-written",
        format!(
            "{} could not be written: {}",
            file.display(),
            unwritten(error)
        ),
        "Name a file in a folder you may write to.",
    ))
}

/// Returns a name beside `file` that no other process takes.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    PathBuf::from(name)
}

fn place(part: &Path, file: &Path, existing: Existing) -> Result<(), Trouble> {
    let refused = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Trouble::Problems(vec![Problem::new(
            "file-exists",
            format!("There is a file {} already.", file.display()),
            "Replace it, or name another file.",
        )]),
        _ => unwritable(file, &error),
    };
    if existing == Existing::Keep {
        // The name is taken by an empty file first, which fails where there is one, so that none is lost in between.
        std::fs::File::create_new(file).map_err(refused)?;
    }
    std::fs::rename(part, file).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: Option<&str>, existing: Existing, expect: Result<&str, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plan.svg");
        if let Some(before) = before {
            std::fs::write(&file, before).unwrap();
        }
        let written = write_whole(&file, b"new", existing);
        let found = written.map(|written| written.bytes);
        assert_eq!(
            found.map_err(|trouble| trouble.problem().code),
            expect.map(|text| text.len() as u64).map_err(str::to_owned)
        );
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text, expect.unwrap_or(before.unwrap_or_default()));
        let names = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(names, 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_is_replaced_only_when_that_was_asked_for() {
        check(None, Existing::Keep, Ok("new"));
        check(None, Existing::Replace, Ok("new"));
        check(Some("mine"), Existing::Keep, Err("file-exists"));
        check(Some("mine"), Existing::Replace, Ok("new"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("none/plan.svg");
        let told = write_whole(&file, b"new", Existing::Replace).unwrap_err();
        assert_eq!(told.problem().code, "file-not-written");
    }
}
