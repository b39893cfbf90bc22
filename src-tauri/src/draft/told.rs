//! What each window was told of which plan file, and who follows one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::view::{Plan, Step};

/// What each window was shown last, by window: one plan, because a window shows one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told(Arc<Mutex<HashMap<String, Shown>>>);

/// A plan file as a window has it.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    path: PathBuf,
    /// Its hash.
    pub(crate) hash: String,
    /// Its steps.
    pub(crate) steps: Arc<[Step]>,
}

impl Told {
    /// Notes what a window is shown, and returns what it had of the same file.
    pub(crate) fn tell(&self, window: &str, path: &Path, plan: &Plan) -> Option<Shown> {
        let shown = Shown {
            path: path.to_owned(),
            hash: plan.hash.clone(),
            steps: plan.steps.clone().into(),
        };
        let before = self.locked().insert(window.to_owned(), shown);
        before.filter(|before| before.path == path)
    }

    /// Returns true when this is what the window was shown last.
    pub(crate) fn knows(&self, window: &str, path: &Path, hash: &str) -> bool {
        self.locked()
            .get(window)
            .is_some_and(|shown| shown.path == path && shown.hash == hash)
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<String, Shown>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What wakes a follower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// The file or one it names was touched.
    Touched,
    /// Nobody follows any more.
    Ended,
}

/// Who follows a plan file: one per window, because a window shows one plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Followers(Arc<Mutex<Entered>>);

#[derive(Debug, Default)]
struct Entered {
    number: u32,
    by_window: HashMap<String, (u32, Sender<Wake>)>,
}

impl Followers {
    /// Enters a follower, which ends the one its window had: a page that was reloaded could not say goodbye.
    pub(crate) fn enter(&self, window: &str) -> (u32, Sender<Wake>, Receiver<Wake>) {
        let (sender, receiver) = channel();
        let mut entered = self.locked();
        entered.number += 1;
        let number = entered.number;
        let before = entered
            .by_window
            .insert(window.to_owned(), (number, sender.clone()));
        if let Some((_, before)) = before {
            let _ = before.send(Wake::Ended);
        }
        (number, sender, receiver)
    }

    /// Ends a follower.
    pub(crate) fn end(&self, number: u32) {
        self.locked().by_window.retain(|_, (known, sender)| {
            if *known == number {
                let _ = sender.send(Wake::Ended);
            }
            *known != number
        });
    }

    fn locked(&self) -> MutexGuard<'_, Entered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_one_follower_and_the_one_before_is_ended() {
        let followers = Followers::default();
        let (first, _, woken) = followers.enter("main");
        let (second, _, later) = followers.enter("main");
        assert_ne!(first, second);
        assert_eq!(woken.try_recv(), Ok(Wake::Ended));
        followers.end(first);
        assert!(later.try_recv().is_err());
        followers.end(second);
        assert_eq!(later.try_recv(), Ok(Wake::Ended));
    }
}
