//! Acts on targets: databases, dump tools, programs. Knows no screen and no journal file.

pub mod connect;
pub mod db;
pub mod diagnose;
pub mod error;
pub mod import;
pub mod inspect;
pub mod process;
pub mod query;
mod quote;
pub mod schema;
pub mod secret;
pub mod target;
mod tunnel;

pub use db::{Db, DbClass, DbError, Rows, Settings};
pub use error::{EngineError, Place};
pub use quote::{literal, quote, quote_name};
pub mod backup;
pub mod run;
