//! When each step can start, what the end depends on, and until when there is a way back.

mod clock;
mod draft;
mod due;
mod layout;
mod network;
mod rollback;
mod timeline;
mod zone;

pub use due::due_at;
pub use layout::{schedule, schedule_rehearsed};
pub use timeline::{Fit, PhaseSpan, Planned, Schedule, Source};
pub use zone::{ZoneOffset, zone_offsets};
