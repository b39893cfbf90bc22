//! Runs one program for a step: in a process group of its own, with bounded, escaped, redacted, hashed output.

mod error;
mod escape;
pub(crate) mod group;
mod output;
mod redact;
mod terminal;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use stopover_plan::RecordError;
use stopover_plan::event::Stream;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep_until};

pub use error::ProcessError;
pub use escape::{escape, unescape};
use group::{GRACE, Group};
use output::{CHUNK, Output};

/// Shortest time between two chunks of output, unless a chunk is full.
const PAUSE: Duration = Duration::from_millis(100);
/// How long output is awaited once the program itself has ended and something it started holds its output open.
const LINGER: Duration = Duration::from_millis(500);

/// What a program reads.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Input {
    /// Nothing.
    #[default]
    Empty,
    /// These bytes, then the end.
    Bytes(Vec<u8>),
}

/// Whether a program talks with a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Interactive {
    /// No: its output is recorded and it reads [`Launch::stdin`].
    #[default]
    No,
    /// Yes: it gets the terminal of this process; its output goes there and is not recorded.
    InheritTerminal,
}

/// A program to run. Secrets go into `env` or `stdin`, never into `args`; its `Debug` form hides both.
#[derive(Clone, Default)]
pub struct Launch {
    /// Program: a name looked for in `PATH`, or a path.
    pub program: String,
    /// Arguments; any process of the machine can read them.
    pub args: Vec<String>,
    /// Folder it runs in; this process's own when absent.
    pub dir: Option<PathBuf>,
    /// Environment added to the inherited one.
    pub env: BTreeMap<String, String>,
    /// Longest time it may run.
    pub timeout: Option<Duration>,
    /// What it reads.
    pub stdin: Input,
    /// Whether it talks with a person.
    pub interactive: Interactive,
    /// Secrets that are replaced by `***` in its output.
    pub secrets: Vec<String>,
    /// Text that is looked for in the whole output, also in what is not kept; see [`Ran::found`].
    pub wanted: Option<String>,
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launch")
            .field("program", &self.program)
            .field("args", &self.args)
            .field("dir", &self.dir)
            .field("env", &self.env.keys())
            .finish_non_exhaustive()
    }
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Exit code; `None` when a signal ended it.
    pub exit: Option<i32>,
    /// Signal that ended it.
    pub signal: Option<i32>,
    /// How long it ran.
    pub elapsed: Duration,
    /// Size of both streams.
    pub output_bytes: u64,
    /// SHA-256 of standard output with secrets replaced; when standard error is not empty, of both streams'
    /// hexadecimal hashes one after the other.
    pub output_sha256: String,
    /// Last 16 KiB of both streams, escaped.
    pub tail: String,
    /// Whether [`Launch::wanted`] occurred in one stream; `None` when nothing was looked for.
    pub found: Option<bool>,
}

/// Why a program is being ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Cancelled,
    TimedOut,
}

/// Runs a program to its end.
///
/// `on_output` gets escaped chunks, at most about ten a second and 512 KiB in all: the first 256 KiB as they come, the
/// last 256 KiB at the end, the first of these with the number of bytes left out before it. When `cancel` completes or
/// the timeout passes, the program and all it started get SIGTERM, and SIGKILL two seconds later.
///
/// # Errors
/// When it cannot be started, is cancelled, runs too long, or its output cannot be recorded.
pub async fn run(
    launch: &Launch,
    cancel: impl Future<Output = ()>,
    on_output: &mut dyn FnMut(Stream, String, u64) -> Result<(), RecordError>,
) -> Result<Ran, ProcessError> {
    let began = Instant::now();
    let (mut child, group) = start(launch)?;
    let lent = match launch.interactive {
        Interactive::InheritTerminal => terminal::lend(&group),
        Interactive::No => None,
    };
    feed(&mut child, &launch.stdin);
    let mut output = Output::new(&launch.secrets, launch.wanted.as_deref());
    let deadline = launch
        .timeout
        .and_then(|timeout| began.checked_add(timeout));
    let followed = follow(&mut child, &group, &mut output, deadline, cancel, on_output).await;
    drop(lent);
    let program = || launch.program.clone();
    let (status, ending) = match followed {
        Ok(ended) => ended,
        Err(stop) => {
            group::end_child(&mut child, group).await;
            return Err(match stop {
                Stop::Record(source) => ProcessError::Record { source },
                Stop::Io(source) => ProcessError::Lost {
                    program: program(),
                    source,
                },
            });
        }
    };
    match ending {
        Some(_) => group.end(GRACE).await,
        None => group.let_go(),
    }
    for (stream, text, dropped) in output.last_chunks() {
        on_output(stream, text, dropped)?;
    }
    let remains = output.finish();
    let ran = Ran {
        exit: status.code(),
        signal: status.signal(),
        elapsed: began.elapsed(),
        output_bytes: remains.bytes,
        output_sha256: remains.sha256,
        tail: remains.tail,
        found: remains.found,
    };
    match ending {
        None => Ok(ran),
        Some(Ending::Cancelled) => Err(ProcessError::Cancelled {
            program: program(),
            ran: Box::new(ran),
        }),
        Some(Ending::TimedOut) => Err(ProcessError::TimedOut {
            program: program(),
            after: launch.timeout.unwrap_or_default(),
            ran: Box::new(ran),
        }),
    }
}

