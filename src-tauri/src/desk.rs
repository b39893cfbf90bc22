//! What the window's process holds: the journal's place, passwords in memory, who watches which session.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use stopover_journal::{Journal, JournalError};
use stopover_plan::Problem;
use stopover_plan::connection::Secret;
use stopover_runner::Trouble;

use crate::arguments::Arguments;
use crate::draft::{Drafts, Followers, Told};

/// The state of the window's process.
#[derive(Debug)]
pub(crate) struct Desk {
    journal: PathBuf,
    damage: Damage,
    arguments: Arguments,
    secrets: Arc<Mutex<HashMap<String, Secret>>>,
    watchers: Mutex<(u32, HashMap<u32, Arc<AtomicBool>>)>,
    drafts: Drafts,
    told: Told,
    followers: Followers,
}

impl Desk {
    /// Opens the journal once, so that a foreign one is told before anything else and a damaged one set aside.
    pub(crate) fn open(arguments: Arguments) -> Result<Self, Problem> {
        let journal = stopover_runner::default_journal();
        if let Some(folder) = journal.parent() {
            std::fs::create_dir_all(folder).map_err(|error| {
                Problem::new(
                    "journal-folder",
                    format!("The folder {} could not be made: {error}", folder.display()),
                    "Set STOPOVER_JOURNAL to a file in a folder you may write.",
                )
            })?;
        }
        let damage = Damage::default();
        damage.look(&journal).map_err(|trouble| trouble.problem())?;
        Journal::open(&journal).map_err(|error| error.problem())?;
        Ok(Self {
            journal,
            damage,
            arguments,
            secrets: Arc::default(),
            watchers: Mutex::default(),
            drafts: Drafts::default(),
            told: Told::default(),
            followers: Followers::default(),
        })
    }

    /// Returns the journal's file.
    pub(crate) fn journal(&self) -> PathBuf {
        self.journal.clone()
    }

    /// Returns what there is to tell of a damaged journal.
    pub(crate) fn damage(&self) -> Damage {
        self.damage.clone()
    }

    /// Returns the arguments.
    pub(crate) fn arguments(&self) -> &Arguments {
        &self.arguments
    }

    /// Returns the passwords in memory.
    pub(crate) fn secrets(&self) -> Secrets {
        Secrets(Arc::clone(&self.secrets))
    }

    /// Returns the plan files that are being changed.
    pub(crate) fn drafts(&self) -> Drafts {
        self.drafts.clone()
    }

    /// Returns what each window was shown of plan files.
    pub(crate) fn told(&self) -> Told {
        self.told.clone()
    }

    /// Returns who follows plan files.
    pub(crate) fn followers(&self) -> Followers {
        self.followers.clone()
    }

    /// Enters a watcher: its number, and the flag that ends it.
    pub(crate) fn enter_watcher(&self) -> (u32, Arc<AtomicBool>) {
        let mut watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.0 = watchers.0.wrapping_add(1);
        let number = watchers.0;
        let ended = Arc::new(AtomicBool::new(false));
        watchers.1.retain(|_, flag| Arc::strong_count(flag) > 1);
        watchers.1.insert(number, Arc::clone(&ended));
        (number, ended)
    }

    /// Ends a watcher.
    pub(crate) fn end_watcher(&self, number: u32) {
        let mut watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flag) = watchers.1.remove(&number) {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

/// What a person must be told of a journal that was damaged and set aside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Damage(Arc<Mutex<Option<Problem>>>);

impl Damage {
    /// Sets the journal aside when it is damaged and remembers that it was.
    pub(crate) fn look(&self, journal: &Path) -> Result<(), Trouble> {
        if let Some(mut told) = stopover_runner::set_aside_if_damaged(journal)? {
            // The words of the terminal name its flag; in the window the sheet before a run asks.
            told.hint = "Run the plan of a session that was unfinished again: the window then offers to go on after \
                         what its target has marked as done."
                .to_owned();
            *self.locked() = Some(told);
        }
        Ok(())
    }

    /// Returns what was set aside last.
    pub(crate) fn told(&self) -> Option<Problem> {
        self.locked().clone()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Option<Problem>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Passwords that were typed and are kept in memory only, by connection.
#[derive(Debug, Clone)]
pub(crate) struct Secrets(Arc<Mutex<HashMap<String, Secret>>>);

impl Secrets {
    /// Keeps a password.
    pub(crate) fn keep(&self, connection: &str, secret: Secret) {
        self.locked().insert(connection.to_owned(), secret);
    }

    /// Forgets a password.
    pub(crate) fn forget(&self, connection: &str) {
        self.locked().remove(connection);
    }

    /// Moves a password when its connection was renamed.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        let mut secrets = self.locked();
        if let Some(secret) = secrets.remove(from) {
            secrets.insert(to.to_owned(), secret);
        }
    }

    /// Returns a password.
    pub(crate) fn get(&self, connection: &str) -> Option<Secret> {
        self.locked().get(connection).cloned()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the journal for one command.
pub(crate) fn open_journal(path: &Path) -> Result<Journal, JournalError> {
    Journal::open(path)
}
