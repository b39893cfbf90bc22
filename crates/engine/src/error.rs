//! Everything that can go wrong while the engine acts, as one enum.

use std::path::PathBuf;

use stopover_plan::{Problem, RecordError};

use crate::db::DbError;

/// What of a connection is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The host's name or the way to it.
    Host,
    /// Nobody answers at the port, or somebody else does.
    Port,
    /// The SSH tunnel.
    Tunnel,
    /// Encryption or certificate.
    Tls,
    /// User, password, or the server's rules about who may come from where.
    Authentication,
    /// The database's name.
    Database,
    /// What the user may do.
    Privilege,
    /// The file of an SQLite database.
    File,
}

impl Place {
    /// Returns the word used in JSON and on screens.
    pub fn word(self) -> &'static str {
        match self {
            Place::Host => "host",
            Place::Port => "port",
            Place::Tunnel => "tunnel",
            Place::Tls => "tls",
            Place::Authentication => "authentication",
            Place::Database => "database",
            Place::Privilege => "privilege",
            Place::File => "file",
        }
    }
}

/// Why the engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A database could not be reached or entered.
    #[error("{}", problem.message)]
    Connect {
        /// What is wrong.
        place: Place,
        /// SQLSTATE, error number or result code, when a server spoke.
        code: Option<String>,
        /// How a person is told.
        problem: Problem,
    },
    /// A database refused a statement, or was lost.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Another runner works on the target.
    #[error("{target} is held by {holder}")]
    Held {
        /// Database, or file.
        target: String,
        /// Who holds it: session, person, address, since when, as far as the target tells.
        holder: String,
    },
    /// The address belongs to a pooler that hands every transaction another server connection.
    #[error("{address} is a pooling proxy, not a database server: {evidence}")]
    PoolingProxy {
        /// Where it was met.
        address: String,
        /// What gave it away.
        evidence: String,
    },
    /// No password could be read.
    #[error("{}", .0.message)]
    Secret(Problem),
    /// A name cannot be an identifier of the engine.
    #[error("{name:?} cannot be a name in the database: {why}")]
    Name {
        /// The name.
        name: String,
        /// Why not, as the end of a sentence.
        why: &'static str,
    },
    /// A file could not be used.
    #[error("{} could not be {doing}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// `read`, `written`, `locked`, …
        doing: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The journal could not be written or read, so nothing more may be done.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Anything else that already has words for a person.
    #[error("{}", .0.message)]
    Problem(Problem),
}

impl EngineError {
    /// Returns the error as a person is shown it.
    pub fn problem(&self) -> Problem {
        match self {
            EngineError::Connect { problem, .. }
            | EngineError::Secret(problem)
            | EngineError::Problem(problem) => problem.clone(),
            EngineError::Db(error) => error.problem(),
            EngineError::Held { .. } => Problem::new(
                "held",
                self.to_string(),
                "Wait until that session ends, or abort it.",
            ),
            EngineError::PoolingProxy { .. } => Problem::new(
                "pooling-proxy",
                self.to_string(),
                "Connect directly to the database server, or use session pooling.",
            ),
            EngineError::Name { .. } => {
                Problem::new("name", self.to_string(), "Choose another name.")
            }
            EngineError::File { source, .. } => {
                let hint = match source.kind() {
                    std::io::ErrorKind::NotFound => "Check the path.",
                    std::io::ErrorKind::PermissionDenied => "Change the permissions.",
                    std::io::ErrorKind::StorageFull => "Free space on the disk.",
                    _ => "Check the file and its disk.",
                };
                Problem::new("file", format!("{self}: {source}"), hint)
            }
            EngineError::Record(error) => Problem::new(
                "journal",
                format!("{error}: {}", error.source),
                "Free space for the journal or mend its permissions, then resume.",
            ),
        }
    }

    /// Returns the database's error inside, if it is one.
    pub fn db(&self) -> Option<&DbError> {
        match self {
            EngineError::Db(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Problem> for EngineError {
    fn from(problem: Problem) -> Self {
        EngineError::Problem(problem)
    }
}
