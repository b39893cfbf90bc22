//! A target as the server knows it: which database it is, who works on it, and what was left behind there.

pub(crate) mod doing;
mod identity;
mod lock;
mod orphan;
mod proxy;
mod transactions;

pub use identity::{Identity, inspect_identity};
pub use lock::TargetLock;
pub use orphan::{Orphan, end_orphan, orphans};
pub use proxy::refuse_pooling_proxy;
pub(crate) use transactions::open_transactions;
