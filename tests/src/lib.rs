//! What the tests from outside stand on: throwaway servers, scratch folders, the built programs and a proxy that cuts.
//!
//! Everything here panics with a sentence when something is missing: a test that cannot start its server fails.

pub mod contest;
pub mod example;
pub mod guard;
pub mod mariadb;
pub mod pgbouncer;
pub mod postgres;
pub mod programs;
pub mod proxy;
pub mod scenario;
pub mod scratch;
pub mod ssh;
pub mod template;
pub mod tls;

pub use guard::free_port;
pub use mariadb::MariaDb;
pub use pgbouncer::PgBouncer;
pub use postgres::Postgres;
pub use programs::{is_running, run, stopover, stopover_window, workspace};
pub use proxy::{Cut, Proxy};
pub use scratch::Scratch;
pub use ssh::Ssh;
