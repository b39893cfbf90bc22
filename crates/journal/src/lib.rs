//! The local log of sessions: append-only, hash-chained, durable, shared by several processes. Knows no target database.
//!
//! One SQLite file in WAL mode. A session's events carry a position without gaps and a hash over the event before,
//! so that [`Journal::verify`] finds a changed or missing one. The summary row of a session is updated in the
//! transaction of each event from the one fold, [`stopover_plan::Session`]; there is no second rule for it.

mod append;
mod chain;
mod connections;
mod error;
mod export;
mod file;
mod journal;
mod past;
mod plans;
mod prune;
mod read;
mod schema;
mod session_log;
mod summary;
mod verify;

pub use error::JournalError;
pub use journal::Journal;
pub use past::PastStep;
pub use prune::Pruned;
pub use session_log::SessionLog;
pub use summary::{End, Head, Page, PlanRun, SessionSummary};
pub use verify::{Broken, Verified};
