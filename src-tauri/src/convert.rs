//! From the types of plan, session and journal to those of the window, and back where the window sends one.

mod checks;
mod clock;
pub(crate) mod connection;
mod details;
pub(crate) mod edit;
mod file;
pub(crate) mod history;
pub(crate) mod kept;
pub(crate) mod log;
pub(crate) mod names;
pub(crate) mod passages;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod session;
pub(crate) mod touched;
mod words;
