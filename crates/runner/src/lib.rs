//! The runner process and the requests to it: what the terminal and the window share above engine and journal.

mod adopt;
mod allowed;
mod damage;
mod detached;
mod host;
mod leftovers;
mod liveness;
mod orphans;
mod password;
mod plan_file;
mod report;
mod request;
mod resume;
mod start;
mod targets;
mod tee;
mod timeline;
mod trouble;
mod who;
mod wish;

pub use damage::set_aside_if_damaged;
pub use detached::{main_if_runner, resume_detached, start_detached};
pub use host::{Ended, Wrap};
pub use liveness::{is_alive, state_of};
pub use password::{password_of, password_variable};
pub use plan_file::{Opened, fingerprint, heads, open_known, open_plan};
pub use report::{Written, compare, material, write_comparison, write_report};
pub use request::{Request, needs_runner, request};
pub use resume::{Resume, host_resume, host_resume_through};
pub use start::{host_start, host_start_through};
pub use tee::Observer;
pub use timeline::{Existing, timeline, write_timeline, write_whole};
pub use trouble::Trouble;
pub use who::{default_journal, host_name, os_user};
pub use wish::{Bound, Start};
