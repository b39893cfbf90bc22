//! A recorder that also tells an observer: the terminal prints what the journal got, and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stopover_plan::{Body, Event, RecordError, Recorder};

/// Told every event of the session in order, once it is in the journal.
pub type Observer = Box<dyn Fn(&Event) + Send + Sync>;

pub(crate) struct Tee {
    pub(crate) inner: Arc<dyn Recorder>,
    pub(crate) observer: Observer,
    pub(crate) told: AtomicU64,
}

impl Tee {
    fn tell(&self, events: &[Event]) {
        for event in events {
            // An event of a door may come twice: beside ours, and when the engine catches up.
            if self.told.fetch_max(event.seq, Ordering::SeqCst) < event.seq {
                (self.observer)(event);
            }
        }
    }
}

impl Tee {
    fn told_too(&self, event: Event) -> Result<Event, RecordError> {
        let told = self.told.load(Ordering::SeqCst);
        if event.seq > told + 1 {
            self.tell(&self.inner.since(told)?);
        } else {
            self.tell(std::slice::from_ref(&event));
        }
        Ok(event)
    }
}

impl Recorder for Tee {
    fn record(&self, body: Body) -> Result<Event, RecordError> {
        self.told_too(self.inner.record(body)?)
    }

    fn record_proven(&self, body: Body) -> Result<Event, RecordError> {
        self.told_too(self.inner.record_proven(body)?)
    }

    fn settle(&self) -> Result<(), RecordError> {
        self.inner.settle()
    }

    fn since(&self, after_seq: u64) -> Result<Vec<Event>, RecordError> {
        let events = self.inner.since(after_seq)?;
        self.tell(&events);
        Ok(events)
    }
}
