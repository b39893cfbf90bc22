//! What a plan is and what a session was: plan file, schedule, events, problems. Pure: no IO, no clock, no async.

pub mod connection;
pub mod duration;
pub mod edit;
pub mod event;
pub mod model;
pub mod parse;
pub mod problem;
pub mod recorder;
pub mod schedule;
pub mod session;
pub mod sql;
pub mod template;

pub use event::{Body, Event};
pub use model::Plan;
pub use problem::Problem;
pub use recorder::{RecordError, Recorder};
pub use session::Session;
