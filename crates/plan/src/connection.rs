//! How to reach a database: its address without a secret, and the URLs people write for it.

mod address;
mod parse;
mod secret;

pub use address::{Connection, Tls};
pub use parse::parse_url;
pub use secret::{Secret, SecretRef};
