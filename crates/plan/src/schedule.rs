//! When each step can start, what the end depends on, and until when there is a way back.

mod clock;
mod draft;
mod layout;
mod network;
mod rollback;
mod timeline;

pub use layout::{schedule, schedule_rehearsed};
pub use timeline::{Fit, PhaseSpan, Planned, Schedule, Source};
