//! How every failure below becomes the one problem the window shows.

use stopover_engine::EngineError;
use stopover_journal::JournalError;
use stopover_runner::Trouble;

use crate::view;

impl From<stopover_plan::Problem> for view::Problem {
    fn from(problem: stopover_plan::Problem) -> Self {
        Self {
            code: problem.code,
            message: problem.message,
            hint: problem.hint,
            line: problem.line,
            column: problem.column,
        }
    }
}

impl From<JournalError> for view::Problem {
    fn from(error: JournalError) -> Self {
        error.problem().into()
    }
}

impl From<EngineError> for view::Problem {
    fn from(error: EngineError) -> Self {
        error.problem().into()
    }
}

impl From<Trouble> for view::Problem {
    fn from(trouble: Trouble) -> Self {
        let several = trouble.problems().len();
        let mut problem: Self = trouble.problem().into();
        if several > 1 {
            problem.hint = format!("{} {} more problems.", problem.hint, several - 1);
        }
        problem
    }
}

/// Carries out what blocks (files, the journal, a server) beside the threads that answer the window.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, view::Problem> + Send + 'static,
) -> Result<T, view::Problem> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(stopover_plan::Problem::new(
            "stopped",
            "The work was stopped before it ended",
            "Look at the session in History, then try again.",
        )
        .into()),
    }
}
