//! The process group of a started program: what the program starts ends with it.

use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::Child;

/// Time between the polite signal and the one that cannot be refused.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// How long a killed group is waited for.
const TORN_DOWN: Duration = Duration::from_secs(30);

/// A group that is ended when this value is dropped before [`Group::let_go`].
#[derive(Debug)]
pub(crate) struct Group {
    id: Option<Pid>,
}

impl Group {
    /// Returns the group a child leads; the child must have been started with `process_group(0)`.
    pub(crate) fn led_by(child: &Child) -> Self {
        let id = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .map(Pid::from_raw);
        Self { id }
    }

    /// Returns the group's id.
    pub(crate) fn id(&self) -> Option<Pid> {
        self.id
    }

    /// Sends a signal to every member; a group without members is no error.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            // The only possible refusals are "nobody left" and "not ours", and neither can be mended here.
            let _ = killpg(id, signal);
        }
    }

    /// Returns true when no member is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.id
            .is_none_or(|id| killpg(id, None) == Err(Errno::ESRCH))
    }

    /// Waits until no member is left; kills those that are still there after `patience`.
    pub(crate) async fn end(mut self, patience: Duration) {
        if !self.empties_within(patience).await {
            self.signal(Signal::SIGKILL);
            // A killed process is gone only when the system has torn it down, which a busy machine takes its time for.
            self.empties_within(TORN_DOWN).await;
        }
        self.id = None;
    }

    async fn empties_within(&self, patience: Duration) -> bool {
        let until = tokio::time::Instant::now() + patience;
        while !self.is_empty() {
            if tokio::time::Instant::now() >= until {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        true
    }

    /// Leaves the members alone: the program ended by itself, and what it left running was meant to stay.
    pub(crate) fn let_go(mut self) {
        self.id = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::SIGKILL);
    }
}

/// Asks a child's whole group to end, kills what is left after [`GRACE`], and reaps the child.
pub(crate) async fn end_child(child: &mut Child, group: Group) {
    group.signal(Signal::SIGTERM);
    let asked = tokio::time::Instant::now();
    if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
        group.signal(Signal::SIGKILL);
        let _ = child.wait().await;
    }
    group.end(GRACE.saturating_sub(asked.elapsed())).await;
}
