//! The border between the engine, which acts, and the journal, which remembers.

use crate::event::{Body, Event};

/// Why an event could not be written or read; the engine stops acting when it sees one.
#[derive(Debug, thiserror::Error)]
#[error("the journal could not be {doing}")]
pub struct RecordError {
    /// `written` or `read`.
    pub doing: &'static str,
    /// What the journal says.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// The log of one session, as the engine sees it.
pub trait Recorder: Send + Sync {
    /// Appends one event to the session; when this returns it survives a power cut.
    ///
    /// # Errors
    /// When the event is not durable. Nothing may be done that the event announces.
    fn record(&self, body: Body) -> Result<Event, RecordError>;

    /// Appends the end of a step that a mark in the target proves: when this returns it survives the death of this
    /// process, and a power cut once another event is recorded or [`Recorder::settle`] returned. Until then the mark
    /// tells what the event would.
    ///
    /// # Errors
    /// As [`Recorder::record`].
    fn record_proven(&self, body: Body) -> Result<Event, RecordError> {
        self.record(body)
    }

    /// Returns when everything recorded so far survives a power cut: before proofs in a target are removed.
    ///
    /// # Errors
    /// When that cannot be brought about.
    fn settle(&self) -> Result<(), RecordError> {
        Ok(())
    }

    /// Returns the session's events with `seq > after_seq`, oldest first, also those of other processes.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn since(&self, after_seq: u64) -> Result<Vec<Event>, RecordError>;
}
