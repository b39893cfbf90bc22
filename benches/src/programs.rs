//! The program under measurement, as it is released.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Returns the release build of `stopover`, which `make bench` puts beside this program.
pub(crate) fn stopover() -> PathBuf {
    let own = std::env::current_exe().expect("a running program knows its own file");
    let file = own.with_file_name("stopover");
    assert!(
        file.is_file(),
        "{} is not built; run `cargo build --release --package stopover-cli` or `make bench`",
        file.display()
    );
    file
}

/// Runs a command that has to succeed; what it prints is not kept.
pub(crate) fn succeed(command: &mut Command) {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .expect("the program starts");
    assert!(status.success(), "{command:?}: {status}");
}

/// Runs `stopover` on a journal.
pub(crate) fn on_journal(journal: &Path, words: &[&str]) {
    succeed(
        Command::new(stopover())
            .env("STOPOVER_JOURNAL", journal)
            .args(words),
    );
}
