//! Where the programs are that tests start, and how a program is run to its end.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Says how missing programs get onto the machine.
pub(crate) const INSTALL: &str = "run scripts/install.sh, which installs what the tests need";

/// Returns the top folder of the repository.
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("the tests package lies in the repository")
        .to_path_buf()
}

/// Returns the folder this build writes programs to, e.g. `target/debug`.
///
/// A test is started from its `deps` folder, whatever the target directory is called; a program lies above it.
pub fn built() -> PathBuf {
    let own = std::env::current_exe().expect("a running program knows its own file");
    own.ancestors()
        .find(|folder| folder.ends_with("deps") || folder.ends_with("examples"))
        .or(Some(own.as_path()))
        .and_then(Path::parent)
        .expect("a program lies in a folder")
        .to_path_buf()
}

/// Returns the built terminal program.
pub fn stopover() -> PathBuf {
    program(
        "stopover",
        "cargo build --package stopover-cli --bin stopover",
    )
}

/// Returns the built window program.
pub fn stopover_window() -> PathBuf {
    program(
        "stopover-window",
        "cargo build --package stopover-window --features custom-protocol",
    )
}

fn program(name: &str, build: &str) -> PathBuf {
    let path = built().join(name);
    assert!(
        path.is_file(),
        "{} is not built; run `{build}` or `make test`",
        path.display()
    );
    path
}

/// Returns the first of `folders` that holds `name`, or the one found through `PATH`.
///
/// # Panics
/// When the program is nowhere: the message says how it is installed.
pub(crate) fn find(name: &str, folders: &[PathBuf]) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders
        .iter()
        .cloned()
        .chain(std::env::split_paths(&path))
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/bin")])
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("the program {name} is not installed; {INSTALL}"))
}

/// Returns true when the process lives: it is there, and not merely waiting to be taken note of.
pub fn is_running(pid: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = state.rsplit_once(')').map_or("", |(_, rest)| rest.trim());
    !after_name.is_empty() && !after_name.starts_with(['Z', 'X'])
}

/// Runs a program to its end and returns what it printed.
///
/// # Panics
/// When it cannot be started or exits with anything but 0: the message carries its output.
pub fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{:?} did not start: {error}", command.get_program()));
    assert!(
        output.status.success(),
        "{:?} ended with {}:\n{}{}",
        command.get_program(),
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
