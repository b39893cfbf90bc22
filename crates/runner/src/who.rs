//! Who acts, where, and where the journal lies by default.

use std::path::PathBuf;

/// Returns the name of the OS user, or its number when it has none.
pub fn os_user() -> String {
    let uid = nix::unistd::getuid();
    nix::unistd::User::from_uid(uid)
        .ok()
        .flatten()
        .map_or_else(|| uid.to_string(), |user| user.name)
}

/// Returns the host name.
pub fn host_name() -> String {
    nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok())
        .unwrap_or_else(|| "localhost".to_owned())
}

/// Returns `STOPOVER_JOURNAL`, or `journal.db` in the platform's data folder.
pub fn default_journal() -> PathBuf {
    if let Some(file) = std::env::var_os("STOPOVER_JOURNAL").filter(|file| !file.is_empty()) {
        return PathBuf::from(file);
    }
    let data = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")))
        .unwrap_or_else(|| PathBuf::from("."));
    data.join("stopover").join("journal.db")
}
