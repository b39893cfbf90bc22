//! What events carry: how a session runs, what a step left behind, how a check came out.

use serde::{Deserialize, Serialize};

use crate::model::{Engine, Environment, Severity};

/// How a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// On a restored copy.
    Rehearsal,
    /// On the targets themselves.
    #[default]
    Live,
}

/// Whether a step is being done or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The step itself.
    #[default]
    Forward,
    /// Its undo.
    Back,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every step succeeded or was skipped with a reason.
    Succeeded,
    /// A step or check failed and the session was left there.
    Failed,
    /// A person ended it.
    Aborted,
    /// Every step that ran was taken back.
    RolledBack,
    /// Taken back as far as undos exist.
    PartlyRolledBack,
}

impl Outcome {
    /// Returns the word used in JSON and on screens.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Succeeded => "succeeded",
            Outcome::Failed => "failed",
            Outcome::Aborted => "aborted",
            Outcome::RolledBack => "rolled_back",
            Outcome::PartlyRolledBack => "partly_rolled_back",
        }
    }
}

/// A target as it was bound when the session started; never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Target id.
    pub target: String,
    /// Engine.
    pub engine: Engine,
    /// Address without password.
    pub url: String,
    /// Saved connection it came from.
    #[serde(default)]
    pub connection: Option<String>,
    /// Environment tag.
    pub environment: Environment,
    /// True when the engine refuses every write.
    #[serde(default)]
    pub read_only: bool,
    /// Server version as it names itself.
    #[serde(default)]
    pub server_version: String,
    /// Database name, or file.
    #[serde(default)]
    pub database: String,
    /// What makes the database this one and no other (system identifier, file identity); compared on resume.
    #[serde(default)]
    pub identity: String,
    /// Database user.
    #[serde(default)]
    pub database_user: String,
}

/// A step as it was planned when the session started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepHead {
    /// Step id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Kind key.
    pub step_kind: String,
    /// Phase id.
    #[serde(default)]
    pub phase: Option<String>,
    /// Steps that must end first.
    #[serde(default)]
    pub after: Vec<String>,
    /// Planned duration.
    #[serde(default)]
    pub estimate_ms: Option<u64>,
    /// Step whose effect it ends.
    #[serde(default)]
    pub finally_for: Option<String>,
    /// What it does, redacted: the statements, the command line, the instructions; bounded to 4 KiB.
    #[serde(default)]
    pub detail: String,
    /// True when it can be taken back.
    #[serde(default)]
    pub has_undo: bool,
}

/// What a step left behind: a backup file, a fresh database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// `backup`, `database` or `file`.
    pub what: String,
    /// Path or name.
    pub path: String,
    /// Size.
    #[serde(default)]
    pub bytes: u64,
    /// SHA-256, lower-case hex; empty for a database.
    #[serde(default)]
    pub sha256: String,
    /// Dump format.
    #[serde(default)]
    pub format: String,
    /// Version of the server.
    #[serde(default)]
    pub engine_version: String,
    /// Version of the tool.
    #[serde(default)]
    pub tool_version: String,
    /// Set when it was restored into a scratch database and compared.
    #[serde(default)]
    pub restored: Option<Restored>,
}

/// Result of a restore check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// Tables compared.
    pub tables: u64,
    /// Rows compared.
    pub rows: u64,
    /// True when row counts and checksums of all tables were equal.
    pub equal: bool,
}

/// A file kept as evidence: name and fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// File name, or link.
    pub name: String,
    /// Size.
    #[serde(default)]
    pub bytes: u64,
    /// SHA-256, lower-case hex; empty for a link.
    #[serde(default)]
    pub sha256: String,
}

/// Where output came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error, and notices of a server.
    Err,
}

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// Step.
    pub step: String,
    /// Check id within the step.
    pub check: String,
    /// What it asserts.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// What was expected, as text.
    pub expected: String,
    /// What was found, as text, bounded to 4 KiB.
    pub found: String,
    /// Monotonic duration.
    pub elapsed_ms: u64,
}
