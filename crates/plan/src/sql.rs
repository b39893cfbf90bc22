//! SQL text: its statements, what each does to data and transactions, and what must not be shown.

mod body;
mod classify;
mod hazard;
mod lexer;
mod loss;
mod redact;
mod split;
mod statement;
mod touched;
mod words;

pub use hazard::dump_hazard;
pub use redact::redact;
pub use split::split;
pub use statement::{Statement, StatementKind};
pub use touched::{TableName, tables};
