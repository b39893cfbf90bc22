//! Why a program could not be run to its end.

use std::path::PathBuf;
use std::time::Duration;

use stopover_plan::{Problem, RecordError};

use super::Ran;

/// Why a program could not be run to its end. An exit code other than zero is no error here.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// No such program.
    #[error("the program {program} was not found")]
    NotFound {
        /// Program.
        program: String,
    },
    /// No such folder to run it in.
    #[error("the folder {} of the program {program} does not exist", dir.display())]
    NoFolder {
        /// Program.
        program: String,
        /// Folder.
        dir: PathBuf,
    },
    /// The operating system refused.
    #[error("the program {program} could not be started: {source}")]
    NotStarted {
        /// Program.
        program: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// An interactive program, and no terminal to give it.
    #[error("the program {program} needs a terminal and there is none")]
    NoTerminal {
        /// Program.
        program: String,
    },
    /// Its output or its end could not be read.
    #[error("the program {program} was lost: {source}")]
    Lost {
        /// Program.
        program: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It ran longer than it may and was ended.
    #[error("the program {program} was ended after {} s", after.as_secs_f32())]
    TimedOut {
        /// Program.
        program: String,
        /// How long it may run.
        after: Duration,
        /// What it had done.
        ran: Box<Ran>,
    },
    /// Someone cancelled it; it was ended.
    #[error("the program {program} was cancelled")]
    Cancelled {
        /// Program.
        program: String,
        /// What it had done.
        ran: Box<Ran>,
    },
    /// Its output could not be recorded; it was ended.
    #[error("the output could not be recorded: {source}")]
    Record {
        /// What the journal says.
        #[from]
        source: RecordError,
    },
}

impl ProcessError {
    /// Returns the error as a person is shown it.
    pub fn problem(&self) -> Problem {
        let (code, hint) = match self {
            Self::NotFound { program } if program.contains('/') => (
                "program-not-found",
                "Write a path that exists, relative to the step's folder".to_owned(),
            ),
            Self::NotFound { program } => (
                "program-not-found",
                format!("Install {program}, or write its whole path"),
            ),
            Self::NoFolder { .. } => (
                "folder-not-found",
                "Correct `dir`; it is relative to the plan file".to_owned(),
            ),
            Self::NotStarted { .. } => (
                "program-not-started",
                "Make the file executable, or name its interpreter first".to_owned(),
            ),
            Self::NoTerminal { .. } => (
                "no-terminal",
                "Run the session with `stopover run` in a terminal".to_owned(),
            ),
            Self::Lost { .. } => (
                "program-lost",
                "Look whether the program still runs before trying again".to_owned(),
            ),
            Self::TimedOut { .. } => (
                "timed-out",
                "Raise the step's `timeout`, or find out what the program waits for".to_owned(),
            ),
            Self::Cancelled { .. } => ("cancelled", String::new()),
            Self::Record { .. } => (
                "journal-not-written",
                "Free space or permissions for the journal, then resume".to_owned(),
            ),
        };
        Problem::new(code, self.to_string(), hint)
    }
}
