//! Runs a dump or restore tool: its files in and out, its last words, its end when someone asks to stop.

use std::ffi::OsString;
use std::fs::File;
use std::io::Seek;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStderr, Command};

use super::BackupError;
use super::address::Environment;
use super::files::list;
use super::stop::Stop;
use super::tool::Tool;
use crate::connect::Login;
use crate::process::escape;
use crate::process::group::{Group, end_child};

/// Time between two looks at how far a tool is.
pub(super) const LOOK: Duration = Duration::from_millis(250);
/// Bytes of a tool's last words that are kept.
const WORDS: usize = 4 * 1024;

/// What a tool reads.
pub(super) enum Input {
    /// A file to its end.
    Whole(File),
    /// The first bytes of a file.
    First(File, u64),
}

/// A tool to run.
pub(super) struct Launch<'a> {
    pub(super) tool: &'a Tool,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Environment,
    /// What it reads; nothing when absent.
    pub(super) input: Option<Input>,
    /// Where its standard output goes; nowhere when absent.
    pub(super) output: Option<File>,
    /// File or folder whose size tells how far it is; without one, the place in `input` does.
    pub(super) grows: Option<PathBuf>,
}

/// Runs a tool to its end.
///
/// # Errors
/// When it cannot be started, ends with anything but zero, or someone asks to stop.
pub(super) async fn run(
    login: &Login,
    launch: Launch<'_>,
    stop: &Stop,
    on_progress: &mut dyn FnMut(u64),
) -> Result<(), BackupError> {
    stop.check()?;
    let file = |doing| BackupError::file(&launch.tool.path, doing);
    let mut reading = match &launch.input {
        Some(Input::Whole(input) | Input::First(input, _)) => {
            Some(input.try_clone().map_err(file("given its input"))?)
        }
        None => None,
    };
    let (stdin, first) = match launch.input {
        Some(Input::Whole(input)) => (Stdio::from(input), None),
        Some(Input::First(input, bytes)) => (Stdio::piped(), Some((input, bytes))),
        None => (Stdio::null(), None),
    };
    let mut command = Command::new(&launch.tool.path);
    command
        .args(&launch.arguments)
        .stdin(stdin)
        .stdout(launch.output.map_or_else(Stdio::null, Stdio::from))
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    for (key, value) in &launch.environment {
        match value {
            Some(value) => command.env(key, value),
            None => command.env_remove(key),
        };
    }
    let mut child = command.spawn().map_err(file("started"))?;
    let group = Group::led_by(&child);
    if let (Some(mut pipe), Some((input, bytes))) = (child.stdin.take(), first) {
        // A tool that ends early has its own reason, which its exit tells.
        tokio::spawn(async move {
            let mut input = tokio::fs::File::from_std(input).take(bytes);
            let _ = tokio::io::copy(&mut input, &mut pipe).await;
            pipe.shutdown().await
        });
    }
    let words = tokio::spawn(last_words(child.stderr.take()));
    let mut look = tokio::time::interval(LOOK);
    let status = loop {
        tokio::select! {
            biased;
            () = stop.asked() => {
                end_child(&mut child, group).await;
                return Err(BackupError::Cancelled);
            }
            status = child.wait() => break status.map_err(file("waited for"))?,
            _ = look.tick() => {
                let size = match (&launch.grows, &mut reading) {
                    (Some(path), _) => size_of(path),
                    (None, Some(input)) => input.stream_position().ok(),
                    (None, None) => None,
                };
                if let Some(size) = size {
                    on_progress(size);
                }
            }
        }
    };
    // Its parallel workers, if they are still there, work for nobody.
    group.end(Duration::ZERO).await;
    if status.success() {
        return Ok(());
    }
    let mut said = words.await.unwrap_or_default();
    if let Some(secret) = login.secret().filter(|secret| !secret.expose().is_empty()) {
        said = said.replace(secret.expose(), "***");
    }
    Err(BackupError::Tool {
        tool: launch.tool.path.display().to_string(),
        ended: match (status.code(), status.signal()) {
            (Some(code), _) => format!("ended with exit {code}"),
            (None, signal) => format!("was ended by signal {}", signal.unwrap_or_default()),
        },
        said,
    })
}

/// Returns the size of a file, or of the files in a folder.
fn size_of(path: &Path) -> Option<u64> {
    let metadata = path.metadata().ok()?;
    if !metadata.is_dir() {
        return Some(metadata.len());
    }
    let files = list(path).ok()?;
    let sizes = files.iter().filter_map(|file| file.metadata().ok());
    Some(sizes.map(|metadata| metadata.len()).sum())
}

/// Reads a tool's standard error to its end and returns the last of it.
async fn last_words(pipe: Option<ChildStderr>) -> String {
    let Some(mut pipe) = pipe else {
        return String::new();
    };
    let mut words = Vec::new();
    let mut room = vec![0; WORDS];
    while let Ok(read @ 1..) = pipe.read(&mut room).await {
        words.extend_from_slice(&room[..read]);
        if words.len() > WORDS {
            words.drain(..words.len() - WORDS);
        }
    }
    escape(words.trim_ascii())
}
