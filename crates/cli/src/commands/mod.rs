//! One file per command.

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod control;
pub(crate) mod demo;
pub(crate) mod history;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod journal;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod schedule;

use std::future::Future;

use stopover_plan::Problem;
use stopover_plan::event::Outcome;
use stopover_runner::{Ended, Trouble};

use crate::output::Output;

/// What a command returns: its exit code, or why it was not carried out.
pub(crate) type Done = Result<u8, Trouble>;

/// Runs async work to its end on this thread.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    // One thread: with more, every answer of a server would first be handed from one to the other.
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Trouble::Unreachable(Problem::new(
                "runtime",
                format!("The program could not start its threads: {error}"),
                "Free memory or raise the limit of threads.",
            ))
        })?
        .block_on(work)
}

/// Returns the exit code of a session that ended in this process.
pub(crate) fn exit_code(out: &Output, ended: &Ended) -> u8 {
    if let Some(problem) = &ended.problem {
        out.trouble(&Trouble::NeedsPerson(problem.clone()));
    }
    match ended.outcome {
        Some(Outcome::Succeeded | Outcome::RolledBack) => 0,
        Some(_) => 1,
        None => 4,
    }
}
