//! Runs a dump or restore tool: its files in and out, its last words, its end when someone asks to stop.

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, PipeReader, PipeWriter, Read, Seek, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::{ChildStderr, Command};
use tokio::task::{JoinHandle, spawn_blocking};

use super::BackupError;
use super::address::Environment;
use super::files::list;
use super::gzip;
use super::kind::Kind;
use super::stop::Stop;
use super::tool::Tool;
use crate::connect::Login;
use crate::process::escape;
use crate::process::group::{Group, end_child};

/// Time between two looks at how far a tool is.
pub(super) const LOOK: Duration = Duration::from_millis(250);
/// Bytes moved through a pipe at a time.
const PIECE: usize = 256 * 1024;
/// Bytes of a tool's last words that are kept.
const WORDS: usize = 4 * 1024;

/// A script that a tool reads.
pub(super) struct Input {
    /// The file, at its beginning.
    pub(super) file: File,
    pub(super) path: PathBuf,
    /// A compressed one is unpacked on its way.
    pub(super) kind: Kind,
    /// Bytes of the text after which it ends; all of it when absent.
    pub(super) first: Option<u64>,
}

/// Where a tool writes.
pub(super) enum Output {
    /// Into a file.
    AsItIs(File),
    /// Into a file of that path, compressed on its way.
    Packed(File, PathBuf),
}

/// A tool to run.
pub(super) struct Launch<'a> {
    pub(super) tool: &'a Tool,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Environment,
    /// What it reads; nothing when absent.
    pub(super) input: Option<Input>,
    /// Where its standard output goes; nowhere when absent.
    pub(super) output: Option<Output>,
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
        Some(input) => Some(input.file.try_clone().map_err(file("given its input"))?),
        None => None,
    };
    let (stdin, feeding) = match launch.input {
        None => (Stdio::null(), None),
        Some(input) if input.kind != Kind::Gzip && input.first.is_none() => {
            (Stdio::from(input.file), None)
        }
        Some(input) => {
            let (from, into) = std::io::pipe().map_err(file("given its input"))?;
            (Stdio::from(from), Some((input, into)))
        }
    };
    let (stdout, packing) = match launch.output {
        None => (Stdio::null(), None),
        Some(Output::AsItIs(output)) => (Stdio::from(output), None),
        Some(Output::Packed(output, path)) => {
            let (from, into) = std::io::pipe().map_err(file("given its output"))?;
            (Stdio::from(into), Some((from, output, path)))
        }
    };
    let mut command = Command::new(&launch.tool.path);
    command
        .args(&launch.arguments)
        .stdin(stdin)
        .stdout(stdout)
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
    // Our copies of the tool's ends of the pipes go with it: each pipe ends when the tool lets go of it.
    drop(command);
    let feeding = feeding.map(|(input, pipe)| spawn_blocking(move || feed(input, pipe)));
    let packing =
        packing.map(|(pipe, output, path)| spawn_blocking(move || pack(pipe, output, &path)));
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
    // What went wrong at our end comes first: the tool only saw its pipe break, or too little of a script.
    ended(feeding).await?;
    ended(packing).await?;
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

/// Feeds a script to a tool. One that ends early has its own reason, which its exit tells.
fn feed(input: Input, mut pipe: PipeWriter) -> Result<(), BackupError> {
    let mut text = gzip::reader(input.file, input.kind).take(input.first.unwrap_or(u64::MAX));
    let mut room = vec![0; PIECE];
    loop {
        match text.read(&mut room) {
            Ok(0) => return Ok(()),
            Ok(read) if pipe.write_all(&room[..read]).is_err() => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(gzip::unreadable(&input.path, error)),
        }
    }
}

/// Writes what a tool prints, compressed.
fn pack(pipe: PipeReader, output: File, path: &Path) -> Result<(), BackupError> {
    gzip::pack(pipe, output).map_err(BackupError::file(path, "written"))
}

/// Waits for the work at our end of a pipe.
async fn ended(work: Option<JoinHandle<Result<(), BackupError>>>) -> Result<(), BackupError> {
    match work {
        None => Ok(()),
        Some(work) => work.await.unwrap_or_else(|error| {
            Err(BackupError::Thread {
                source: std::io::Error::other(error),
            })
        }),
    }
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
