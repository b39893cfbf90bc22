//! How most tests of the window begin: a plan and its small database, a view of it in sight, its session started.

use std::path::{Path, PathBuf};

use stopover_plan::Session;
use stopover_tests::Scratch;

use crate::doors::until;
use crate::driver::Driven;
use crate::{change, number};

/// A folder with a database of one row and a plan of these steps on it.
pub(crate) struct Desk {
    pub(crate) scratch: Scratch,
}

impl Desk {
    pub(crate) fn new(steps: &str) -> Self {
        let desk = Self {
            scratch: Scratch::new(),
        };
        change(
            &desk.database(),
            "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
        );
        let head = "format = 1\nname = \"Small\"\n[target.main]\nengine = \"sqlite\"\n";
        desk.scratch
            .write("small.plan.toml", format!("{head}{steps}"));
        desk
    }

    pub(crate) fn plan(&self) -> PathBuf {
        self.scratch.join("small.plan.toml")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.scratch.join("small.db")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.scratch.join("journal/journal.db")
    }

    pub(crate) fn bind(&self) -> String {
        format!("main=sqlite:{}", self.database().display())
    }

    /// Opens a window and starts the session in it.
    pub(crate) async fn start(&self) -> Driven {
        self.start_in(&[]).await
    }

    /// Does as [`Self::start`], with these variables in the window's environment.
    pub(crate) async fn start_in(&self, environment: &[(&str, &str)]) -> Driven {
        let plan = self.plan();
        let arguments = [&*plan.to_string_lossy(), "--bind", &self.bind()];
        let window = Driven::open_in(&self.scratch, &arguments, environment).await;
        window.start().await;
        window.see("session").await;
        window
    }

    pub(crate) fn rows(&self) -> i64 {
        number(&self.database(), "SELECT count(*) FROM t")
    }

    /// Waits until the newest session is as wanted.
    pub(crate) fn session(&self, wanted: impl Fn(&Session) -> bool) -> Session {
        until(&self.journal(), wanted)
    }
}

impl Driven {
    /// Opens a window on a plan and one of its views, and waits until `there` is in it.
    pub(crate) async fn open_at(scratch: &Scratch, plan: &Path, tab: &str, there: &str) -> Self {
        let window = Self::open(scratch, &[&plan.to_string_lossy()]).await;
        window.see("plan-name").await;
        window.click(&format!("tab-{tab}")).await;
        window.see(there).await;
        window
    }

    /// Starts a session of the open plan, which nobody has trusted yet.
    pub(crate) async fn start(&self) {
        self.see("plan-name").await;
        self.click("run").await;
        self.click("trust").await;
        self.click("start").await;
    }

    /// Confirms what is asked.
    pub(crate) async fn confirm(&self) {
        self.click("confirm-ask").await;
        self.gone("ask").await;
    }
}
