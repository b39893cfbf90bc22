//! Reads and writes plan files so that at no moment half a file is there, and none is written over unseen.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use stopover_plan::Problem;
use stopover_plan::parse::LARGEST;
use stopover_runner::{unread, unwritten};

/// Returns the text of a plan file.
///
/// # Errors
/// When there is none, or it is no text.
pub(crate) fn read(path: &Path) -> Result<String, Problem> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    if bytes.len() > LARGEST {
        return Err(Problem::new(
            "too-large",
            format!("{} is too large to be changed here", path.display()),
            "Split the plan into several plans.",
        ));
    }
    String::from_utf8(bytes).map_err(|_| {
        Problem::new(
            "invalid-utf8",
            format!(
                "{} is not UTF-8, so nothing was changed in it",
                path.display()
            ),
            "Save the file as UTF-8 in a text editor.",
        )
    })
}

/// Says what hinders reading a plan file, and the next move.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => Problem::new(
            "plan-gone",
            format!("{} is not there any more", path.display()),
            "Write it again as it was shown last, or go back to all plans.",
        ),
        _ => Problem::new(
            "plan-unreadable",
            format!(
                "{} cannot be read any more: {}",
                path.display(),
                unread(error)
            ),
            "Give yourself the right to read it, or go back to all plans.",
        ),
    }
}

/// Replaces `from` by `to` as the content of a file: the new file is complete before it takes the old one's place, has
/// its mode, and a link stays a link. Returns false when the file is not `from` any more; then nothing was written.
///
/// # Errors
/// When the file may not be changed.
pub(crate) fn replace(path: &Path, from: &str, to: &str) -> Result<bool, Problem> {
    let real = std::fs::canonicalize(path).map_err(|error| unreadable(path, &error))?;
    let mode = std::fs::metadata(&real)
        .map_err(|error| unreadable(path, &error))?
        .permissions();
    if mode.readonly() {
        return Err(Problem::new(
            "plan-read-only",
            format!(
                "{} is read-only, so nothing was changed in it",
                path.display()
            ),
            "Give the file back its right to be written, then do it again.",
        ));
    }
    if from == to {
        return Ok(true);
    }
    let written = (|| {
        let folder = real.parent().unwrap_or(Path::new("/"));
        let mut file = tempfile::Builder::new()
            .prefix(".stopover-")
            .suffix(".tmp")
            .tempfile_in(folder)?;
        file.write_all(to.as_bytes())?;
        file.as_file().set_permissions(mode)?;
        file.as_file().sync_all()?;
        // Looked at as late as can be: what someone else wrote meanwhile is not written over.
        if std::fs::read(&real)? != from.as_bytes() {
            return Ok(false);
        }
        file.persist(&real).map_err(|error| error.error)?;
        settle(folder);
        Ok(true)
    })();
    written.map_err(|error: std::io::Error| unwritable(path, &error))
}

/// Writes a new file; never over one that is there.
///
/// # Errors
/// When there is one, or the folder takes none.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), Problem> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = (|| {
        let mut file = any_new_file().tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        settle(folder);
        Ok(())
    })();
    written.map_err(|error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Problem::new(
            "file-exists",
            format!(
                "There is a file {} already; it was left as it is.",
                path.display()
            ),
            "Choose another name, or open the file that is there.",
        ),
        _ => unwritable(path, &error),
    })
}

/// Writes a text into a new file beside a plan file and returns it.
///
/// # Errors
/// When the folder takes none.
pub(crate) fn create_beside(path: &Path, text: &str) -> Result<PathBuf, Problem> {
    loop {
        let beside = name_beside(path);
        match create(&beside, text) {
            Err(problem) if problem.code == "file-exists" => {}
            result => return result.map(|()| beside),
        }
    }
}

/// Returns the name a text gets beside a plan file: one that is free.
pub(crate) fn name_beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (stem, end) = match name.strip_suffix(".plan.toml") {
        Some(stem) => (stem, ".plan.toml"),
        None => name
            .strip_suffix(".toml")
            .map_or((&*name, ""), |stem| (stem, ".toml")),
    };
    let mut number = 1;
    loop {
        let mark = if number == 1 {
            "mine".to_owned()
        } else {
            format!("mine-{number}")
        };
        let beside = path.with_file_name(format!("{stem}.{mark}{end}"));
        if !beside.exists() {
            return beside;
        }
        number += 1;
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    let hint = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "Give yourself the right to write into its folder, then do it again."
        }
        ErrorKind::StorageFull => "Make room on the disk, then do it again.",
        ErrorKind::NotFound => "Choose a folder that is there.",
        _ => "Mend what hinders it, then do it again.",
    };
    Problem::new(
        "plan-unwritable",
        format!(
            "{} could not be written: {}",
            path.display(),
            unwritten(error)
        ),
        hint,
    )
}

/// Names a temporary file that gets the rights any new file has, instead of narrow ones.
fn any_new_file() -> tempfile::Builder<'static, 'static> {
    let mut file = tempfile::Builder::new();
    file.prefix(".stopover-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.permissions(std::fs::Permissions::from_mode(0o666));
    }
    file
}

/// Makes the new name last: without it a power cut may bring the old file back, whole, which is why a failure is none.
fn settle(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}
