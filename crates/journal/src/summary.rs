//! What History lists: one line a session, without folding it.

use rusqlite::Row;
use rusqlite::types::Type;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use stopover_plan::event::{Mode, Outcome};
use stopover_plan::model::Environment;
use stopover_plan::session::State;

/// A session in one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionSummary {
    /// Id.
    pub id: String,
    /// Name of the plan.
    pub plan: String,
    /// Plan file.
    pub plan_path: String,
    /// Hash of the plan in force.
    pub plan_hash: String,
    /// Mode.
    pub mode: Mode,
    /// Most harmful environment.
    pub environment: Environment,
    /// Who started it.
    pub by: String,
    /// Where.
    pub host: String,
    /// State as its events tell it.
    pub state: State,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Start, Unix milliseconds.
    pub started_at_ms: i64,
    /// End, Unix milliseconds.
    pub finished_at_ms: Option<i64>,
    /// Monotonic milliseconds in which a runner lived.
    pub duration_ms: u64,
    /// Process id and host of the last runner.
    pub runner: Option<(u32, String)>,
    /// Number of events.
    pub seq: u64,
    /// Hash of the last event, lower-case hex.
    pub head_hash: String,
}

/// Which sessions a list shows; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Id of the last session already shown; `None` begins with the newest.
    pub before: Option<String>,
    /// How many at most; 0 stands for 50.
    pub limit: usize,
    /// Only sessions of the plan at this path.
    pub plan_path: Option<String>,
    /// Only sessions whose plan has this hash.
    pub plan_hash: Option<String>,
    /// Only sessions in this mode.
    pub mode: Option<Mode>,
    /// Only sessions in this state.
    pub state: Option<State>,
    /// Only sessions of this environment.
    pub environment: Option<Environment>,
    /// Only sessions that ended like this, or that did not end.
    pub end: Option<End>,
    /// Only sessions started at or after this moment, Unix milliseconds.
    pub from_at_ms: Option<i64>,
    /// Only sessions started before this moment, Unix milliseconds.
    pub until_at_ms: Option<i64>,
    /// Only sessions with this text in their id, plan, plan file, person or host, whatever the case of its letters.
    pub search: String,
}

/// How a session ended, if it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is not over.
    Unfinished,
    /// It is over with this outcome.
    With(Outcome),
}

impl End {
    /// Returns the word that stands for it in a query.
    pub(crate) fn word(self) -> String {
        match self {
            Self::Unfinished => "unfinished".to_owned(),
            Self::With(outcome) => word(&outcome),
        }
    }
}

/// A plan that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRun {
    /// Plan file.
    pub path: String,
    /// Its name when it was run last.
    pub name: String,
    /// How many sessions it has.
    pub sessions: u64,
}

/// The end of a session's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Number of events.
    pub seq: u64,
    /// Hash of the last event, lower-case hex.
    pub hash_hex: String,
}

/// Columns that [`SessionSummary::from_row`] reads, in its order.
pub(crate) const COLUMNS: &str = "id, plan, plan_path, plan_hash, mode, environment, started_by, host, state, outcome, \
     started_at_ms, finished_at_ms, duration_ms, runner_pid, runner_host, seq, head";

impl SessionSummary {
    pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let pid: Option<u32> = row.get(13)?;
        let host: Option<String> = row.get(14)?;
        Ok(Self {
            id: row.get(0)?,
            plan: row.get(1)?,
            plan_path: row.get(2)?,
            plan_hash: row.get(3)?,
            mode: read(4, row.get(4)?)?,
            environment: read(5, row.get(5)?)?,
            by: row.get(6)?,
            host: row.get(7)?,
            state: read::<Stated>(8, row.get(8)?)?.into(),
            outcome: row
                .get::<_, Option<String>>(9)?
                .map(|word| read(9, word))
                .transpose()?,
            started_at_ms: row.get(10)?,
            finished_at_ms: row.get(11)?,
            duration_ms: row.get(12)?,
            runner: pid.zip(host),
            seq: row.get(15)?,
            head_hash: hex::encode(row.get_ref(16)?.as_blob()?),
        })
    }
}

/// Returns the word a value without fields has in JSON, which is the word the journal stores.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn read<T: DeserializeOwned>(column: usize, word: String) -> rusqlite::Result<T> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

/// The states as they are stored; the fold's own type is only ever written.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stated {
    Running,
    Paused,
    Waiting,
    Failed,
    Unknown,
    RollingBack,
    Interrupted,
    Finished,
}

impl From<Stated> for State {
    fn from(stated: Stated) -> Self {
        match stated {
            Stated::Running => State::Running,
            Stated::Paused => State::Paused,
            Stated::Waiting => State::Waiting,
            Stated::Failed => State::Failed,
            Stated::Unknown => State::Unknown,
            Stated::RollingBack => State::RollingBack,
            Stated::Interrupted => State::Interrupted,
            Stated::Finished => State::Finished,
        }
    }
}
