//! From the types of plan, session and journal to those of the window, and back where the window sends one.

pub(crate) mod connection;
pub(crate) mod log;
pub(crate) mod passages;
pub(crate) mod plan;
pub(crate) mod session;
mod words;