/// Why following a program stopped before its end.
enum Stop {
    Record(RecordError),
    Io(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(source: std::io::Error) -> Self {
        Self::Io(source)
    }
}

/// Reads both streams until the program has ended, and asks it to end when it must.
async fn follow(
    child: &mut Child,
    group: &Group,
    output: &mut Output,
    deadline: Option<Instant>,
    cancel: impl Future<Output = ()>,
    on_output: &mut dyn FnMut(Stream, String, u64) -> Result<(), RecordError>,
) -> Result<(ExitStatus, Option<Ending>), Stop> {
    let mut cancel = pin!(cancel);
    let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
    let (mut out_room, mut err_room) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut ending = None;
    let mut status: Option<ExitStatus> = None;
    let (mut kill_at, mut flush_at, mut leave_at) = (None, None, None);
    loop {
        let runs = status.is_none();
        let end = tokio::select! {
            biased;
            () = &mut cancel, if runs && ending.is_none() => Some(Ending::Cancelled),
            () = at(deadline), if runs && ending.is_none() => Some(Ending::TimedOut),
            () = at(kill_at) => {
                group.signal(Signal::SIGKILL);
                kill_at = None;
                None
            }
            () = at(flush_at) => {
                flush_at = None;
                pass_on(output, on_output)?;
                None
            }
            ended = child.wait(), if runs => {
                status = Some(ended?);
                leave_at = Some(Instant::now() + LINGER);
                None
            }
            read = read(&mut out, &mut out_room) => {
                take(output, Stream::Out, &mut out, &out_room[..read?]);
                None
            }
            read = read(&mut err, &mut err_room) => {
                take(output, Stream::Err, &mut err, &err_room[..read?]);
                None
            }
            // Last, so that everything the program itself wrote has been read before this is looked at.
            () = at(leave_at) => break,
        };
        if end.is_some() {
            ending = end;
            group.signal(Signal::SIGTERM);
            kill_at = Some(Instant::now() + GRACE);
        }
        if output.is_full() {
            flush_at = None;
            pass_on(output, on_output)?;
        } else if output.is_waiting() && flush_at.is_none() {
            flush_at = Some(Instant::now() + PAUSE);
        }
        let all_read = out.is_none() && err.is_none();
        // Something the program left behind may write for ever.
        let too_long = leave_at.is_some_and(|at| Instant::now() > at + GRACE);
        if status.is_some() && (all_read || too_long) {
            break;
        }
    }
    let status = status.ok_or_else(|| std::io::Error::from(ErrorKind::UnexpectedEof))?;
    Ok((status, ending))
}

/// Starts the program as the leader of a new process group.
fn start(launch: &Launch) -> Result<(Child, Group), ProcessError> {
    let program = || launch.program.clone();
    if let Some(dir) = launch.dir.as_ref().filter(|dir| !dir.is_dir()) {
        return Err(ProcessError::NoFolder {
            program: program(),
            dir: dir.clone(),
        });
    }
    let mut command = Command::new(&launch.program);
    command
        .args(&launch.args)
        .envs(&launch.env)
        .process_group(0)
        .kill_on_drop(true);
    if let Some(dir) = &launch.dir {
        command.current_dir(dir);
    }
    match launch.interactive {
        Interactive::InheritTerminal if !terminal::is_here() => {
            return Err(ProcessError::NoTerminal { program: program() });
        }
        Interactive::InheritTerminal => {}
        Interactive::No => {
            let stdin = match launch.stdin {
                Input::Empty => Stdio::null(),
                Input::Bytes(_) => Stdio::piped(),
            };
            command
                .stdin(stdin)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
        }
    }
    let child = command.spawn().map_err(|source| match source.kind() {
        ErrorKind::NotFound => ProcessError::NotFound { program: program() },
        _ => ProcessError::NotStarted {
            program: program(),
            source,
        },
    })?;
    let group = Group::led_by(&child);
    Ok((child, group))
}

/// Writes the program's input beside everything else.
fn feed(child: &mut Child, input: &Input) {
    if let (Some(mut pipe), Input::Bytes(bytes)) = (child.stdin.take(), input) {
        let bytes = bytes.clone();
        // A program that ends without reading everything is no error, so nobody asks how the writing went.
        tokio::spawn(async move { pipe.write_all(&bytes).await });
    }
}

/// Completes at `when`; never when there is none.
async fn at(when: Option<Instant>) {
    match when {
        Some(when) => sleep_until(when).await,
        None => std::future::pending().await,
    }
}

/// Reads what is there; never completes once the stream is closed.
async fn read(
    pipe: &mut Option<impl AsyncRead + Unpin>,
    room: &mut [u8],
) -> std::io::Result<usize> {
    match pipe {
        Some(pipe) => pipe.read(room).await,
        None => std::future::pending().await,
    }
}

/// Takes over what was read; an empty read closes the stream.
fn take<P>(output: &mut Output, stream: Stream, pipe: &mut Option<P>, bytes: &[u8]) {
    output.push(stream, bytes);
    if bytes.is_empty() {
        *pipe = None;
    }
}

/// Passes on what waits.
fn pass_on(
    output: &mut Output,
    on_output: &mut dyn FnMut(Stream, String, u64) -> Result<(), RecordError>,
) -> Result<(), Stop> {
    while let Some((stream, text)) = output.next_chunk() {
        on_output(stream, text, 0).map_err(Stop::Record)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
