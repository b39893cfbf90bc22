//! How many steps have a status that the state of the session depends on.

use super::{Status, StepState};

/// How many steps have a status that the state of the session depends on, kept so that an event of a session of
/// many thousand steps costs no look at all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) running: usize,
    pub(super) paused: usize,
    pub(super) unknown: usize,
    pub(super) failed: usize,
}

impl Tally {
    pub(super) fn of(steps: &[StepState]) -> Self {
        let mut tally = Self::default();
        for step in steps {
            tally.add(step.status);
        }
        tally
    }

    fn place(&mut self, status: Status) -> Option<&mut usize> {
        match status {
            Status::Running => Some(&mut self.running),
            Status::Paused => Some(&mut self.paused),
            Status::Unknown => Some(&mut self.unknown),
            Status::Failed => Some(&mut self.failed),
            _ => None,
        }
    }

    pub(super) fn add(&mut self, status: Status) {
        if let Some(count) = self.place(status) {
            *count += 1;
        }
    }

    pub(super) fn remove(&mut self, status: Status) {
        if let Some(count) = self.place(status) {
            *count = count.saturating_sub(1);
        }
    }
}
