//! Backups from outside: made from real servers, damaged, refused, restored, swapped, and cancelled half way.

mod damage;
mod far;
mod faults;
mod killed;
mod killed_command;
mod mariadb;
mod postgres;
mod sqlite;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use stopover_engine::backup::{
    BackupError, Maker, Order, Restored, Swap, Toolbox, artifact_of_file, back_up, back_up_with,
    restore,
};
use stopover_engine::connect::{Login, log_in};
use stopover_plan::connection::parse_url;
use stopover_plan::event::Artifact;
use stopover_plan::model::BackupFormat;
use stopover_tests::Scratch;

pub(crate) async fn login(url: &str) -> Login {
    let (connection, secret) = parse_url(url).expect("a URL");
    log_in(&connection, secret).await.expect("a login")
}

/// Orders a backup with restore check.
pub(crate) fn order(login: &Login, file: PathBuf, format: BackupFormat) -> Order<'_> {
    Order {
        login,
        file,
        at_ms: 1_795_334_400_000,
        format,
        jobs: 2,
        restore_check: true,
        maker: Maker::Step {
            session: "s1".to_owned(),
            step: "save".to_owned(),
            start: 1,
        },
    }
}

pub(crate) async fn make(order: &Order<'_>) -> Result<Artifact, BackupError> {
    back_up(order, std::future::pending(), &mut |_| {}).await
}

pub(crate) async fn make_with(tools: &Toolbox, order: &Order<'_>) -> Result<Artifact, BackupError> {
    back_up_with(tools, order, std::future::pending(), &mut |_| {}).await
}

pub(crate) async fn bring_back(
    login: &Login,
    artifact: &Artifact,
    into: &str,
    swap: Swap,
) -> Result<Restored, BackupError> {
    restore(
        login,
        artifact,
        into,
        swap,
        std::future::pending(),
        &mut |_| {},
    )
    .await
}

/// Restores a file that has no record beside it.
pub(crate) async fn bring_back_file(
    login: &Login,
    file: &Path,
    into: &str,
) -> Result<Restored, BackupError> {
    let artifact = artifact_of_file(file).expect("the file is there");
    bring_back(login, &artifact, into, Swap::No).await
}

/// A folder of tools, each a shell script.
pub(crate) fn toolbox(scratch: &Scratch, scripts: &[(&str, String)]) -> Toolbox {
    for (name, script) in scripts {
        let path = scratch.write(&format!("tools/{name}"), format!("#!/bin/sh\n{script}\n"));
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode).expect("the script is ours");
    }
    Toolbox::only(scratch.join("tools"))
}

/// Returns the names in a folder, sorted; none where a refused backup took its folder away again.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    if !folder.exists() {
        return Vec::new();
    }
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Cuts the last byte off a file.
pub(crate) fn truncate(file: &Path) {
    let length = file.metadata().expect("it is there").len();
    let open = std::fs::OpenOptions::new().write(true).open(file);
    open.and_then(|file| file.set_len(length - 1))
        .expect("it is ours");
}

/// Flips one bit in the middle of a file.
pub(crate) fn flip_a_bit(file: &Path) {
    let mut bytes = std::fs::read(file).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(file, bytes).expect("it is ours");
}
