//! Connections from outside: real servers of every engine are entered, misused, lost, locked and diagnosed.

mod diagnosis;
mod imports;
mod queries;
mod schema;
mod secrets;
mod statements;
mod targets;
mod tunnels;

use std::process::Command;

use stopover_engine::connect::{Login, log_in};
use stopover_engine::db::{Db, Settings, application};
use stopover_engine::diagnose::{ConnectionReport, test};
use stopover_plan::connection::parse_url;
use stopover_plan::model::Engine;
use stopover_tests::{MariaDb, Postgres, Scratch};

/// A password that must be seen nowhere.
pub(crate) const CANARY: &str = "canary-9f3a-password";

pub(crate) async fn login(url: &str) -> Login {
    let (connection, secret) = parse_url(url).expect("a URL");
    log_in(&connection, secret).await.expect("a login")
}

pub(crate) fn settings(session: &str) -> Settings {
    Settings {
        application: application(session, "ada", "here"),
        ..Settings::default()
    }
}

pub(crate) async fn open(url: &str) -> Db {
    Db::open(&login(url).await, &settings("one"))
        .await
        .expect("open")
}

pub(crate) async fn report(url: &str) -> ConnectionReport {
    let (connection, secret) = parse_url(url).expect("a URL");
    test(&connection, secret).await
}

/// One database of each engine, empty, each on a server that lives as long as this.
pub(crate) struct Three {
    pub(crate) postgresql: String,
    pub(crate) mariadb: String,
    pub(crate) sqlite: String,
    _folder: Scratch,
}

impl Three {
    pub(crate) fn start() -> Self {
        let folder = Scratch::new();
        let file = folder.write("a.db", "");
        Self {
            postgresql: Postgres::shared().fresh().1,
            mariadb: MariaDb::shared().fresh().1,
            sqlite: format!("sqlite:{}", file.display()),
            _folder: folder,
        }
    }

    pub(crate) fn urls(&self) -> [&str; 3] {
        [&self.postgresql, &self.mariadb, &self.sqlite]
    }
}

/// A query that runs until it is stopped.
pub(crate) fn endless(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgresql => {
            "SELECT count(*) FROM generate_series(1, 1000000000000) g WHERE g < 0"
        }
        Engine::Mysql => "SELECT COUNT(*) FROM seq_1_to_1000000000000 WHERE MD5(seq) = ''",
        Engine::Sqlite => {
            "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
        }
    }
}

/// Runs one test of this program again in a process of its own with another environment, which a test must not change in
/// its own process.
pub(crate) fn again(test: &str, environment: &[(&str, String)]) {
    let mut command = Command::new(std::env::current_exe().expect("a test knows itself"));
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env("AGAIN", "1");
    for (name, value) in environment {
        command.env(name, value);
    }
    let output = command.output().expect("it starts");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
    assert!(!said.contains(CANARY), "{said}");
}

pub(crate) fn is_again() -> bool {
    std::env::var_os("AGAIN").is_some()
}
