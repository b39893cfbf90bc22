//! Why a door's wish was not carried out, with the exit code of the terminal contract.

use stopover_engine::EngineError;
use stopover_journal::JournalError;
use stopover_plan::{Problem, RecordError};

/// Why a wish was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The plan has problems; at least one.
    Problems(Vec<Problem>),
    /// Refused: not trusted, not confirmed, not approved, held by another runner.
    Refused(Problem),
    /// Interrupted or unknown: a person has to decide.
    NeedsPerson(Problem),
    /// A database, tool or file could not be reached.
    Unreachable(Problem),
    /// The session failed.
    Failed(Problem),
}

impl Trouble {
    /// Returns the (first) problem.
    pub fn problem(&self) -> Problem {
        match self {
            Trouble::Problems(problems) => problems.first().cloned().unwrap_or_else(|| {
                Problem::new("plan-problems", "The plan has problems.", "Mend the plan.")
            }),
            Trouble::Refused(problem)
            | Trouble::NeedsPerson(problem)
            | Trouble::Unreachable(problem)
            | Trouble::Failed(problem) => problem.clone(),
        }
    }

    /// Returns every problem.
    pub fn problems(&self) -> Vec<Problem> {
        match self {
            Trouble::Problems(problems) => problems.clone(),
            other => vec![other.problem()],
        }
    }

    /// Returns the exit code of the terminal contract: 1 failed, 2 problems, 3 refused, 4 needs a person, 5 unreachable.
    pub fn exit_code(&self) -> u8 {
        match self {
            Trouble::Failed(_) => 1,
            Trouble::Problems(_) => 2,
            Trouble::Refused(_) => 3,
            Trouble::NeedsPerson(_) => 4,
            Trouble::Unreachable(_) => 5,
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.problem().fmt(f)
    }
}

impl std::error::Error for Trouble {}

impl From<JournalError> for Trouble {
    fn from(error: JournalError) -> Self {
        let problem = error.problem();
        match error {
            JournalError::NotFound { .. } | JournalError::Ambiguous { .. } => {
                Trouble::Problems(vec![problem])
            }
            _ => Trouble::Unreachable(problem),
        }
    }
}

impl From<RecordError> for Trouble {
    fn from(error: RecordError) -> Self {
        let why = std::error::Error::source(&error)
            .map(ToString::to_string)
            .unwrap_or_default();
        Trouble::Unreachable(Problem::new(
            "journal-not-written",
            format!("The journal could not be {}: {why}", error.doing),
            "Free space or permissions for the journal, then resume the session.",
        ))
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        let problem = error.problem();
        match error {
            EngineError::Held { .. } | EngineError::PoolingProxy { .. } => {
                Trouble::Refused(problem)
            }
            EngineError::Problem(problem) if problem.code == "read-only-target" => {
                Trouble::Refused(problem)
            }
            _ => Trouble::Unreachable(problem),
        }
    }
}

/// Returns the trouble of something that may not be done as things stand.
pub(crate) fn refused(code: &str, message: String, hint: impl Into<String>) -> Trouble {
    Trouble::Refused(Problem::new(code, message, hint))
}
